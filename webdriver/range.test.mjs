/** A part of a timeline is exported from the page: its length, its chapters, its cues, and refusals. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { writeTone } from "./audio.mjs";
import { startSession } from "./session.mjs";

test("a range of a timeline is a file of exactly its samples, and of what is said in it", async (t) => {
  const session = await startSession();
  t.after(session.close);
  await session.openBlank();
  const tone = writeTone(join(session.folder, "tone.wav"), { frequency: 330, seconds: 2 });
  const found = await session.driver.executeAsyncScript(exportParts, readFileSync(tone, "base64"));
  assert.equal(found.error, undefined);
  assert.deepEqual(found.frames, [44_100 * 3, 44_100 * 3, 44_100 * 10 - 88_201]);
  assert.deepEqual(found.chapters, [
    ["One", 0, 1.5],
    ["Two", 1.5, 3],
  ]);
  assert.match(found.captions, /00:00:00\.000 --> 00:00:00\.500.*00:00:00\.500 --> 00:00:02\.500.*--> 00:00:03\.000/s);
  assert.ok(found.isSameForAnyWorkers);
  assert.deepEqual(found.plan, { durationSeconds: 3, clips: 3 });
  assert.deepEqual(found.refused, ["TypeError", "TypeError", "empty-timeline", "empty-timeline"]);
});

// The function below runs in the page.

async function exportParts(base64, done) {
  try {
    const { openLibrary } = await import("/secuencia/index.js");
    const library = await openLibrary({ database: "range" });
    const content = new Blob([Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))]);
    const { id } = await library.addAsset(content, { text: "A tone." });
    const chapters = [
      { title: "One", offset: 0 },
      { title: "Two", offset: 3 },
      { title: "Three", offset: 4.5 },
    ];
    const timeline = (await library.buildTimeline("Tones", [id, id, id, id, id], { chapters })).id;
    const exported = (options) => library.exportAudio(timeline, options);
    const range = { start: 1.5, end: 4.5 };
    const part = await exported({ range, sidecars: ["webvtt"] });
    const alone = await exported({ range, workers: 1 });
    const rest = await exported({ range: { start: 88_201 / 44_100, end: 1e6 } });
    const [one, other] = await Promise.all([part.file.arrayBuffer(), alone.file.arrayBuffer()]);
    const hash = async (bytes) => new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).join();
    const { durationSeconds, clips } = await library.planExport(timeline, { range });
    const refusal = (work) => work.then(String, (error) => error.code ?? error.name);
    done({
      frames: [part, alone, rest].map((result) => Math.round(result.durationSeconds * 44_100)),
      chapters: part.chapters.map(({ title, startTime, endTime }) => [title, startTime, endTime]),
      captions: part.sidecars[0].text,
      isSameForAnyWorkers: (await hash(one)) === (await hash(other)),
      plan: { durationSeconds, clips },
      refused: [
        await refusal(exported({ range: { start: 3, end: 2 } })),
        await refusal(library.planExport(timeline, { range: { start: "1" } })),
        await refusal(exported({ range: { start: 10 } })),
        await refusal(library.planExport(timeline, { range: { start: 11, end: 12 } })),
      ],
    });
  } catch (error) {
    done({ error: String(error) });
  }
}
