// What only a real browser can tell: buying with and without JavaScript, accessibility, weight,
// and that no page asks anything of another host.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { gzipSync } from "node:zlib";
import { AxeBuilder } from "@axe-core/playwright";
import { buy, newVisitor, openBrowser, openShop, signIn, speak } from "./demo.mjs";

let shop, browser;
before(async () => {
  [shop, browser] = await Promise.all([openShop(), openBrowser()]);
});
after(async () => {
  await browser?.close();
  await shop?.stop();
});

const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
const categories = { lt: "kedes-ir-suolai", en: "chairs-and-benches" };

async function judged(page, name) {
  const { violations } = await new AxeBuilder({ page }).withTags(tags).analyze();
  const told = violations.flatMap((v) => v.nodes.map((n) => `${name}: ${v.id} ${n.target} ${n.failureSummary?.split("\n")[1] ?? ""}`));
  // A key instead of its text means that a locale file lacks it.
  const text = await page.locator("body").innerText();
  const keys = text.match(/\b(?:shop|unit|cart|checkout|language|nav|order|fault|account|ask|stock|text)\.[a-z_]{2,}\b/g) ?? [];
  return [...told, ...keys.filter((k) => !/\.(lt|test|com|eu)$/.test(k)).map((k) => `${name}: shows the key ${k}`)];
}

for (const locale of ["lt", "en"]) {
  test(`axe finds nothing on the office's pages in ${locale}`, async () => {
    const page = await newVisitor(browser, shop);
    const found = [];
    await page.goto("/office/login");
    found.push(...(await judged(page, "login")));
    await signIn(page, shop, "owner");
    await speak(page, locale);
    const places = ["", "/customers", "/orders", "/inquiries", "/products", "/letters", "/jobs", "/settings", "/users", "/keys", "/pages"];
    for (const place of places) {
      const answer = await page.goto(`/office${place}`);
      assert.equal(answer.status(), 200, place);
      found.push(...(await judged(page, place || "my day")));
      const first = page.locator(`main a[href^="/office${place}/"]`).first();
      if (!place || !(await first.count())) continue;
      const path = await first.getAttribute("href");
      assert.equal((await page.goto(path)).status(), 200, path);
      found.push(...(await judged(page, `one of ${place}`)));
    }
    assert.deepEqual(found, []);
    assert.deepEqual(page.foreign, [], "nothing is asked of other hosts");
    assert.deepEqual(page.complaints, []);
    await page.context().close();
  });
}
