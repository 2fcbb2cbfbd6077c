// The shop under test: a demo of its own in a new folder, and a Chromium to look at it.
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

const root = join(dirname(fileURLToPath(import.meta.url)), "../..");
const binary = process.env.VITRINA_BIN ?? join(process.env.VITRINA_TARGET ?? join(root, "target"), "debug/vitrina");

/** Starts the demo; `stop` ends it and takes its folder away. */
export async function openShop() {
  if (!existsSync(binary)) throw new Error(`${binary} is missing: cargo build --workspace, or set VITRINA_BIN`);
  const data = mkdtempSync(join(tmpdir(), "vitrina-browser-"));
  const args = ["demo", "--json", "--listen", "127.0.0.1:0", "--data", data];
  // The theme as it lies in the checkout, so that a page can be mended without a build.
  args.push("--theme-dir", join(root, "themes"));
  const child = spawn(binary, args, { stdio: ["ignore", "pipe", "ignore"], env: { ...process.env, VITRINA_DATABASE_URL: "" } });
  const stop = () =>
    new Promise((done) => {
      const tidy = () => (rmSync(data, { recursive: true, force: true }), done());
      if (child.exitCode !== null || !child.kill("SIGTERM")) return tidy();
      child.once("exit", tidy);
    });
  const info = await new Promise((told, failed) => {
    child.once("exit", (code) => failed(new Error(`the demo ended with ${code} before it said its address`)));
    createInterface({ input: child.stdout }).on("line", (line) => line.startsWith("{") && told(JSON.parse(line)));
  });
  return { url: info.url, login: (role) => info.logins.find((l) => l.role === role), stop };
}

const flags = "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync";

export const openBrowser = () =>
  chromium.launch({ executablePath: process.env.VITRINA_CHROMIUM || "/usr/bin/chromium", args: flags.split(" ") });

/** A new visitor who notes every request that leaves the shop and every error on its pages. */
export async function newVisitor(browser, shop, options = {}) {
  const context = await browser.newContext({ baseURL: shop.url, viewport: { width: 1280, height: 900 }, ...options });
  const page = await context.newPage();
  page.foreign = [];
  page.complaints = [];
  page.on("request", (r) => {
    if (!r.url().startsWith(shop.url) && !r.url().startsWith("data:")) page.foreign.push(r.url());
  });
  page.on("pageerror", (e) => page.complaints.push(String(e)));
  page.on("console", (m) => {
    if (m.type() === "error" && !/status of 4\d\d/.test(m.text())) page.complaints.push(m.text());
  });
  return page;
}

/** From a category into the cart and through the three parts of the checkout. */
export async function buy(page, { locale = "en", category = "chairs-and-benches", at = async () => {} } = {}) {
  await page.goto(`/${locale}/c/${category}`);
  await page.locator(`a[href^="/${locale}/p/"]`).first().click();
  await page.waitForURL(/\/p\//);
  await page.locator("form.buy .doing .button").first().click();
  if (!(await inCart(page, locale))) throw new Error("nothing was put into the cart");
  await at("cart");
  await page.locator(`a.button[href="/${locale}/checkout"]`).click();
  await page.waitForURL(/\/checkout$/);
  await at("contact and address");
  for (const [name, value] of Object.entries(buyer)) await page.locator(`[name="${name}"]`).fill(value);
  await page.locator("main form.work button.button").last().click();
  await page.waitForURL(/\/checkout\/delivery/);
  await at("delivery");
  await page.locator("main form.work button.button").last().click();
  await page.waitForURL(/\/checkout\/payment/);
  await at("payment");
  await page.locator('[name="terms"]').check();
  await page.locator('[data-slot="obligation-to-pay"] button').click();
  await page.waitForURL(/\/order\/[^/]+\?done=1/);
  await at("done");
  return (await page.locator("main").innerText()).match(/UZS-\d{4}-\d+/)?.[0];
}

/** After the sale, from an order's page: what is wrong, with a photo, taken back; then withdrawing. */
export async function afterSale(page, { locale = "en", order, at = async () => {} } = {}) {
  for (const path of ["withdraw", "complaint"]) {
    await page.goto(`/${locale}/${path}`);
    await at(path);
    await page.locator("main form button.button").last().click();
    await page.locator("#faults").waitFor();
    await at(`${path} with faults`);
  }
  await page.goto(order);
  await page.locator('main a[href$="/complaint"]').first().click();
  await page.waitForURL(/\/complaint/);
  await at("complaint about an order");
  await page.locator("main form button.button").last().click();
  await page.locator("#faults").waitFor();
  await at("complaint about an order with faults");
  const line = page.locator('[name="line"]').first();
  if (!(await line.isChecked())) await line.check();
  await page.locator('[name="problem"][value="defect"]').check();
  await page.locator('[name="wish"][value="repair"]').check();
  await page.locator('[name="text"]').fill("The leg cracked on the second day.");
  const photo = Buffer.from("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==", "base64");
  await page.locator('[name="files"]').setInputFiles({ name: "leg.png", mimeType: "image/png", buffer: photo });
  await page.locator("main form button.button").last().click();
  await page.locator("main").getByText(/PRT-\d{4}-\d+/).first().waitFor();
  await at("complaint received");
  await page.locator('main a[href*="/case/"]').click();
  await page.waitForURL(/\/case\//);
  await at("case");
  const own = page.url();
  await page.goto(order);
  await at("order with a case");
  await page.goto(order.replace(/\?.*/, "") + "/withdraw");
  await at("nothing left to withdraw from");
  await page.goto(own);
  await page.locator("details.sheet summary").click();
  await page.locator('button[value="back"]').click();
  await page.waitForURL(/told=back/);
  await at("case taken back");
  await page.goto(order.replace(/\?.*/, "") + "/withdraw");
  await at("withdrawal of an order");
  await page.locator('button[value="check"]').click();
  await page.locator('button[value="confirm"]').waitFor();
  await at("withdrawal to confirm");
  await page.locator('button[value="confirm"]').click();
  await page.locator("main").getByText(/ATS-\d{4}-\d+/).first().waitFor();
  await at("withdrawal received");
}

/** Asks for a wardrobe that nobody can make, then for one that can be; with codes that hold and do not. */
export async function configure(page, { locale = "en", at = async () => {} } = {}) {
  await page.goto(`/${locale}/search?q=daugai`);
  await page.locator(`main a[href^="/${locale}/p/"]`).first().click();
  await page.waitForURL(/\/p\//);
  await at("configurator");
  const width = page.locator('[name="set.width"]');
  await width.fill("2000");
  await width.dispatchEvent("change");
  await page.locator("#faults").waitFor();
  await at("configurator with a rule broken");
  await page.locator('[name="set.doors"][value="sliding"]').check({ force: true });
  await page.locator("[data-quote] .price").waitFor();
  await page.locator('button[value="add"]').click();
  await page.waitForURL(/\/cart/);
  for (const [code, name] of [["NOTHING", "cart with a wrong code"], ["ąžuolas10", "cart with a code"]]) {
    if (!(await page.locator(".code [name=code]").isVisible())) await page.locator(".code summary").click();
    await page.locator(".code [name=code]").fill(code);
    await page.locator(".code .type button").click();
    await page.waitForLoadState("load");
    await at(name);
  }
  await page.locator(".sum .off").waitFor();
  await page.locator('.lines [name="drop"]').first().click();
  await page.waitForLoadState("load");
}

/** Asks for a link, takes it out of the outbox as its receiver would, and follows it. */
export async function enterAccount(page, browser, shop, { locale = "en", email, at = async () => {} }) {
  await page.goto(`/${locale}/account/sign-in`);
  await page.locator('main [name="email"]').fill(email);
  await page.locator('main button[value="link"]').click();
  await page.waitForURL(/sent=1/);
  await at("link on its way");
  const staff = await newVisitor(browser, shop);
  await signIn(staff, shop, "owner");
  let link;
  for (let tries = 0; !link && tries < 60; tries++) {
    await staff.goto("/office/letters");
    const letters = staff.locator("tr", { hasText: email }).locator('a[href^="/office/letters/"]');
    for (const path of await letters.evaluateAll((all) => all.slice(0, 3).map((a) => a.getAttribute("href")))) {
      const body = await (await staff.request.get(`${shop.url}${path}/body`)).text();
      link ??= body.match(/href="([^"]*sign-in\?token=[^"]*)"/)?.[1];
    }
    if (!link) await staff.waitForTimeout(200);
  }
  await staff.context().close();
  if (!link) throw new Error(`no letter with a link to ${email}`);
  await page.goto(link.replaceAll("&amp;", "&").replaceAll("&#x2F;", "/"));
  await at("link followed");
  await page.locator("main form button.button").click();
  await page.waitForURL(new RegExp(`/${locale}/account`));
}

/** Signs a member of staff in. */
export async function signIn(page, shop, role) {
  const { email, password } = shop.login(role);
  await page.goto("/office/login");
  await page.locator('[name="email"]').fill(email);
  await page.locator('[name="password"]').fill(password);
  await page.locator("main form button").click();
  await page.waitForURL(/\/office\/?$/);
}

/** Chooses the office's language, as its switch does. */
export async function speak(page, locale) {
  const button = page.locator('form[action="/office/look"] button', { hasText: new RegExp(`^${locale}$`, "i") }).first();
  // The click begins a page; whoever goes elsewhere before it has come loses the cookie it brings.
  await Promise.all([page.waitForResponse((r) => r.url().endsWith("/office/look")), button.click()]);
  await page.waitForLoadState("load");
  await page.goto("/office");
  if ((await page.locator("html").getAttribute("lang")) !== locale) throw new Error(`the office does not speak ${locale}`);
}

async function inCart(page, locale) {
  // With JavaScript the product page may stay and say so; without it the cart follows.
  await page.waitForLoadState("load");
  await page.waitForTimeout(300);
  await page.goto(`/${locale}/cart`);
  return (await page.locator(".lines li").count()) > 0;
}

export const buyer = {
  name: "Ona Bandytoja",
  email: "ona.bandytoja@demo.test",
  phone: "+37060012345",
  street: "Gedimino pr. 1",
  post_code: "LT-01103",
  city: "Vilnius",
};
