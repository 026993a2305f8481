/**
 * The limits of what is read from files: what is over one is refused in a sentence and in time, and no change of a
 * file's bytes leads to anything but a result or such a refusal.
 */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { deflateRawSync } from "node:zlib";
import { ArchiveError, openProject } from "./archive.js";
import { fileStem } from "./file-stem.js";
import * as limits from "./limits.js";
import { isDeeper } from "./limits.js";
import { OtioError, otioToTimeline } from "./otio.js";
import { ProjectFileError, parseProjectFile } from "./project.js";
import { unzip, zip } from "./zip.js";

const SEED = 19;
/** Longer than any of these takes on a busy machine, and shorter than what a page may hang. */
const MOST_MS = 10_000;

const clip = { file: "a.wav" };
const faultsOf = (project: object | string): string[] => {
  try {
    parseProjectFile(typeof project === "string" ? project : JSON.stringify({ name: "P", clips: [clip], ...project }));
    return [];
  } catch (error) {
    assert.ok(error instanceof ProjectFileError, String(error));
    return error.faults;
  }
};
const nested = (levels: number): object => (levels === 0 ? {} : { a: nested(levels - 1) });

test("a project file at its limits is read, and over one it is refused", () => {
  const { MOST_NAME_CHARACTERS: ofName, MOST_TEXT_CHARACTERS: ofText, MOST_LEVELS, MOST_CLIPS } = limits;
  // The project and its metadata are two levels.
  assert.deepEqual(faultsOf({ metadata: nested(MOST_LEVELS - 3) }), []);
  assert.deepEqual(faultsOf({ metadata: nested(MOST_LEVELS - 1) }), [
    "The project file is nested more than 200 levels deep.",
  ]);
  assert.deepEqual(faultsOf({ clips: [{ ...clip, text: "x".repeat(ofText), name: "x".repeat(ofName) }] }), []);
  assert.deepEqual(faultsOf({ clips: [{ ...clip, text: "x".repeat(ofText + 1), name: "x".repeat(ofName + 1) }] }), [
    "Clip 1’s “text” has 100,001 characters, which is more than 100,000.",
    "Clip 1’s “name” has 1,001 characters, which is more than 1,000.",
  ]);
  assert.deepEqual(faultsOf({ clips: Array(MOST_CLIPS).fill(clip) }), []);
  assert.deepEqual(faultsOf({ clips: Array(MOST_CLIPS + 1).fill(clip) }), ["The project has more than 100,000 clips."]);
  assert.deepEqual(faultsOf({ script: Array(limits.MOST_LISTED + 1).fill({ text: "", voice: "" }) }), [
    "The project’s “script” has more than 100,000 lines.",
  ]);
  assert.deepEqual(faultsOf(" ".repeat(limits.MOST_JSON_BYTES + 1)), ["The project file is too large."]);
});

test("of very many faults the first ones are told, and the number of the others", () => {
  const faults = faultsOf({ chapters: Array(limits.MOST_LISTED).fill({ bad: 1 }) });
  assert.equal(faults.length, limits.MOST_FAULTS + 1);
  assert.equal(faults.at(-1), "And 299,980 more faults.");
  const fields = Object.fromEntries(Array.from({ length: 200_000 }, (_, index) => [`f${index}`, 1]));
  assert.match(faultsOf({ clips: [{ ...clip, ...fields }] }).at(-1) ?? "", /^And 199,980 more faults\.$/);
});

test("depth is found without going deeper than it may be", () => {
  let deep: object = {};
  for (let level = 0; level < 200_000; level += 1) deep = [deep];
  assert.ok(isDeeper(deep));
  assert.ok(!isDeeper([[[]]], 3) && isDeeper([[[]]], 2) && !isDeeper("text", 0));
});

test("a timeline of very many values, or of many levels, is refused in time", () => {
  const keys = (count: number) => Array.from({ length: count }, (_, index) => `"k${index}":1`).join();
  const started = performance.now();
  for (const [text, sentence] of [
    [`{"OTIO_SCHEMA":"Timeline.1",${keys(1_000_000)}}`, /An object has more than 10,000 fields/],
    [`{"a":[${"1,".repeat(2_100_000)}1]}`, /more than 2,000,000 values/],
    ['{"a":'.repeat(100_000), /more than 200 levels/],
    ['"'.repeat(1_000_000), /.*/],
    [`"${"\\".repeat(5_000_000)}`, /does not end/],
    [`${"\n".repeat(5_000_000)}x`, /no JSON/],
    [" ".repeat(limits.MOST_JSON_BYTES + 1), /too large/],
  ] as const) {
    assert.throws(
      () => otioToTimeline(text),
      (error: Error) => error instanceof OtioError && sentence.test(error.message),
    );
  }
  assert.ok(performance.now() - started < MOST_MS, `${performance.now() - started} ms`);
});

/** A zip with one compressed file of zeros, as any zip program makes it. */
function compressed(path: string, size: number, stated = size): Blob {
  const [name, packed] = [Buffer.from(path), deflateRawSync(Buffer.alloc(size))];
  const facts = Buffer.alloc(26);
  facts.writeUInt16LE(20, 0);
  facts.writeUInt16LE(8, 4);
  facts.writeUInt32LE(packed.length, 14);
  facts.writeUInt32LE(stated, 18);
  facts.writeUInt16LE(name.length, 22);
  const local = Buffer.concat([Buffer.from("PK\x03\x04"), facts, name, packed]);
  const central = Buffer.concat([Buffer.from("PK\x01\x02\x14\0"), facts, Buffer.alloc(14), name]);
  const end = Buffer.alloc(22);
  end.write("PK\x05\x06");
  end.writeUInt16LE(1, 10);
  end.writeUInt32LE(central.length, 12);
  end.writeUInt32LE(local.length, 16);
  return new Blob([local, central, end]);
}

test("an archive is not inflated over its limit, whatever it says of itself", async () => {
  const refuses = (archive: Blob, sentence: RegExp) =>
    assert.rejects(
      unzip(archive).then((entries) => Promise.all(entries.map((entry) => entry.content()))),
      (error: Error) => error instanceof ArchiveError && sentence.test(error.message),
    );
  const { ALLOWED_INFLATED_BYTES: allowed } = limits;
  await refuses(compressed("a", allowed + 1), /come to 65 MB, which is more than is unpacked here/);
  await refuses(compressed("a", 3_000_000, 1000), /has not the size that the archive says/);
  // Its checksum is zero here, so all of it was read.
  await refuses(compressed("a", allowed), /“a” is damaged: its checksum is wrong/);
  const at = async (path: string) => zip([{ path, content: new Blob() }]);
  await refuses(await at("a/".repeat(limits.MOST_FOLDERS + 1).concat("b")), /a path that is too long/);
  await refuses(await at("x".repeat(limits.MOST_PATH_CHARACTERS + 1)), /a path that is too long/);
  await refuses(await at("a\u009f"), /not safe: “a”/);
  assert.equal((await unzip(await at("a/".repeat(limits.MOST_FOLDERS).concat("b")))).length, 1);
});

test("a name of any length is made safe in time", () => {
  const started = process.cpuUsage();
  assert.equal(fileStem(`a${" ".repeat(10_000_000)}b`), "a");
  assert.equal(fileStem(`${". ".repeat(300)}b`), "b");
  // In microseconds of the processor's time: a busy machine adds little to it.
  assert.ok(process.cpuUsage(started).user < 2_000_000);
});

/** Returns a text with random changes: characters replaced, stretches repeated, removed or put elsewhere. */
function mutated(text: string, random: (below: number) => number): string {
  let changed = text;
  for (let times = 1 + random(4); times > 0; times -= 1) {
    const [from, length, to] = [random(changed.length), random(60), random(changed.length)];
    const stretch = changed.slice(from, from + length);
    const put = [stretch, "", ODD[random(ODD.length)] as string, String.fromCharCode(random(128)), stretch.repeat(3)];
    const at = random(2) ? from : to;
    changed = changed.slice(0, at) + put[random(put.length)] + changed.slice(at + random(3) * random(20));
  }
  return changed;
}

const ODD = [
  "null",
  "[]",
  "{}",
  "-1",
  "1e999",
  '"\\ud800"',
  '"__proto__"',
  "NaN",
  '{"a":[',
  "}",
  "]",
  '"',
  ",",
  "0.1e1",
];

test("no change of a project file or a timeline leads to anything but a result or a refusal in words", () => {
  let state = SEED;
  const random = (below: number) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return below > 0 ? (state >>> 8) % below : 0;
  };
  const folder = new URL("../tests/data/otio/", import.meta.url);
  const timelines = readdirSync(folder)
    .filter((name) => name.endsWith(".otio") && name !== "effects.otio")
    .map((name) => readFileSync(new URL(name, folder), "utf8"));
  const project = readFileSync(new URL("../www/sample/project.json", import.meta.url), "utf8");
  let [read, refused] = [0, 0];
  const attempt = (work: () => unknown, refusal: typeof OtioError | typeof ProjectFileError, text: string) => {
    try {
      work();
      read += 1;
    } catch (error) {
      assert.ok(error instanceof refusal, `${error}\n${(error as Error).stack}\n${text.slice(0, 2000)}`);
      refused += 1;
    }
  };
  for (let round = 0; round < 1000; round += 1) {
    const text = mutated(project, random);
    attempt(() => parseProjectFile(text), ProjectFileError, text);
    const other = mutated(timelines[round % timelines.length] as string, random);
    attempt(() => otioToTimeline(other), OtioError, other);
  }
  assert.ok(read > 50 && refused > 500, `${read} read, ${refused} refused`);
});

test("no change of an archive's bytes leads to anything but its content or a refusal in words", async () => {
  let state = SEED;
  const random = (below: number) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return (state >>> 8) % below;
  };
  const json = JSON.stringify({ name: "P", clips: [{ file: "audio/a.wav" }] });
  const good = new Uint8Array(
    await (
      await zip([
        { path: "project.json", content: new Blob([json]) },
        { path: "audio/a.wav", content: new Blob(["sound"]) },
      ])
    ).arrayBuffer(),
  );
  for (let round = 0; round < 500; round += 1) {
    const bytes = good.slice(0, random(4) ? good.length : random(good.length));
    for (let changes = 1 + random(4); changes > 0 && bytes.length > 0; changes -= 1) {
      bytes[random(bytes.length)] = random(2) ? random(256) : 255;
    }
    try {
      const archive = await openProject(new Blob([bytes]));
      for (const path of archive.paths) await archive.file(path);
      assert.equal(archive.json, json);
    } catch (error) {
      assert.ok(error instanceof ArchiveError, `${round}: ${error}`);
    }
  }
});
