/**
 * `exportClips` gives the bytes that a kept library gives, for clips of every kind of content; it needs no storage, and
 * its errors name the clip.
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, describe, test } from "node:test";
import { startPage } from "./page-module.mjs";

const MEDIA = "tests/data/media";
const FILES = [
  "lame-vbr-44100-stereo.mp3",
  "aac-44100-stereo.m4a",
  "opus-48000-stereo.opus",
  "flac-44100-stereo.flac",
  "pcm-s16-11025-mono.wav",
  "vorbis-22050-mono.ogg",
].map((name) => ({ name, base64: readFileSync(`${MEDIA}/${name}`, "base64") }));
/** The server has these. */
const ADDRESSES = ["/sample/08-odette.mp3", "/sample/12-pip.wav"];
/** `CLIPS_CASES` sets another number of cases. */
const CASES = Number(process.env.CLIPS_CASES ?? 12);
const BATCH = 4;

for (const engine of ["chromium", "firefox"]) {
  describe(engine, () => {
    let page;
    before(async () => {
      page = await startPage(engine, [
        prepare,
        compareWithKept,
        exportWithoutStorage,
        failInEveryWay,
        addSeveral,
        holdAndClear,
      ]);
      await page.run(prepare, FILES);
    });
    after(() => page?.close());
    const run = (script, ...given) => page.run(script, ...given);

    test(`the bytes are those of a kept library for ${CASES} lists of clips of any content`, async () => {
      const kinds = new Set();
      for (let seed = 0; seed < CASES; seed += BATCH) {
        const found = await run(compareWithKept, seed, Math.min(seed + BATCH, CASES), ADDRESSES);
        assert.deepEqual(found.failures, []);
        for (const kind of found.kinds) kinds.add(kind);
      }
      assert.deepEqual([...kinds].sort(), ["address", "audio buffer", "blob", "buffer", "response", "samples", "view"]);
    });

    test("it needs no IndexedDB, reports 0 to 100, and has the chapters, pictures and sidecars of an export", async () => {
      const { error, progress, result } = await run(exportWithoutStorage);
      assert.equal(error, undefined);
      assert.deepEqual(
        progress,
        progress.toSorted((one, other) => one - other),
      );
      assert.equal(progress.at(-1), 100);
      assert.ok(progress[0] < 50, `the first report is ${progress[0]}`);
      assert.equal(result.name, "A Play.m4b");
      assert.deepEqual(result.warnings, []);
      assert.deepEqual(result.chapters, ["First", "Second"]);
      assert.deepEqual(result.sidecars, ["A Play.vtt"]);
    });

    test("a content that is none, cannot be loaded or cannot be read is an error that names the clip", async () => {
      assert.deepEqual(await run(failInEveryWay), [
        [
          "null",
          "TypeError",
          "clips[0]: the content must be a Blob, bytes, a URL, a Response, an AudioBuffer or { channels, sampleRate }, not undefined",
        ],
        [
          "number",
          "TypeError",
          "clips[1] (Two): the content must be a Blob, bytes, a URL, a Response, an AudioBuffer or { channels, sampleRate }, not 7",
        ],
        ["no list", "TypeError", "the clips must be a list of clips, not a Blob"],
        ["nothing", "no-audio-elements", "There is no audio to export"],
        ["NaN", "TypeError", "clips[1]: channel 1 has NaN at frame 2; samples must be finite"],
        ["unequal", "TypeError", "clips[0]: all channels must be of one length, and not of 2 and 3 frames"],
        ["empty", "TypeError", "clips[0]: there are no samples"],
        ["three", "TypeError", "clips[0]: there must be 1, 2, 4 or 6 channels, and not 3"],
        ["rate", "TypeError", "clips[0]: sampleRate must be a whole number of hertz, and not 44100.5"],
        [
          "not found",
          "load-failed",
          "clips[1] (gone.mp3): <origin>/gone.mp3 could not be loaded: the server answered 404 Not Found.",
        ],
        ["offline", "load-failed", "clips[0]: http://127.0.0.1:1/ could not be loaded: the request failed: <reason>."],
        ["no audio", "invalid-audio", "clips[1] (noise): Invalid audio data for asset audio #2: <reason>"],
        ["no audio, shared", "invalid-audio", "clips[1] (Intro): Invalid audio data for asset text.mp3 #2: <reason>"],
        ["past the end", "bad-clip", "clips[1] (late): <reason>"],
        ["no picture", "invalid-image", "This is not a supported picture. Choose a PNG or a JPEG."],
        ["aborted", "AbortError", "<reason>"],
        ["aborted later", "AbortError", "<reason>"],
      ]);
    });

    test("several assets are added by several workers, in order, each with its own outcome", async () => {
      const { outcomes, names, progress, most, aborted } = await run(addSeveral, FILES.length);
      assert.deepEqual(outcomes, [
        ...FILES.map(({ name }) => name),
        "invalid-audio",
        "Error: gone",
        "TypeError",
        "last",
      ]);
      assert.deepEqual(names, [...FILES.map(({ name }) => name), "last"]);
      assert.ok(most > 1, `${most} worker at a time`);
      assert.deepEqual(
        progress,
        progress.toSorted((one, other) => one - other),
      );
      assert.equal(progress.at(-1), 100);
      assert.equal(aborted, "AbortError");
    });

    test("a library says what it holds, and is cleared", async () => {
      for (const storage of ["indexeddb", "memory"]) {
        const { usage, images, after } = await run(holdAndClear, storage);
        const [file] = FILES;
        assert.equal(usage.assets, Buffer.from(file.base64, "base64").length);
        assert.deepEqual(
          images.map(({ id, width, height, bytes }) => [id, width, height, bytes]),
          [["picture", 4, 4, usage.images]],
        );
        assert.ok(usage.timelines > 0);
        if (engine === "chromium") assert.ok(usage.origin.quotaBytes >= usage.origin.bytes);
        assert.deepEqual(after, { assets: 0, images: 0, timelines: 0, listed: 0 });
      }
    });
  });
}

// The functions below run in the page.

async function prepare(files, done) {
  const module = await import("/secuencia/index.js");
  const bytesOf = (base64) => Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  window.files = files.map(({ name, base64 }) => ({ name, bytes: bytesOf(base64) }));
  window.secuencia = module;
  window.hashOf = async (blob) => {
    const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", await blob.arrayBuffer()));
    return [...hash].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  };
  window.picture = async () => {
    const canvas = new OffscreenCanvas(4, 4);
    canvas.getContext("2d").fillRect(0, 0, 2, 2);
    return canvas.convertToBlob({ type: "image/png" });
  };
  done();
}

/** Exports random clips in both ways. Returns the kinds of content that were met, and the differences. */
async function compareWithKept(first, end, addresses, done) {
  const { exportClips, openLibrary } = window.secuencia;
  const found = { kinds: new Set(), failures: [] };
  for (let seed = first; seed < end; seed++) {
    try {
      await compare(seed);
    } catch (error) {
      found.failures.push(`seed ${seed}: ${error}`);
    }
  }
  done({ kinds: [...found.kinds], failures: found.failures });

  async function compare(seed) {
    const random = chance(seed);
    const below = (limit) => Math.floor(random() * limit);
    const made = [];
    for (let count = 1 + below(4); count > 0; count--) made.push(await content(below));
    const clips = [];
    for (let count = 1 + below(6); count > 0; count--) {
      const { content, blob } = made[below(made.length)];
      const fields = {
        ...(below(2) && { name: `Clip ${count}` }),
        ...(below(3) === 0 && { lane: below(3) - 1, offset: below(100) / 100 }),
        ...(below(3) === 0 && { volumeDb: -below(20), pan: below(3) - 1 }),
        ...(below(3) === 0 && { fadeIn: 0.01, fadeOut: 0.02 }),
        ...(below(4) === 0 && { sourceStart: 0.05, duration: 0.1 }),
        ...(below(2) && { text: "Who knocks?", voice: "BRAM" }),
      };
      clips.push({ content, blob, fields });
    }
    const ofTimeline = { gapSeconds: below(3) / 10, audioLayout: ["stereo", "mono", "auto"][below(3)] };
    const ofExport = { bitRate: [64_000, 128_000][below(2)], chapters: ["none", "clips"][below(2)], quality: "draft" };
    const texts = { sidecars: ["webvtt", "json"] };
    const added = { trimSilence: below(2) === 0 };

    const given = clips.map(({ content, fields }) =>
      Object.keys(fields).length === 0 ? content : { content, ...fields },
    );
    const whole = await exportClips(given, { name: `Case ${seed}`, ...added, ...ofTimeline, ...ofExport, ...texts });

    const library = await openLibrary({ database: `kept ${seed}` });
    const ids = new Map();
    for (const { blob } of clips) {
      // Addresses bring a name.
      if (!ids.has(blob)) ids.set(blob, (await library.addAsset(blob, { name: blob.called ?? "" }, added)).id);
    }
    const specs = clips.map(({ blob, fields }) => ({ assetId: ids.get(blob), ...fields }));
    const { id } = await library.buildTimeline(`Case ${seed}`, specs, ofTimeline);
    const kept = await library.exportAudio(id, { ...ofExport, ...texts });
    await library.clear();
    await library.close();
    const [one, other] = [await window.hashOf(whole.file), await window.hashOf(kept.file)];
    if (one !== other) throw new Error(`${whole.bytes} bytes, and not the ${kept.bytes} of a kept library`);
    if (JSON.stringify(whole.sidecars) !== JSON.stringify(kept.sidecars)) throw new Error("other sidecars");
  }

  /** Returns a content of any kind, and the same as a Blob. */
  async function content(below) {
    const { bytes } = window.files[below(window.files.length)];
    const address = addresses[below(addresses.length)];
    const kind = ["blob", "buffer", "view", "address", "response", "samples", "audio buffer"][below(7)];
    found.kinds.add(kind);
    const fetched = async () =>
      Object.assign(await (await fetch(address)).blob(), { called: address.split("/").pop() });
    const blob = new Blob([bytes]);
    if (kind === "blob") return { content: blob, blob };
    if (kind === "buffer") return { content: bytes.slice().buffer, blob };
    if (kind === "view")
      return { content: new DataView(new Uint8Array([0, ...bytes, 0]).buffer, 1, bytes.length), blob };
    if (kind === "address") {
      return { content: below(2) ? address : new URL(address, location.href), blob: await fetched() };
    }
    if (kind === "response") return { content: await fetch(address), blob: await fetched() };
    const rate = [44_100, 48_000, 32_000][below(3)];
    const count = [1, 2, 6][below(3)];
    const frames = 1000 + below(9000);
    const channels = Array.from({ length: count }, (_, channel) =>
      Float32Array.from({ length: frames }, (_, frame) => Math.sin((frame * (channel + 1)) / 20) * 0.3),
    );
    const wav = floatWav(channels, rate);
    if (kind === "samples") return { content: { channels, sampleRate: rate }, blob: wav };
    const buffer = new AudioBuffer({ length: frames, numberOfChannels: count, sampleRate: rate });
    for (const [index, channel] of channels.entries()) buffer.copyToChannel(channel, index);
    return { content: buffer, blob: wav };
  }

  /** A plain float WAV, written here independently. */
  function floatWav(channels, rate) {
    const [{ length }] = channels;
    const size = length * channels.length * 4;
    const view = new DataView(new ArrayBuffer(44 + size));
    const text = (at, letters) => {
      for (const [index, letter] of [...letters].entries()) view.setUint8(at + index, letter.charCodeAt(0));
    };
    text(0, "RIFF");
    view.setUint32(4, 36 + size, true);
    text(8, "WAVEfmt ");
    view.setUint32(16, 16, true);
    view.setUint16(20, 3, true);
    view.setUint16(22, channels.length, true);
    view.setUint32(24, rate, true);
    view.setUint32(28, rate * channels.length * 4, true);
    view.setUint16(32, channels.length * 4, true);
    view.setUint16(34, 32, true);
    text(36, "data");
    view.setUint32(40, size, true);
    for (let frame = 0; frame < length; frame++) {
      for (const [index, channel] of channels.entries()) {
        view.setFloat32(44 + (frame * channels.length + index) * 4, channel[frame], true);
      }
    }
    return new Blob([view]);
  }

  /** Mulberry32. */
  function chance(seed) {
    let state = seed + 1;
    return () => {
      state = (state + 0x6d2b79f5) | 0;
      let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
      mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
      return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
    };
  }
}

async function exportWithoutStorage(done) {
  const { exportClips } = window.secuencia;
  const progress = [];
  const real =
    Object.getOwnPropertyDescriptor(window, "indexedDB") ??
    Object.getOwnPropertyDescriptor(Window.prototype, "indexedDB");
  try {
    Object.defineProperty(window, "indexedDB", { value: undefined, configurable: true });
    const [one, two] = window.files;
    const picture = await window.picture();
    const { name, warnings, chapters, sidecars } = await exportClips(
      [new File([one.bytes], one.name), { content: two.bytes, text: "Hello." }],
      {
        name: "A Play",
        extension: "m4b",
        chapters: [
          { title: "First", offset: 0 },
          { title: "Second", offset: 0.1, image: picture },
        ],
        tags: { artist: "A. Author", covers: [picture, await picture.arrayBuffer()] },
        sidecars: ["webvtt"],
        onProgress: ({ completed }) => progress.push(completed),
      },
    );
    const titles = chapters.map(({ title }) => title);
    done({ progress, result: { name, warnings, chapters: titles, sidecars: sidecars.map(({ name }) => name) } });
  } catch (error) {
    done({ error: String(error), progress });
  } finally {
    Object.defineProperty(window, "indexedDB", real);
  }
}

async function failInEveryWay(done) {
  const { exportClips } = window.secuencia;
  const good = new Blob([window.files[0].bytes]);
  const text = new File(["This is no audio at all."], "text.mp3");
  const samples = (...channels) => ({ channels: channels.map((list) => Float32Array.from(list)), sampleRate: 44_100 });
  const stopped = AbortSignal.abort();
  const later = new AbortController();
  const cases = {
    null: [[null]],
    number: [[good, { content: 7, name: "Two" }]],
    "no list": [good],
    nothing: [[]],
    NaN: [[good, samples([0, 0, 0], [0, 0, Number.NaN])]],
    unequal: [[samples([0, 0], [0, 0, 0])]],
    empty: [[samples([], [])]],
    three: [[samples([0], [0], [0])]],
    rate: [[{ ...samples([0]), sampleRate: 44_100.5 }]],
    "not found": [[good, "/gone.mp3"]],
    offline: [["http://127.0.0.1:1/"]],
    "no audio": [[good, { content: new Uint8Array([1, 2, 3]), name: "noise" }]],
    "no audio, shared": [[good, { content: text, name: "Intro" }, text]],
    "past the end": [[good, { content: good, name: "late", sourceStart: 100 }]],
    "no picture": [[good], { tags: { covers: [text] } }],
    aborted: [[good], { signal: stopped }],
    "aborted later": [[good], { signal: later.signal, onProgress: () => later.abort() }],
  };
  const found = [];
  for (const [name, given] of Object.entries(cases)) {
    const error = await exportClips(...given).then(
      () => new Error("It was exported."),
      (error) => error,
    );
    let message = String(error.message).replace(location.origin, "<origin>");
    // The browser's words, and those of the decoders, which others test.
    if (name.startsWith("aborted")) message = "<reason>";
    if (name === "offline") message = message.replace(/failed: .*\.$/, "failed: <reason>.");
    if (name.startsWith("no audio")) message = message.replace(/(asset .*?): .*$/, "$1: <reason>");
    if (name === "past the end") message = message.replace(/\): .*$/, "): <reason>");
    const kind = error.name === "SecuenciaError" ? error.code : error.name;
    found.push([name, kind, message]);
  }
  done(found);
}

async function addSeveral(count, done) {
  const { openLibrary } = window.secuencia;
  const Started = window.Worker;
  const workers = { running: 0, most: 0 };
  window.Worker = class extends Started {
    constructor(...how) {
      super(...how);
      workers.running += 1;
      workers.most = Math.max(workers.most, workers.running);
    }
    terminate() {
      super.terminate();
      workers.running -= 1;
    }
  };
  try {
    const library = await openLibrary({ storage: "memory" });
    const good = window.files.map(({ name, bytes }) => new File([bytes], name));
    const last = { name: "last", content: async () => good[0] };
    const failing = { content: () => Promise.reject(new Error("gone")) };
    const progress = [];
    const outcomes = await library.addAssets([...good, new Blob(["no audio"]), failing, {}, last], {
      workers: 3,
      onProgress: ({ completed }) => progress.push(completed),
    });
    const names = (await library.assets()).map(({ name }) => name);
    const controller = new AbortController();
    controller.abort();
    const aborted = await library.addAssets(good, { signal: controller.signal }).catch(({ name }) => name);
    await library.close();
    const told = ({ asset, error }) =>
      asset?.name ?? error.code ?? (error instanceof TypeError ? "TypeError" : String(error));
    done({ outcomes: outcomes.map(told), names, progress, most: workers.most, aborted, count });
  } finally {
    window.Worker = Started;
  }
}

async function holdAndClear(storage, done) {
  const library = await window.secuencia.openLibrary({ database: "held", storage });
  const { id } = await library.addAsset(new Blob([window.files[0].bytes]));
  await library.addImage(await window.picture(), { id: "picture" });
  await library.buildTimeline("Held", [id]);
  const usage = await library.usage();
  const images = await library.images();
  await library.clear();
  const { assets, images: pictures, timelines } = await library.usage();
  const listed = (await library.assets()).length + (await library.timelines()).length;
  await library.close();
  done({ usage, images, after: { assets, images: pictures, timelines, listed } });
}
