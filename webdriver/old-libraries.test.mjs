/**
 * Libraries that earlier versions wrote still open, list, play and export. The schema's version has been 1 from the
 * start; the records grew. Each form below is written by hand into a real database, as that version wrote it.
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { startSession } from "./session.mjs";

const RATE = 44_100;

const seconds = (value, timescale = 1) => ({ value, timescale });
const asset = {
  id: "line",
  name: "line.wav",
  mimeType: "audio/wav",
  frames: RATE,
  sampleRate: RATE,
  channels: 1,
  text: "Hello.",
  voice: "ALICE",
  peaks: { bytes: [1, 255] },
  warning: undefined,
};
const clip = {
  id: "clip-1",
  name: "line.wav",
  assetId: "line",
  offset: seconds(1, 2),
  duration: seconds(1),
  sourceStart: seconds(0),
  lane: 0,
  volumeDb: -6,
  isMuted: false,
};
const timeline = { id: "t", name: "Scene", audioLayout: "stereo", audioRate: RATE, clips: [clip] };
const faded = { ...clip, fadeIn: seconds(1, 10), fadeOut: seconds(0), pan: 0.5 };
const said = { ...faded, text: "Hello?", voice: undefined, scene: "HALL", metadata: '{"a":1}' };
const told = {
  ...timeline,
  clips: [said],
  chapters: [{ title: "One", offset: seconds(0), image: "cover", metadata: "" }],
  tags: { artist: "Ødette", track: { number: 3 }, mediaType: "audiobook", covers: ["cover"] },
  metadata: '{"b":[2]}',
};
const trimmed = { ...asset, trim: { start: 4410, end: 39_690 }, seekIndex: { bytes: [] } };

/** The forms, oldest first: the records, and how the content is kept. */
const FORMS = [
  { name: "the first: clips as objects, without fades", asset, timeline },
  { name: "content in two buffers, where a browser refuses Blobs", asset, timeline, buffers: 2 },
  { name: "fades and pan", asset, timeline: { ...timeline, clips: [faded] } },
  { name: "trims and seek indices", asset: trimmed, timeline: { ...timeline, clips: [faded] } },
  { name: "tags, chapters, lines and pictures", asset: trimmed, timeline: told, picture: true },
  {
    name: "clips as bytes",
    asset: trimmed,
    timeline: { ...told, clips: { bytes: [...readFileSync("tests/data/clips-form-1.bin")] } },
    picture: true,
    // Its clips play other parts of a longer asset.
    isBinary: true,
  },
];

// Firefox runs a driver's scripts beside the page, where a byte array is of another kind than the page's.
for (const engine of ["chromium"]) {
  test(`libraries of every earlier form are read and exported, in ${engine}`, async () => {
    const session = await startSession(engine);
    try {
      await session.openBlank();
      for (const [index, form] of FORMS.entries()) {
        const found = await session.driver.executeAsyncScript(readOld, `old-${index}`, form);
        assert.equal(found.error ?? undefined, undefined, form.name);
        assert.deepEqual(
          found.asset,
          { id: "line", durationSeconds: 1, hasEqualSides: true, text: "Hello." },
          form.name,
        );
        assert.equal(found.bytes, 44 + 2 * RATE, form.name);
        assert.equal(found.trim ?? undefined, form.asset.trim ? 0.1 : undefined, form.name);
        assert.equal(found.picture ?? undefined, form.picture ? "image/png" : undefined, form.name);
        assert.equal(found.durationSeconds, found.timeline.durationSeconds, form.name);
        if (form.isBinary) {
          assert.equal(found.timeline.clips.length, 2);
          continue;
        }
        assert.equal(found.durationSeconds, 1.5, form.name);
        const [kept] = found.timeline.clips;
        assert.deepEqual([kept.offset, kept.duration, kept.volumeDb], [0.5, 1, -6], form.name);
        assert.equal(kept.fadeIn, form.timeline.clips[0].fadeIn ? 0.1 : 0, form.name);
        assert.deepEqual(kept.metadata ?? undefined, form.timeline.clips[0].metadata && { a: 1 }, form.name);
        assert.deepEqual(found.timeline.tags ?? undefined, form.timeline.tags, form.name);
      }
    } finally {
      await session.close();
    }
  });
}

// The function below runs in the page.

/** Writes a library as an earlier version did, opens it with this one, and reads, saves and exports what it holds. */
async function readOld(name, { asset, timeline, buffers, picture, isBinary }, done) {
  const bytes = ({ bytes }) => new Uint8Array(bytes);
  const withBytes = (record, ...fields) => {
    const copy = { ...record };
    for (const field of fields) if (copy[field]?.bytes) copy[field] = bytes(copy[field]);
    return copy;
  };
  const settled = (request) =>
    new Promise((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
  const wav = () => {
    const content = new DataView(new ArrayBuffer(44 + 2 * 44_100));
    const text = (at, letters) => {
      for (let index = 0; index < letters.length; index += 1) content.setUint8(at + index, letters.charCodeAt(index));
    };
    text(0, "RIFF");
    content.setUint32(4, 36 + 2 * 44_100, true);
    text(8, "WAVEfmt ");
    content.setUint32(16, 16, true);
    content.setUint16(20, 1, true);
    content.setUint16(22, 1, true);
    content.setUint32(24, 44_100, true);
    content.setUint32(28, 2 * 44_100, true);
    content.setUint16(32, 2, true);
    content.setUint16(34, 16, true);
    text(36, "data");
    content.setUint32(40, 2 * 44_100, true);
    for (let frame = 0; frame < 44_100; frame += 1) content.setInt16(44 + 2 * frame, 8000 * Math.sin(frame / 16), true);
    return content.buffer;
  };
  try {
    const opening = indexedDB.open(name, 1);
    opening.onupgradeneeded = () => {
      for (const records of ["assets", "timelines"]) {
        const store = opening.result.createObjectStore(records, { autoIncrement: true, keyPath: "order" });
        store.createIndex("id", "id", { unique: true });
      }
      opening.result.createObjectStore("contents");
    };
    const database = await settled(opening);
    const writing = database.transaction(["assets", "timelines", "contents"], "readwrite");
    writing.objectStore("assets").put(withBytes(asset, "peaks", "seekIndex"));
    writing.objectStore("timelines").put(withBytes(timeline, "clips"));
    const content = wav();
    const contents = writing.objectStore("contents");
    if (buffers) {
      for (let part = 0; part < buffers; part += 1) {
        const length = Math.ceil(content.byteLength / buffers);
        contents.put(content.slice(part * length, (part + 1) * length), ["line", part]);
      }
    } else {
      contents.put(new Blob([content]), ["line", 0]);
    }
    if (picture) {
      const canvas = new OffscreenCanvas(2, 3);
      canvas.getContext("2d").fillRect(0, 0, 2, 3);
      const png = new Uint8Array(await (await canvas.convertToBlob()).arrayBuffer());
      const record = { id: "cover", mimeType: "image/png", width: 2, height: 3, bytes: png };
      const again = database.transaction("contents", "readwrite");
      await settled(again.objectStore("contents").put(record, [["image", "cover"]]));
    }
    database.close();

    const { openLibrary } = await import("/secuencia/index.js");
    const library = await openLibrary({ database: name });
    const [{ id, durationSeconds, hasEqualSides, text, trim }] = await library.assets();
    const [read] = await library.timelines();
    // A timeline that was read can be saved unchanged, in today's form. The binary form's two clips have one ID.
    const whole = isBinary ? { ...read, clips: read.clips.slice(0, 1) } : read;
    await library.saveTimeline({ ...whole, id: "saved" });
    const saved = await library.timeline("saved");
    if (
      JSON.stringify({ ...saved, id: "t" }) !== JSON.stringify({ ...whole, durationSeconds: saved.durationSeconds })
    ) {
      throw new Error("it is saved as another");
    }
    const clip = isBinary ? { assetId: "line" } : undefined;
    const exportable = clip ? await library.buildTimeline("n", [clip]) : read;
    const result = await library.exportAudio(exportable.id);
    done({
      asset: { id, durationSeconds, hasEqualSides, text },
      trim: trim?.start,
      bytes: (await library.content("line")).size,
      picture: (await library.image("cover"))?.type,
      timeline: isBinary ? { ...exportable, clips: read.clips } : read,
      durationSeconds: result.durationSeconds,
    });
    await library.close();
  } catch (error) {
    done({ error: String(error) });
  }
}
