/** What axe finds amiss of a page as it stands. */
import axe from "axe-core";

/**
 * @param {import("selenium-webdriver").WebDriver} driver
 * @param {{ within?: string, impacts?: string[] }} [options] a selector of what is looked at, and how grave a fault has
 *   to be, by axe's words
 * @returns {Promise<string[]>} each fault by its rule's ID, with the elements that have it
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

/** The faults that keep somebody out. */
export const SERIOUS = { impacts: ["serious", "critical"] };
