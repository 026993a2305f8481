/** A browser on the studio page, with everything it needs: the served site, the driver, and a folder for files. */
import { mkdirSync, writeFileSync } from "node:fs";
import { openBrowser } from "./engines.mjs";
import { serveSite } from "./site.mjs";
import { Studio, withoutSavePicker } from "./studio.mjs";

/**
 * Starts a session, without loading the page. The page has no save picker, so it downloads.
 *
 * @param {"chromium" | "firefox" | "webkit"} [engine]
 * @param {string} [siteFolder] the folder of the site; dist/ by default
 * @param {string} [language] the browser's language
 */
export async function startSession(engine = "chromium", siteFolder = undefined, language = undefined) {
  const ends = [];
  const close = async () => {
    for (const end of ends.splice(0).reverse()) await end();
  };
  try {
    const site = await serveSite(siteFolder);
    ends.push(site.close);
    const session = { site, close, openBlank, screenshot, killBrowser };
    ends.push(() => session.browser?.close());
    await begin();
    return session;

    async function begin(home = undefined) {
      const browser = await openBrowser(engine, home, {}, language);
      if (engine === "chromium") await withoutSavePicker(browser.driver);
      const { driver, folder } = browser;
      Object.assign(session, { browser, driver, folder, studio: new Studio(driver) });
    }

    /** Kills the browser by a signal at any moment, and starts another one with its data. */
    async function killBrowser() {
      await begin(await session.browser.kill());
    }

    /** Loads a text of the site, in which a test can run its own scripts. (Firefox shows JSON in a page of its own.) */
    function openBlank() {
      return session.driver.get(new URL("secuencia/LICENSES/Opus.txt", site.url).href);
    }

    /** Saves a screenshot of the page in target/webdriver. */
    async function screenshot(name) {
      mkdirSync("target/webdriver", { recursive: true });
      writeFileSync(`target/webdriver/${name}.png`, await session.driver.takeScreenshot(), "base64");
    }
  } catch (error) {
    await close();
    throw error;
  }
}
