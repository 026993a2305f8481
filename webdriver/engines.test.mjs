/** The main path in each engine: the sample opens, a file is added, the export is downloaded and is exact. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { decode, describe, writeTone } from "./audio.mjs";
import { engineNames } from "./engines.mjs";
import { startSession } from "./session.mjs";

for (const engine of engineNames) {
  test(`${engine}: the sample and an added file are exported, to the sample`, async (t) => {
    const session = await startSession(engine);
    t.after(session.close);
    const { studio, browser, folder } = session;
    await studio.open(session.site.url);
    await studio.addAudio(writeTone(join(folder, "tone.wav"), { frequency: 440, seconds: 1.5, sampleRate: 48_000 }));
    const clips = await studio.clips();
    assert.equal(clips.at(-1).text, "tone.wav");
    assert.ok(clips.every(({ state }) => state === "ready"));

    const { state, result, error } = await studio.export();
    assert.equal(state, "done", error?.text);
    await session.screenshot(engine);
    const path = await browser.take(result.name);
    assert.equal(decode(path).length, Math.round(result.durationSeconds * result.sampleRate));
    assert.match((await describe(path)).codec, /AAC/);

    await studio.reload();
    assert.deepEqual(await studio.clips(), clips);
  });
}
