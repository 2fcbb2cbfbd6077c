// The office in a real browser: every page before axe, in both languages, light and dark, and at
// the width of a phone; then what the keys do.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { newVisitor, openBrowser, openShop, signIn, speak } from "./demo.mjs";
import { judged, tooWide } from "./judge.mjs";

let shop, browser;
before(async () => {
  [shop, browser] = await Promise.all([openShop(), openBrowser()]);
});
after(async () => {
  await browser?.close();
  await shop?.stop();
});

/** Pages that no list leads to. */
const apart = ["find?q=st", "customers/new", "campaigns/new", "discounts/new", "keys/new", "users/new"].map((path) => `/office/${path}`);

/** Every address of the office that has a page of its own: the places, one record of each, its parts. */
async function addresses(page) {
  const hrefs = (locator) => page.locator(locator).evaluateAll((links) => links.map((a) => a.getAttribute("href")));
  const places = [...new Set(await hrefs(".rail a.place"))];
  assert.ok(places.length >= 12, `the rail leads to ${places}`);
  const records = [];
  for (const place of places.slice(1)) {
    await page.goto(place);
    const first = (await hrefs(`#list a[href^="${place}/"]:not([href$="/new"])`))[0];
    if (!first) continue;
    records.push(first);
    if (place === "/office/customers") records.push(`${first}/edit`, `${first}/prices?sku=KD-RAS-OIL&qty=8`);
    if (place === "/office/discounts") records.push(`${first}/edit`);
    if (place === "/office/products") records.push(...["prices", "pictures", "stock", "facts", "configurator"].map((part) => `${first}/${part}`));
  }
  return [...places, ...apart, ...records];
}

/** What a form answers with: the definition of a wardrobe tried and wrong, a campaign looked at before it is saved. */
async function answers(page, at) {
  await page.goto("/office/products?q=daugai");
  const wardrobe = await page.locator("#list a[data-open]").first().getAttribute("href");
  await page.goto(`${wardrobe}/configurator`);
  const definition = await page.locator('[name="source"]').inputValue();
  const send = async (name, value) => {
    await page.locator(`main button[name="do"][value="${value}"]`).first().click();
    await page.waitForLoadState("load");
    await at(name);
  };
  await send("a definition tried", "try");
  await page.locator("table.lines").waitFor();
  await page.locator('[name="source"]').fill(definition.replace("shelves * width", "shelvs * width"));
  await send("a definition with a mistake", "try");
  await page.locator("#w-source").waitFor();
  await page.goto("/office/campaigns/new");
  await page.locator('[name="name"]').fill("Rudens stalai");
  await page.locator('[name="amount"]').fill("15");
  await page.locator('[name="goods"][value="categories"]').check();
  await page.locator('[name="category"]').first().check();
  await send("a campaign looked at", "preview");
  await page.locator("tbody td.mono").first().waitFor();
}

test("a definition's price follows the test values while they are typed", async () => {
  const page = await newVisitor(browser, shop);
  await signIn(page, shop, "manager");
  await page.goto("/office/products?q=daugai");
  await page.goto(`${await page.locator("#list a[data-open]").first().getAttribute("href")}/configurator`);
  const sum = page.locator("#outcome tr.sum td").last();
  const before = await sum.innerText();
  const width = page.locator('#tried input[inputmode="decimal"]').first();
  await width.fill(String(Number(await width.inputValue()) + 100));
  await page.waitForFunction((old) => document.querySelector("#outcome tr.sum td:last-child")?.innerText !== old, before);
  assert.equal(await width.evaluate((field) => field === document.activeElement), true, "whoever types is not disturbed");
  await page.locator('[name="source"]').fill("nonsense");
  await page.locator("#w-source").waitFor();
  assert.deepEqual(page.complaints, []);
  await page.context().close();
});

for (const locale of ["lt", "en"]) {
  test(`axe finds nothing on the office's pages in ${locale}${locale === "lt" ? ", light and dark" : ""}`, async () => {
    // Without motion a colour is what it is as soon as it is set.
    const page = await newVisitor(browser, shop, { reducedMotion: "reduce" });
    const found = [];
    const at = async (name) => {
      found.push(...(await judged(page, name)));
      // Nothing but the colours differs in the dark, and they speak no language.
      if (locale !== "lt") return;
      await page.evaluate(() => (document.documentElement.dataset.theme = "dark"));
      found.push(...(await judged(page, `${name}, dark`, { only: ["color-contrast"] })));
    };
    await page.goto("/office/login");
    await at("login");
    await signIn(page, shop, "owner");
    await speak(page, locale);
    const paths = await addresses(page);
    assert.ok(paths.filter((p) => /\/[0-9a-f-]{36}/.test(p)).length >= 10, `records to look at: ${paths}`);
    for (const path of paths) {
      const answer = await page.goto(path);
      assert.equal(answer.status(), 200, path);
      await at(path);
    }
    await answers(page, at);
    // The three steps of a change of prices stand behind a form.
    await page.goto("/office/products");
    await page.locator("[data-tick]").first().check();
    await page.locator('.bulk button[value="reprice"]').click();
    await page.locator('[name="amount"]').fill("5");
    await page.locator('button[value="preview"]').click();
    await page.waitForLoadState("load");
    await at("the change of prices");
    assert.deepEqual(found, []);
    assert.deepEqual(page.foreign, [], "nothing is asked of other hosts");
    assert.deepEqual(page.complaints, []);
    await page.context().close();
  });
}

test("a letter is fit to read by itself", async () => {
  const page = await newVisitor(browser, shop);
  await signIn(page, shop, "owner");
  await page.goto("/office/letters?state=sent");
  const path = await page.locator('#list a[href^="/office/letters/"]').first().getAttribute("href");
  // No script may run in it, so its text is shown on an empty page.
  const html = await (await page.request.get(`${path}/body`)).text();
  const blank = await newVisitor(browser, shop);
  await blank.setContent(html);
  // A letter is no page: the landmarks are those of the program that shows it.
  assert.deepEqual(await judged(blank, "letter", { but: ["landmark-one-main", "region"] }), []);
  await blank.context().close();
  await page.context().close();
});

test("the keys find, walk, open, edit and explain", async () => {
  const page = await newVisitor(browser, shop);
  await signIn(page, shop, "owner");
  await speak(page, "en");
  await page.goto("/office/orders");
  await page.keyboard.press("?");
  assert.ok(await page.locator("#keys").isVisible(), "? shows the keys");
  await page.keyboard.press("Escape");
  await page.keyboard.press("j");
  const row = () => page.evaluate(() => document.activeElement?.closest("tr")?.rowIndex);
  const first = await row();
  await page.keyboard.press("j");
  await page.keyboard.press("j");
  assert.equal(await row(), first + 2, "j goes down");
  await page.keyboard.press("k");
  assert.equal(await row(), first + 1, "k goes up");
  const number = (await page.evaluate(() => document.activeElement.textContent)).trim();
  await page.keyboard.press("Enter");
  await page.locator("#beside h1").waitFor();
  assert.equal((await page.locator("#beside h1").innerText()).trim(), number, "Enter opens it beside the list");
  await page.keyboard.press("Escape");
  assert.equal(await page.locator("#beside h1").count(), 0, "Escape closes it");
  await page.keyboard.press("/");
  await page.keyboard.type(number);
  await page.waitForFunction((n) => document.querySelectorAll("#list tbody tr").length === 1 && document.querySelector("#list tbody").innerText.includes(n), number);
  await page.keyboard.press("Escape");
  await page.keyboard.press("Control+k");
  await page.keyboard.type(number);
  await page.locator(`#found a:has-text("${number}")`).waitFor();
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/office\/orders\/[0-9a-f-]{36}/);
  await page.keyboard.press("g");
  await page.keyboard.press("3");
  await page.waitForURL(/\/office\/customers$/);
  await page.goto(await page.locator('#list a[data-open]').first().getAttribute("href"));
  await page.keyboard.press("e");
  await page.waitForURL(/\/edit$/);
  assert.deepEqual(page.complaints, []);
  await page.context().close();
});

test("texts save themselves, and say so or say what is wrong", async () => {
  const page = await newVisitor(browser, shop);
  await signIn(page, shop, "owner");
  await speak(page, "en");
  await page.goto("/office/products");
  const path = await page.locator("#list a[data-open]").first().getAttribute("href");
  await page.goto(path);
  const teaser = page.locator('[name="en.teaser"]');
  await teaser.fill("Saved by itself");
  await teaser.blur();
  await page.locator("#saved", { hasText: /\d\d:\d\d/ }).waitFor();
  const title = page.locator('[name="lt.title"]');
  const before = await title.inputValue();
  await title.fill("");
  await title.blur();
  await page.locator("[data-wrong] .wrong, #saved.late").first().waitFor();
  await page.reload();
  assert.equal(await teaser.inputValue(), "Saved by itself");
  assert.equal(await title.inputValue(), before, "a product keeps its title");
  await page.context().close();
});

test("a note half written is still there after a look elsewhere, and gone once saved", async () => {
  const page = await newVisitor(browser, shop);
  await signIn(page, shop, "owner");
  await page.goto("/office/customers");
  const path = await page.locator("#list a[data-open]").first().getAttribute("href");
  await page.goto(path);
  await page.locator("#f-text").fill("Prefers oiled oak");
  await page.goto("/office/orders");
  await page.goto(path);
  assert.equal(await page.locator("#f-text").inputValue(), "Prefers oiled oak");
  await page.locator('button[name="kind"][value="note"]').click();
  await page.locator(".timeline .said", { hasText: "Prefers oiled oak" }).waitFor();
  assert.equal(await page.locator("#f-text").inputValue(), "");
  await page.context().close();
});

test("pictures are hung, told apart for those who cannot see them, put in order and taken down", async () => {
  const page = await newVisitor(browser, shop);
  await signIn(page, shop, "owner");
  await page.goto("/office/products");
  const path = await page.locator("#list a[data-open]").first().getAttribute("href");
  await page.goto(`${path}/pictures`);
  const list = page.locator(".pictures li");
  const before = await list.count();
  const drawn = await page.evaluate(() => {
    const canvas = Object.assign(document.createElement("canvas"), { width: 640, height: 480 });
    const pen = canvas.getContext("2d");
    pen.fillStyle = "#2f5d50";
    pen.fillRect(40, 40, 400, 300);
    return canvas.toDataURL("image/png").split(",")[1];
  });
  await page.locator("#files").setInputFiles({ name: "stalas.png", mimeType: "image/png", buffer: Buffer.from(drawn, "base64") });
  await page.locator(".drop button").click();
  await page.waitForLoadState("load");
  assert.equal(await list.count(), before + 1);
  await list.last().locator('[name="alt.lt"]').fill("Žalias keturkampis");
  await list.last().locator('button[value="save"]').click();
  await page.waitForLoadState("load");
  if (before) {
    await list.last().locator('button[value="up"]').click();
    await page.waitForLoadState("load");
  }
  const mine = list.nth(Math.max(before - 1, 0));
  assert.equal(await mine.locator('[name="alt.lt"]').inputValue(), "Žalias keturkampis");
  await mine.locator('button[value="remove"]').click();
  await page.waitForLoadState("load");
  assert.equal(await list.count(), before);
  await page.locator("#files").setInputFiles({ name: "notes.png", mimeType: "image/png", buffer: Buffer.from("no picture at all") });
  await page.locator(".drop button").click();
  await page.locator('[role="alert"]').waitFor();
  assert.equal(await list.count(), before, "what is no picture leaves nothing behind");
  await page.context().close();
});

test("no page of the office is wider than a phone", async () => {
  const page = await newVisitor(browser, shop, { viewport: { width: 360, height: 720 } });
  await signIn(page, shop, "owner");
  const wide = [];
  const at = async (path) => {
    const over = await tooWide(page);
    if (over > 0) wide.push(`${path} is ${over} pixels too wide at 360`);
  };
  for (const path of await addresses(page)) {
    await page.goto(path);
    await at(path);
  }
  await answers(page, at);
  assert.deepEqual(wide, []);
  await page.context().close();
});
