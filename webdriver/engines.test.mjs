/**
 * The main path in each engine: the sample opens, a file is added, the export is downloaded and exact, a script is
 * laid.
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { error as webdriverError } from "selenium-webdriver";
import { decode, describe, writeTone } from "./audio.mjs";
import { engineNames } from "./engines.mjs";
import { startSession } from "./session.mjs";

/**
 * WebKitGTK 2.50's page process hangs in about one of a hundred reloads, its threads idle, and the driver then waits in
 * vain. A hang there tells nothing of our page, so another browser may try once more. What the page does wrong shows as
 * an assertion, and is final.
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
  // At times WebKit never answers when it is asked for a picture.
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
