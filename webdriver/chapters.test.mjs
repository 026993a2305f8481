/**
 * Random projects: the chapters that the studio shows beforehand are those of the finished file, and the name that it
 * suggests is the file's. `CHAPTER_CASES` sets the number of projects; a failing one is reported with its seed.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { build } from "esbuild";
import { startSession } from "./session.mjs";

const CASES = Number(process.env.CHAPTER_CASES ?? 100);
/** The number of cases per call, which stays well below the driver's script timeout. */
const BATCH = 20;

test(`${CASES} projects have the chapters and the file name that the studio shows`, async () => {
  const session = await startSession();
  try {
    await session.openBlank();
    await session.driver.executeScript(await studioCode());
    await session.driver.executeAsyncScript(open);
    let listed = 0;
    for (let seed = 0; seed < CASES; seed += BATCH) {
      const { failures, chapters } = await session.driver.executeAsyncScript(compare, seed, BATCH);
      assert.deepEqual(failures, []);
      listed += chapters;
    }
    assert.ok(listed > CASES, `${listed} chapters in ${CASES} files`);
  } finally {
    await session.close();
  }
});

/** The studio's own functions, as a script that puts them on the window. */
async function studioCode() {
  const { outputFiles } = await build({
    stdin: {
      contents: `
        export { chaptersMadeOf } from "./www/src/project/chapter-preview.ts";
        export { fileNameFor } from "./www/src/studio/destinations.ts";`,
      resolveDir: ".",
      loader: "ts",
    },
    bundle: true,
    format: "iife",
    globalName: "studio",
    footer: { js: "window.studio = studio;" },
    alias: { secuencia: "./package/file-stem.ts" },
    write: false,
  });
  return outputFiles[0].text;
}

// The functions below run in the page.

/** Opens a library with short recordings, some of them at odd rates and under odd names. */
async function open(done) {
  const { openLibrary } = await import("/secuencia/index.js");
  window.library = await openLibrary({ database: "chapters" });
  const names = ["one.wav", "a.b.c.wav", ".hidden", "no extension", " ", "灯台 🎧.wav", `${"long ".repeat(60)}.wav`];
  const texts = [
    "",
    "Who knocks?",
    `Four hundred\n and ten  steps, ${"and one more, ".repeat(8)}`,
    "   ",
    "é".repeat(80),
  ];
  const rates = [8000, 11_025, 11_127, 22_050, 44_100, 48_000, 96_000];
  window.assets = new Map();
  for (const [index, name] of names.entries()) {
    const rate = rates[index];
    const content = new Blob([wav(rate, Math.round(rate * (0.2 + 0.0371 * index)))]);
    const trim = index % 3 === 1 && { start: 0.05, end: 0.15 };
    const details = { name, text: texts[index % texts.length], ...(trim && { trim }) };
    const asset = await window.library.addAsset(content, details);
    window.assets.set(asset.id, asset);
  }
  done();

  /** Returns a WAV file of silence, mono and in 16 bits. */
  function wav(rate, frames) {
    const words = new Uint16Array(22 + frames);
    const long = (place, value) => words.set([value & 0xffff, value >>> 16], place);
    const text = (place, four) =>
      words.set(
        [...four.matchAll(/../g)].map(([two]) => two.charCodeAt(0) | (two.charCodeAt(1) << 8)),
        place,
      );
    text(0, "RIFF");
    long(2, 36 + 2 * frames);
    text(4, "WAVEfmt ");
    long(8, 16);
    words.set([1, 1], 10);
    long(12, rate);
    long(14, 2 * rate);
    words.set([2, 16], 16);
    text(18, "data");
    long(20, 2 * frames);
    return words;
  }
}

/** Exports so many projects, and returns how each differs from what the studio shows. */
async function compare(first, count, done) {
  const { library, assets, studio } = window;
  const assetOf = (id) => assets.get(id);
  const found = { failures: [], chapters: 0 };
  for (let seed = first; seed < first + count; seed++) {
    try {
      const { project, source, extension } = projectOf(seed);
      const shown = studio.chaptersMadeOf(library, project, source, assetOf);
      const { name, clips, gapSeconds, audioRate, tags, chapters } = project;
      const options = { gapSeconds, audioRate, tags, chapters };
      const { id } = await library.buildTimeline(name.trim() || "Untitled", clips, options);
      const result = await library.exportAudio(id, { chapters: source, extension, workers: 1, quality: "draft" });
      await library.removeTimeline(id);
      const inFile = result.chapters.map(({ title, startTime }) => ({ title, offset: startTime }));
      found.chapters += inFile.length;
      expect(seed, "chapters", shown, inFile);
      expect(seed, "name", studio.fileNameFor(name, extension), result.name);
      // As the user's own list, they make the same file.
      if (source !== "none") {
        const listed = studio.chaptersMadeOf(library, { ...project, chapters: shown }, "markers", assetOf);
        expect(seed, "listed", listed, inFile);
      }
    } catch (error) {
      found.failures.push(`seed ${seed}: ${error}`);
    }
  }
  done(found);

  function expect(seed, what, shown, inFile) {
    const [ours, theirs] = [JSON.stringify(shown), JSON.stringify(inFile)];
    if (ours !== theirs) found.failures.push(`seed ${seed}, ${what}: the studio shows ${ours}, the file has ${theirs}`);
  }

  /** Returns a project that can be exported, with something odd in most of its parts. */
  function projectOf(seed) {
    const random = chance(seed);
    const below = (limit) => Math.floor(random() * limit);
    const one = (list) => list[below(list.length)];
    const maybe = (field, value) => (below(2) === 0 ? { [field]: value() } : {});
    const ids = [...assets.keys()];
    const words = ["", "Intro", " Two\tlines\n", "KITCHEN", "HALL", "e\u0301 אב 😀", "x".repeat(90), "a.b"];
    const time = () => one([0, 0.1, 1 / 3, 0.5, random(), 1, 1 + random() / 44_100]);
    const clip = (_, index) => {
      const assetId = one(ids);
      const asset = assets.get(assetId);
      return {
        id: `clip ${index}`,
        assetId,
        name: one([asset.name, ...words]),
        text: one([asset.text, ...words]),
        voice: "",
        lane: one([0, 0, 0, 1, -1, -2]),
        ...maybe("offset", time),
        ...maybe("duration", () => one([1e-6, 1e-5, 0.05, 0.1, random() + 0.01])),
        ...(below(4) === 0 && { sourceStart: random() * 0.15 }),
        ...(below(4) === 0 && { isMuted: true }),
        ...maybe("scene", () => one(words)),
      };
    };
    // The first lasts long enough to be a file.
    const clips = Array.from({ length: 1 + below(10) }, clip);
    clips[0].duration = 0.5 + random();
    const marker = () => ({ title: one(words), offset: time() });
    const names = [
      "Act I/II",
      "",
      " . ",
      "v1.2 final.",
      "灯台".repeat(80),
      "con.txt",
      "a\u202eb",
      "Scène\u0000 :*?",
      ".env",
    ];
    return {
      source: ["markers", "clips", "scenes", { everySeconds: one([1, 1.25, 10 / 3]) }, "none"][seed % 5],
      extension: one(["m4a", "m4b"]),
      project: {
        name: one(names),
        gapSeconds: one([0, 0.25, 1 / 7]),
        audioRate: one([44_100, 48_000]),
        clips,
        tags: { title: one(["", "Its title", "Two\nlines"]) },
        chapters: Array.from({ length: below(6) }, marker),
      },
    };
  }

  /** Returns a generator of numbers from 0 to 1 for a seed (mulberry32). */
  function chance(seed) {
    let state = seed;
    return () => {
      state = (state + 0x6d2b79f5) | 0;
      let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
      mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
      return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
    };
  }
}
