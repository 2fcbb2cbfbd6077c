// What is said against a page: axe's findings, keys that stand where words should.
import { AxeBuilder } from "@axe-core/playwright";

const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
const keyed = /\b(?:shop|unit|cart|checkout|language|nav|order|fault|account|ask|stock|text|office|timeline|mail|cases|aftersales)\.[a-z_]{2,}(?:\.[a-z_]+)*\b/g;

/** Everything that is wrong with a page, a line each. `only` names axe's rules to run, `but` those to leave out. */
export async function judged(page, name, { only, but = [] } = {}) {
  // A list is the same row many times over; axe would look at each of them for seconds.
  await page.evaluate(() => {
    for (const body of document.querySelectorAll("tbody")) for (const row of [...body.rows].slice(6)) row.remove();
    for (const row of [...document.querySelectorAll("details.task")].slice(6)) row.remove();
  });
  // A frame in which no script may run never answers axe; what it shows is judged on its own.
  let axe = new AxeBuilder({ page }).exclude("iframe[sandbox]");
  axe = only ? axe.withRules(only) : axe.withTags(tags).disableRules(but);
  const { violations } = await axe.analyze();
  const told = violations.flatMap((v) => v.nodes.map((n) => `${name}: ${v.id} ${n.target} ${n.failureSummary?.split("\n")[1] ?? ""}`));
  if (only) return told;
  // A key instead of its text means that a locale file lacks it. Code may name keys.
  const text = await page.evaluate(() => {
    const copy = document.body.cloneNode(true);
    for (const code of copy.querySelectorAll("code, pre, script, .mono, [data-raw]")) code.remove();
    return copy.textContent;
  });
  const keys = text.match(keyed) ?? [];
  return [...told, ...keys.filter((k) => !/\.(lt|test|com|eu|example)$/.test(k)).map((k) => `${name}: shows the key ${k}`)];
}

/** How many pixels a page is too wide for its window. */
export const tooWide = (page) => page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
