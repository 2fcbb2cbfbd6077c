// Takes the README's pictures anew: node tests/browser/screenshots.mjs (ImageMagick makes them small).
import { spawnSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { buy, newVisitor, openBrowser, openShop, signIn, speak } from "./demo.mjs";

const folder = join(dirname(fileURLToPath(import.meta.url)), "../../docs/screenshots");
mkdirSync(folder, { recursive: true });
const [shop, browser] = await Promise.all([openShop(), openBrowser()]);

async function take(page, name) {
  await page.waitForLoadState("networkidle");
  const path = join(folder, `${name}.png`);
  await page.screenshot({ path });
  const { status } = spawnSync("convert", [path, "-resize", "1000x", "-strip", "-dither", "FloydSteinberg", "-colors", "240", "-define", "png:compression-level=9", `PNG8:${path}`]);
  if (status !== 0) throw new Error(`${name}: ImageMagick's convert is missing`);
}

try {
  const guest = await newVisitor(browser, shop);
  await guest.goto("/en/");
  await take(guest, "shop-home");
  await guest.goto("/en/p/minija-extending-table");
  await take(guest, "shop-product");
  const number = await buy(guest);
  const staff = await newVisitor(browser, shop);
  await signIn(staff, shop, "manager");
  await speak(staff, "en");
  await take(staff, "office-day");
  await staff.goto("/office/orders");
  // The list may open it beside itself; the picture shows the whole page.
  await staff.goto(await staff.getByRole("link", { name: number }).first().getAttribute("href"));
  await take(staff, "office-order");
} finally {
  await browser.close();
  await shop.stop();
}
