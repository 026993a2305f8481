/** A browser on the studio page, and all that it stands on: the served site, the driver, a folder for files. */
import { mkdirSync, writeFileSync } from "node:fs";
import { openBrowser } from "./engines.mjs";
import { serveSite } from "./site.mjs";
import { Studio, withoutSavePicker } from "./studio.mjs";

/**
 * Starts a session; its page is not loaded yet. The page will find no save picker, and download.
 *
 * @param {"chromium" | "firefox" | "webkit"} [engine]
 * @param {string} [siteFolder] holds the site, where it is not dist/
 */
export async function startSession(engine = "chromium", siteFolder = undefined) {
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
      const browser = await openBrowser(engine, home);
      if (engine === "chromium") await withoutSavePicker(browser.driver);
      const { driver, folder } = browser;
      Object.assign(session, { browser, driver, folder, studio: new Studio(driver) });
    }

    /** Kills the browser by a signal, whatever it is at, and starts another on what it had kept. */
    async function killBrowser() {
      await begin(await session.browser.kill());
    }

    /** Loads a page of the site that does nothing by itself, for a test that runs a script of its own in it. */
    function openBlank() {
      return session.driver.get(new URL("manifest.webmanifest", site.url).href);
    }

    /** Keeps a picture of the page in target/webdriver. */
    async function screenshot(name) {
      mkdirSync("target/webdriver", { recursive: true });
      writeFileSync(`target/webdriver/${name}.png`, await session.driver.takeScreenshot(), "base64");
    }
  } catch (error) {
    await close();
    throw error;
  }
}
