/** The main path in each engine: open the sample, add a file, download an exact export, lay a script. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { error as webdriverError } from "selenium-webdriver";
import { decode, describe, writeTone } from "./audio.mjs";
import { engineNames } from "./engines.mjs";
import { startSession } from "./session.mjs";

/**
 * The number of tries. WebKitGTK 2.50's page process hangs in about one of a hundred reloads, with idle threads, and
 * the driver then waits forever. Such a hang is unrelated to our page, so a second browser may try. The page's own
 * faults show as assertions, and are final.
 */
const TRIES = { chromium: 1, firefox: 1, webkit: 2 };

for (const engine of engineNames) {
  test(`${engine}: the sample and an added file are exported, to the sample, and get a script`, async (t) => {
    for (let tries = TRIES[engine]; tries > 0; tries--) {
      const session = await startSession(engine);
      try {
        return await exportAndReload(session, engine);
      } catch (error) {
        if (!(error instanceof webdriverError.TimeoutError) || tries === 1) throw error;
        t.diagnostic(`The browser hung: ${error.message || error.name}`);
      } finally {
        await session.close();
      }
    }
  });
}

async function exportAndReload(session, engine) {
  const { studio, browser, folder } = session;
  await studio.open(session.site.url);
  await studio.addAudio(writeTone(join(folder, "tone.wav"), { frequency: 440, seconds: 1.5, sampleRate: 48_000 }));
  const clips = await studio.clips();
  assert.equal(clips.at(-1).text, "tone.wav");
  assert.ok(clips.every(({ state }) => state === "ready"));

  const { state, result, error } = await studio.export();
  assert.equal(state, "done", error?.text);
  // WebKit sometimes never answers a request for a screenshot.
  if (engine !== "webkit") await session.screenshot(engine);
  const path = await browser.take(result.name);
  assert.equal(decode(path).length, Math.round(result.durationSeconds * result.sampleRate));
  assert.match((await describe(path)).codec, /AAC/);

  await studio.reload();
  assert.deepEqual(await studio.clips(), clips);

  // The sample's first clip is called 01-odette.mp3.
  await studio.openScript();
  await studio.element("#script-text").sendKeys("ODETTE: Good evening.");
  await studio.driver.wait(
    () => studio.driver.executeScript("return document.querySelector('.reason')?.textContent"),
    10_000,
  );
  await studio.click("#lay-script");
  assert.equal((await studio.clips())[0].text, "Good evening.");
}
