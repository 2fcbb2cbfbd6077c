// What only a real browser can tell: buying with and without JavaScript, weight, and that no page
// asks anything of another host.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { gzipSync } from "node:zlib";
import { afterSale, buy, newVisitor, openBrowser, openShop, signIn } from "./demo.mjs";

let shop, browser;
before(async () => {
  [shop, browser] = await Promise.all([openShop(), openBrowser()]);
});
after(async () => {
  await browser?.close();
  await shop?.stop();
});

const categories = { lt: "kedes-ir-suolai", en: "chairs-and-benches" };

for (const javaScriptEnabled of [true, false]) {
  test(`a guest buys with JavaScript ${javaScriptEnabled ? "on" : "off"}`, async () => {
    const page = await newVisitor(browser, shop, { javaScriptEnabled });
    const number = await buy(page);
    assert.match(number ?? "", /^UZS-/, "the order has a number");
    assert.deepEqual(page.foreign, [], "nothing is asked of other hosts");
    assert.deepEqual(page.complaints, []);
    await page.context().close();
  });
}

for (const javaScriptEnabled of [true, false]) {
  test(`whoever holds an order's link declares without a cookie, with JavaScript ${javaScriptEnabled ? "on" : "off"}`, async () => {
    const guest = await newVisitor(browser, shop);
    await buy(guest);
    const page = await newVisitor(browser, shop, { javaScriptEnabled });
    await afterSale(page, { order: guest.url().replace("?done=1", "") });
    assert.deepEqual(page.foreign, [], "nothing is asked of other hosts");
    assert.deepEqual(await page.context().cookies(), [], "no cookie is needed");
    assert.deepEqual(page.complaints, []);
    await guest.context().close();
    await page.context().close();
  });
}

test("style and script stay light", async () => {
  const page = await newVisitor(browser, shop);
  const weight = { css: 0, js: 0 };
  const bodies = [];
  page.on("response", (r) => {
    const kind = r.url().match(/\.(css|js)(?:\?|$)/)?.[1];
    if (kind) bodies.push(r.body().then((b) => (weight[kind] += gzipSync(b, { level: 9 }).length)));
  });
  await page.goto(`/lt/c/${categories.lt}`);
  await page.locator('a[href^="/lt/p/"]').first().click();
  await page.waitForLoadState("networkidle");
  await Promise.all(bodies);
  assert.ok(weight.css > 0 && weight.css <= 12 * 1024, `${weight.css} bytes of CSS`);
  assert.ok(weight.js > 0 && weight.js <= 5 * 1024, `${weight.js} bytes of JavaScript`);
  await page.context().close();
});

test("the manager finds the order in the office", async () => {
  const guest = await newVisitor(browser, shop);
  const number = await buy(guest);
  const page = await newVisitor(browser, shop);
  await signIn(page, shop, "manager");
  await page.goto("/office/orders");
  await page.getByRole("link", { name: number }).first().click();
  assert.match(await page.locator("main").innerText(), /Ona Bandytoja/);
  assert.deepEqual(page.foreign, [], "nothing is asked of other hosts");
  await guest.context().close();
  await page.context().close();
});
