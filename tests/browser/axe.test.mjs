// axe-core on every page of the shop, in both languages that are complete.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { afterSale, buy, buyer, configure, enterAccount, newVisitor, openBrowser, openShop } from "./demo.mjs";
import { judged } from "./judge.mjs";

let shop, browser;
before(async () => {
  [shop, browser] = await Promise.all([openShop(), openBrowser()]);
});
after(async () => {
  await browser?.close();
  await shop?.stop();
});

const categories = { lt: "kedes-ir-suolai", en: "chairs-and-benches" };

/** The first part of the checkout, sent empty: the words must be heard as well as seen. */
async function wrongInputs(page, locale, at) {
  await page.goto(`/${locale}/c/${categories[locale]}`);
  await page.locator(`a[href^="/${locale}/p/"]`).first().click();
  await page.locator("form.buy .doing .button").first().click();
  await page.locator(".said, .flash").first().waitFor();
  await page.goto(`/${locale}/checkout`);
  await page.locator("main form.work button.button").last().click();
  await page.locator("#faults").waitFor();
  assert.equal(await page.evaluate(() => document.activeElement?.id), "faults", "what is wrong is read first");
  await page.locator("#faults a").first().click();
  assert.equal(await page.evaluate(() => document.activeElement?.name), "name", "the list leads into the field");
  await at("contact with faults");
}

for (const locale of ["lt", "en"]) {
  test(`axe finds nothing on the shop's pages in ${locale}`, async () => {
    const page = await newVisitor(browser, shop);
    const found = [];
    const at = async (name) => found.push(...(await judged(page, name)));
    const open = async (path, name, status = 200) => {
      const answer = await page.goto(path);
      assert.equal(answer.status(), status, path);
      await at(name);
    };
    await open(`/${locale}/`, "home");
    const legal = await page.locator(`footer a[href^="/${locale}/page/"]`).first().getAttribute("href");
    await open(`/${locale}/c/${categories[locale]}`, "category");
    const product = await page.locator(`a[href^="/${locale}/p/"]`).first().getAttribute("href");
    await open(product, "product");
    await open(`/${locale}/search?q=oak`, "search");
    await open(`/${locale}/search?q=zzzzqqqq`, "search without hits");
    await open(`/${locale}/cart`, "empty cart");
    await open(`/${locale}/account/sign-in`, "sign-in");
    await open(`/${locale}/ask?product=${product.split("/").pop()}`, "ask");
    await open(`/${locale}/contact`, "contact");
    await open(legal, "legal page");
    await open(`/${locale}/accessibility`, "accessibility");
    await open(`/${locale}/p/no-such-thing`, "404", 404);
    await configure(page, { locale, at });
    await buy(page, { locale, category: categories[locale], at });
    await page.goto(page.url().replace("?done=1", ""));
    await at("order");
    await afterSale(page, { locale, order: page.url(), at });
    await wrongInputs(page, locale, at);
    await enterAccount(page, browser, shop, { locale, email: buyer.email, at });
    await open(`/${locale}/account`, "account");
    await open(`/${locale}/account/details`, "account details");
    assert.deepEqual(found, []);
    assert.deepEqual(page.foreign, [], "nothing is asked of other hosts");
    assert.deepEqual(page.complaints, []);
    await page.context().close();
  });
}
