/**
 * Files that were made to do harm, in the studio: each is refused in a sentence within seconds, and the open project
 * stays. docs/limits.md has the limits.
 */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { crc32, deflateSync } from "node:zlib";
import { writeTone } from "./audio.mjs";
import { faultsOf } from "./axe.mjs";
import { startSession } from "./session.mjs";
import { zipOf } from "./zip.mjs";

/** What each may take, on a busy machine. */
const MOST_MS = 10_000;

let session;
let studio;
let kept;
before(async () => {
  session = await startSession();
  ({ studio } = session);
  await studio.open(session.site.url);
  await studio.clear();
  await studio.addAudio(writeTone(join(session.folder, "tone.wav"), { frequency: 440, seconds: 1 }));
  kept = await studio.clips();
});
after(() => session?.close());

const clip = { file: "tone.wav" };
const project = (more) => JSON.stringify({ name: "Hostile", clips: [clip], ...more });
const archive = (files) => zipOf(Object.entries(files).map(([path, content]) => ({ path, content }))).bytes;
const deep = (levels) => `${'{"a":'.repeat(levels)}1${"}".repeat(levels)}`;

/** Each file, and the sentence about it. */
const REFUSED = {
  "metadata of 100,000 levels": [
    "deep.json",
    () => `{"name":"Deep","clips":[{"file":"tone.wav"}],"metadata":${deep(100_000)}}`,
    /deep\.json could not be opened\. The project file is nested more than 200 levels deep/,
  ],
  "300,000 bad chapters": [
    "chapters.json",
    () => project({ chapters: Array.from({ length: 300_000 }, () => ({ at: 1 })) }),
    /The project has more than 100,000 “chapters”/,
  ],
  "90,000 bad chapters": [
    "faults.json",
    () => project({ chapters: Array.from({ length: 90_000 }, () => ({ at: 1 })) }),
    /Chapter 1 has no “title”.*And 269,980 more faults/s,
  ],
  "a clip with 300,000 fields": [
    "fields.json",
    () => `{"name":"a","clips":[{${Array.from({ length: 300_000 }, (_, index) => `"f${index}":1`)}}]}`,
    /unknown field “f0”.*And 299,98\d more faults/s,
  ],
  "a timeline of a million keys": [
    "keys.otio",
    () => `{"OTIO_SCHEMA":"Timeline.1",${Array.from({ length: 1_000_000 }, (_, index) => `"k${index}":1`)}}`,
    /keys\.otio could not be opened\. .*more than 10,000 fields/,
  ],
  "an archive of 100 KB that inflates to 100 MB": [
    "bomb.secuencia",
    () => archive({ "project.json": project({}), "tone.wav": Buffer.alloc(100_000_000) }),
    /bomb\.secuencia could not be opened\. Its compressed files come to 96 MB/,
  ],
  "an archive in folders without end": [
    "folders.zip",
    () => archive({ [`${"a/".repeat(400)}project.json`]: project({}) }),
    /a path that is too long/,
  ],
};

for (const [what, [name, make, sentence]] of Object.entries(REFUSED)) {
  test(`${what}: refused, and the open project stays`, async () => {
    const path = join(session.folder, name);
    writeFileSync(path, make());
    const started = performance.now();
    await studio.openProject([path, join(session.folder, "tone.wav")]);
    const milliseconds = performance.now() - started;
    const { problems } = await studio.view();
    assert.match(problems.join("\n"), sentence);
    assert.ok(problems.length <= 22, `${problems.length} sentences`);
    assert.deepEqual(await studio.clips(), kept);
    assert.ok(milliseconds < MOST_MS, `${milliseconds} ms`);
    await studio.click("#problems button");
  });
}

test("a picture of 256 million pixels in 31 KB is not decoded, and one that fits is", async () => {
  await studio.openFile("about");
  for (const [side, isTaken] of [
    [16_000, false],
    [200, true],
  ]) {
    const path = join(session.folder, `${side}.png`);
    writeFileSync(path, png(side));
    await studio.element("#add-covers").sendKeys(path);
    const shown = await session.driver.wait(
      () =>
        session.driver.executeScript(() => {
          const dialog = document.querySelector("#file-settings");
          return dialog.querySelector("#covers img") ? "taken" : /\d+ × \d+ pixels/.exec(dialog.textContent)?.[0];
        }),
      MOST_MS,
    );
    assert.equal(shown, isTaken ? "taken" : "16000 × 16000 pixels");
  }
  await studio.click("#file-settings .buttons .button:not(.primary)");
});

test("a project of 1,000 lanes opens in seconds, and a row lists the lanes once it is used", async () => {
  const folder = join(session.folder, "lanes");
  mkdirSync(folder, { recursive: true });
  const clips = Array.from({ length: 1000 }, (_, lane) => ({ ...clip, lane }));
  writeFileSync(join(folder, "lanes.json"), JSON.stringify({ name: "Lanes", clips }));
  const started = performance.now();
  await studio.openProject([join(folder, "lanes.json"), join(session.folder, "tone.wav")]);
  const milliseconds = performance.now() - started;
  assert.ok(milliseconds < MOST_MS, `${milliseconds} ms`);
  const lists = () => document.querySelectorAll("#clips option").length;
  const before = await session.driver.executeScript(lists);
  assert.ok(before < 100, `${before} lanes are listed`);
  const [first] = await studio.clips();
  const row = `[data-clip-id="${first.id}"] select`;
  await session.driver.executeScript("document.querySelector(arguments[0]).focus()", row);
  const after = await session.driver.executeScript(lists);
  assert.ok(after > 1000 && after < 1000 + 200, `${after} lanes are listed`);
  await studio.choose(row, "Lane 998");
  assert.equal((await studio.clips())[0].lane, 998);
});

test("an invisible mark in a file's name does not show it as another, and the health report has no names", async () => {
  writeFileSync(join(session.folder, "small.json"), project({}));
  await studio.openProject([join(session.folder, "small.json"), join(session.folder, "tone.wav")]);
  const path = writeTone(join(session.folder, "secret\u202e3pm.wav"), { frequency: 440, seconds: 1 });
  await studio.addAudio(path);
  assert.equal((await studio.clips()).at(-1).text, "secret3pm.wav");
  writeFileSync(join(session.folder, "secret.mp3"), "no audio");
  await studio.addAudio(join(session.folder, "secret.mp3"));
  assert.match((await studio.view()).problems.join(), /secret\.mp3 could not be added/);
  await studio.click("#health");
  const report = await session.driver.wait(async () => {
    const text = await session.driver.executeScript("return document.querySelector('#health-report textarea')?.value");
    return text?.includes("Last errors") && text;
  }, MOST_MS);
  assert.match(report, /^Version\n {2}Secuencia \d+\.\d+\.\d+, build [0-9a-f]{12}/);
  assert.match(report, /\n {2}Library: \d+ sounds of /);
  assert.match(report, /\n {2}\d{4}-\S+ SecuenciaError invalid-audio /);
  for (const word of ["secret", "tone", "Hostile", session.site.url.slice(7, -1)])
    assert.ok(!report.includes(word), word);
  assert.deepEqual(await faultsOf(session.driver, { within: "#health-report" }), []);
  await session.screenshot("health-report");
});

test("the place in a cover's Exif is not in the exported file", async () => {
  await studio.click("#health-report [type=submit]");
  const plain = join(session.folder, "plain.jpg");
  const source = ["-f", "lavfi", "-i", "testsrc2=s=300x200:d=1:r=1", "-frames:v", "1"];
  execFileSync("ffmpeg", ["-v", "error", ...source, plain]);
  const [bytes, exif] = [
    readFileSync(plain),
    Buffer.from("Exif\0\0MM\0*\0\0\0\x08\0\0\0\0\0\0 48.8584 2.2945", "latin1"),
  ];
  const length = Buffer.from([0xff, 0xe1, 0, exif.length + 2]);
  const cover = join(session.folder, "cover.jpg");
  writeFileSync(cover, Buffer.concat([bytes.subarray(0, 2), length, exif, bytes.subarray(2)]));
  await studio.openFile("about");
  await studio.element("#add-covers").sendKeys(cover);
  const isShown = "return document.querySelector('#covers img') !== null";
  await session.driver.wait(() => session.driver.executeScript(isShown), MOST_MS);
  await studio.click("#file-settings [type=submit]");
  const { result } = await studio.export();
  const file = readFileSync(await session.browser.take(result.name));
  assert.ok(file.includes(bytes.subarray(-1000)), "the picture is in it");
  assert.ok(!file.includes("48.8584"), "the place is not");
});

/** A square PNG of one colour, with a bit for each pixel. */
function png(side) {
  const chunk = (type, data) => {
    const body = Buffer.concat([Buffer.from(type), data]);
    const [length, crc] = [Buffer.alloc(4), Buffer.alloc(4)];
    length.writeUInt32BE(data.length);
    crc.writeUInt32BE(crc32(body));
    return Buffer.concat([length, body, crc]);
  };
  const head = Buffer.alloc(13);
  head.writeUInt32BE(side, 0);
  head.writeUInt32BE(side, 4);
  head[8] = 1;
  const rows = deflateSync(Buffer.alloc((1 + Math.ceil(side / 8)) * side));
  return Buffer.concat([
    Buffer.from("\x89PNG\r\n\x1a\n", "latin1"),
    chunk("IHDR", head),
    chunk("IDAT", rows),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}
