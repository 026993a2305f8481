/**
 * Damaged files through the page: each is added, or refused as `invalid-audio`. None crashes the worker or occupies it
 * for long, and the library keeps working. `FUZZ_CASES` sets the number of cases; a failing case is reported with its
 * seed. `make faults` has 500 of them, and `FUZZ_WRITE` makes it write its counts into docs/reliability.md:
 *
 *     FUZZ_CASES=2000 node --import tsx --test webdriver/fuzz.test.mjs
 */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { RAW } from "./faults/campaign.mjs";
import { writeBetween } from "./faults/document.mjs";
import { startSession } from "./session.mjs";

const MEDIA = "tests/data/media";
/** One file of each readable container and codec, made by the native tests. */
const SEEDS = "target/tmp/seeds";
const CASES = Number(process.env.FUZZ_CASES ?? 200);
/** The number of cases per call, which stays well below the driver's script timeout. */
const BATCH = 100;
const SLOWEST_MS = 5000;
const MOST_WASM_BYTES = 64 * 1024 * 1024;

test(`${CASES} spoilt files are added or refused in words, and the next export works`, async () => {
  const session = await startSession();
  try {
    await session.openBlank();
    const samples = [MEDIA, SEEDS].flatMap(filesIn);
    await session.driver.executeAsyncScript(open, samples);
    const found = [];
    for (let seed = 0; seed < CASES; seed += BATCH) {
      const { rows, failures } = await session.driver.executeAsyncScript(
        addSpoilt,
        seed,
        Math.min(seed + BATCH, CASES),
        SLOWEST_MS,
      );
      assert.deepEqual(failures, []);
      for (const { name, says } of rows) assert.doesNotMatch(says, RAW, name);
      found.push(...rows);
    }
    const result = await session.driver.executeAsyncScript(exportSound);
    assert.equal(result.error, undefined);
    assert.equal(result.durationSeconds, 0.25);
    assert.ok(result.peakWasmBytes < MOST_WASM_BYTES, `${result.peakWasmBytes} bytes of wasm memory`);
    const added = found.filter(({ end }) => end !== "refused").length;
    assert.ok(added > CASES / 10 && added < CASES, `${added} could be read`);
    if (process.env.FUZZ_WRITE) writeBetween("spoilt media", tableOf(found));
    console.log(`${added} of ${CASES} could be read; ${result.peakWasmBytes / 2 ** 20} MiB of wasm memory at most`);
  } finally {
    await session.close();
  }
});

/** Counts the ends by the kind of file. */
function tableOf(found) {
  const kindOf = ({ name }) => name.slice(name.lastIndexOf(".") + 1);
  const kinds = [...new Set(found.map(kindOf))].sort();
  const rows = [
    "| spoilt | files | added | added, with a warning | refused | slowest |",
    "|---|---:|---:|---:|---:|---:|",
  ];
  for (const kind of [...kinds, "all"]) {
    const ours = found.filter((row) => kind === "all" || kindOf(row) === kind);
    const ends = ["added", "warned", "refused"].map((end) => ours.filter((row) => row.end === end).length);
    const slowest = (Math.max(...ours.map(({ milliseconds }) => milliseconds)) / 1000).toFixed(1);
    rows.push(`| ${[kind === "all" ? kind : `.${kind}`, ours.length, ...ends, `${slowest} s`].join(" | ")} |`);
  }
  return rows.join("\n");
}

function filesIn(folder) {
  if (!existsSync(folder)) execFileSync("cargo", ["test", "--test", "native", "the_seeds_are_made"]);
  const names = readdirSync(folder).filter((name) => !name.endsWith(".json"));
  return names.sort().map((name) => ({ name, base64: readFileSync(join(folder, name), "base64") }));
}

// The functions below run in the page.

async function open(samples, done) {
  const { openLibrary } = await import("/secuencia/index.js");
  const bytesOf = (base64) => Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  window.samples = samples.map(({ name, base64 }) => ({ name, bytes: bytesOf(base64) }));
  window.library = await openLibrary({ database: "fuzz" });
  done();
}

/** Adds the files of some seeds. Stops at the first failure, which may occupy the worker forever. */
async function addSpoilt(first, end, slowestMs, done) {
  const found = { rows: [], failures: [] };
  const late = () => new Promise((_, reject) => setTimeout(reject, slowestMs, new Error("It takes too long.")));
  for (let seed = first; seed < end && found.failures.length === 0; seed++) {
    const { name, bytes } = spoilt(seed);
    const started = performance.now();
    const ended = (end, says = "") => {
      found.rows.push({ name, end, says, milliseconds: performance.now() - started });
    };
    try {
      const { id, warning } = await Promise.race([window.library.addAsset(new Blob([bytes]), { name }), late()]);
      ended(warning ? "warned" : "added");
      await window.library.removeAsset(id);
    } catch (error) {
      ended("refused", error.message);
      if (error.code !== "invalid-audio") found.failures.push(`seed ${seed}, ${name}: ${error}`);
    }
  }
  done(found);

  /** Returns one of the samples, changed in one to four places. */
  function spoilt(seed) {
    const random = chance(seed);
    const below = (limit) => Math.floor(random() * limit);
    const { name, bytes: whole } = window.samples[below(window.samples.length)];
    const other = window.samples[below(window.samples.length)].bytes;
    let bytes = whole.slice();
    for (let change = below(4); change >= 0; change--) {
      // Half of the changes are in the front, where headers are.
      const start = below(2) === 0 ? below(Math.min(256, bytes.length)) : below(bytes.length);
      const stop = start + below((bytes.length - start) / 2 ** below(12)) + 1;
      const part = bytes.subarray(start, stop);
      const join = (...parts) => new Uint8Array(parts.flatMap((piece) => [...piece]));
      const changes = [
        () => part.set(part.map((byte) => (below(8) === 0 ? byte ^ (1 << below(8)) : byte))),
        () => part.fill([0x00, 0x7f, 0x80, 0xff][below(4)]),
        () => part.set(part.map(() => below(256))),
        () => part.subarray(0, 1 << below(4)).fill([0x00, 0x7f, 0xff][below(3)]),
        () => (bytes = bytes.slice(0, start)),
        () => (bytes = join(bytes.subarray(0, start), bytes.subarray(stop))),
        () => (bytes = join(bytes.subarray(0, stop), bytes.subarray(start))),
        () => (bytes = join(bytes.subarray(0, start), other.subarray(below(other.length)))),
      ];
      changes[below(changes.length)]();
    }
    return { name, bytes };
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

/** Adds a sound file and exports it. Returns the result's facts, or the error. */
async function exportSound(done) {
  try {
    const { name, bytes } = window.samples.find(({ name }) => name === "pcm-s16-48000-5.1.wav");
    const { id } = await window.library.addAsset(new Blob([bytes]), { name });
    const timeline = await window.library.buildTimeline("Sound", [{ assetId: id, duration: 0.25 }]);
    const { durationSeconds, stats } = await window.library.exportAudio(timeline.id);
    done({ durationSeconds, peakWasmBytes: stats.peakWasmBytes });
  } catch (error) {
    done({ error: String(error) });
  }
}
