/** Runs axe on a page in its current state. */
import axe from "axe-core";

/**
 * @param {import("selenium-webdriver").WebDriver} driver
 * @param {{ within?: string, impacts?: string[] }} [options] a selector for the part to check, and the impacts (axe's
 *   words) to report; all by default
 * @returns {Promise<string[]>} each fault as its rule's ID, followed by the affected elements
 */
export async function faultsOf(driver, { within = "html", impacts } = {}) {
  await driver.executeScript(axe.source);
  const violations = await driver.executeAsyncScript(
    (within, done) => window.axe.run(within, { resultTypes: ["violations"] }).then((found) => done(found.violations)),
    within,
  );
  return violations
    .filter(({ impact }) => impacts?.includes(impact) ?? true)
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`);
}

/** Faults that exclude some users. */
export const SERIOUS = { impacts: ["serious", "critical"] };
