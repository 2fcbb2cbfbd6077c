// Every page of the shop on a small telephone: nothing may reach over its edge.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { afterSale, buy, configure, newVisitor, openBrowser, openShop } from "./demo.mjs";
import { tooWide } from "./judge.mjs";

let shop, browser;
before(async () => {
  [shop, browser] = await Promise.all([openShop(), openBrowser()]);
});
after(async () => {
  await browser?.close();
  await shop?.stop();
});

const categories = { lt: "kedes-ir-suolai", en: "chairs-and-benches" };

for (const locale of ["lt", "en"]) {
  test(`no page is too wide for a telephone in ${locale}`, async () => {
    const page = await newVisitor(browser, shop);
    const wide = [];
    const at = async (name) => {
      for (const width of [320, 360]) {
        await page.setViewportSize({ width, height: 640 });
        const over = await tooWide(page);
        if (over > 0) wide.push(`${name} is ${over} pixels too wide at ${width}`);
      }
    };
    await page.goto(`/${locale}/`, { waitUntil: "domcontentloaded" });
    await at("home");
    const links = await page.locator("a[href]").evaluateAll((all) => all.map((a) => a.getAttribute("href")));
    const first = (part) => links.find((l) => l.startsWith(`/${locale}/${part}`));
    const plain = ["search?q=oak", "search?q=zzzz", "cart", "contact", "ask", "accessibility", "account/sign-in", "nothing"];
    const legal = links.filter((l) => l.startsWith(`/${locale}/page/`));
    for (const path of new Set([first("c/"), first("p/"), ...legal, ...plain.map((p) => `/${locale}/${p}`)])) {
      await page.goto(path, { waitUntil: "domcontentloaded" });
      await at(path);
    }
    await configure(page, { locale, at });
    await buy(page, { locale, category: categories[locale], at });
    await page.goto(page.url().replace("?done=1", ""));
    await at("order");
    await afterSale(page, { locale, order: page.url(), at });
    assert.deepEqual(wide, []);
    await page.context().close();
  });
}
