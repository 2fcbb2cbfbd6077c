// The API's two documents under a validator of the OpenAPI specification, and their pages for
// people under the strict policy, in a real browser.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Validator } from "@seriousme/openapi-schema-validator";
import { newVisitor, openBrowser, openShop } from "./demo.mjs";

let shop, browser;
before(async () => {
  [shop, browser] = await Promise.all([openShop(), openBrowser()]);
});
after(async () => {
  await browser?.close();
  await shop?.stop();
});

for (const side of ["store", "admin"]) {
  test(`the ${side} document is OpenAPI 3`, async () => {
    const document = await (await fetch(`${shop.url}/${side}/v1/openapi.json`)).json();
    const { valid, errors } = await new Validator().validate(structuredClone(document));
    assert.ok(valid, JSON.stringify(errors, null, 1));
    for (const [path, item] of Object.entries(document.paths)) {
      for (const [method, operation] of Object.entries(item).filter(([name]) => name !== "parameters")) {
        assert.ok(operation.operationId && operation.summary, `${method} ${path} has a name and a summary`);
        assert.ok(operation.responses.default, `${method} ${path} says how a refusal looks`);
      }
    }
  });

  test(`the page of the ${side} API shows its operations and asks nobody else`, async () => {
    const page = await newVisitor(browser, shop);
    await page.goto(`/${side}/v1/docs`);
    await page.locator(".opblock").first().waitFor();
    assert.ok((await page.locator(".opblock").count()) > 8);
    await page.locator(".opblock-summary").first().click();
    await page.locator(".opblock-body").first().waitFor();
    assert.deepEqual(page.foreign, [], "nothing is asked of other hosts");
    assert.deepEqual(page.complaints, []);
    await page.context().close();
  });
}
