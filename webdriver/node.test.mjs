/** Without a browser, in Node's threads: the same bytes as the page's, and a command whose errors are sentences. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { after, test } from "node:test";
import { exportFile } from "../dist/secuencia/node.js";
import { zip } from "../package/zip.ts";
import { decode, writeTone } from "./audio.mjs";
import { startSession } from "./session.mjs";

const CLI = resolve("dist/secuencia/cli.js");
const MEDIA = resolve("tests/data/media");
const PROJECTS = 3;

const folder = mkdtempSync(join(tmpdir(), "secuencia-node-"));
after(() => rmSync(folder, { recursive: true, force: true }));

test("random projects of every format have the page's bytes, for 1, 2 and 8 threads", async () => {
  const session = await startSession("chromium");
  try {
    await session.studio.open(session.site.url);
    for (let seed = 1; seed <= PROJECTS; seed++) {
      const { path, files } = writeProject(seed);
      await session.studio.openProject([path, ...files]);
      const { state, result } = await session.studio.export();
      assert.equal(state, "done", `seed ${seed}`);
      const expected = readFileSync(await session.browser.take(result.name));
      for (const workers of [1, 2, 8]) {
        const output = join(folder, `${seed}-${workers}.m4a`);
        const made = await exportFile(path, { output, workers });
        assert.ok(readFileSync(output).equals(expected), `seed ${seed}: ${workers} threads make another file`);
        assert.equal(made.moov, "first");
        for (const fact of ["bytes", "durationSeconds", "audioLayout", "loudness", "chapters"]) {
          assert.deepEqual(made[fact], result[fact], `seed ${seed}: ${fact}`);
        }
      }
    }
  } finally {
    await session.close();
  }
});

test("the command writes the file, its sidecars and one line of facts", async () => {
  writeTone(join(folder, "tone.wav"), { frequency: 440, seconds: 1 });
  const clips = [{ file: "tone.wav", text: "Hello.", voice: "ONE" }, { file: "tone.wav" }];
  const project = write("play.json", { name: "Play", clips });
  const output = join(folder, "new folder", "out.m4a");
  const { code, stdout, stderr } = await secuencia(project, "-o", output, "--sidecars", "json,srt", "--json");
  assert.equal(code, 0, stderr);
  const facts = JSON.parse(stdout);
  assert.equal(facts.durationSeconds, 2.25);
  assert.equal(facts.path, output);
  assert.equal(decode(output).length, 2.25 * 44_100);
  const [timing, srt] = facts.sidecars.map((path) => readFileSync(path, "utf8"));
  assert.equal(JSON.parse(timing).audioFile, "out.m4a");
  assert.match(srt, /00:00:00,000 --> 00:00:01,000\nONE: Hello\./);
  assert.match(stderr, /Encoding .*\n(.*\n)*Wrote .*out\.m4a\nWrote .*\nWrote /);
});

test("a saved project is exported as its project file is", async () => {
  const { path, files, json } = writeProject(7);
  const contents = files.map((file) => ({ path: file.split("/").at(-1), content: new Blob([readFileSync(file)]) }));
  const saved = join(folder, "saved.secuencia");
  const archive = await zip([{ path: "project.json", content: new Blob([JSON.stringify(json)]) }, ...contents]);
  writeFileSync(saved, Buffer.from(await archive.arrayBuffer()));
  const [one, other] = [join(folder, "one.m4a"), join(folder, "other.m4a")];
  await exportFile(path, { output: one });
  await exportFile(saved, { output: other });
  assert.ok(readFileSync(one).equals(readFileSync(other)));
});

test("progress goes from 0 to 100 and never back, and an option that is given replaces the project's", async () => {
  const project = write("short.json", { name: "Short", bitRate: 256_000, clips: [{ file: "tone.wav" }] });
  writeTone(join(folder, "tone.wav"), { frequency: 440, seconds: 1 });
  const seen = [];
  const output = join(folder, "short.m4a");
  const onProgress = ({ completed, message }) => seen.push({ completed, message });
  const large = await exportFile(project, { output, onProgress });
  assert.ok(
    seen.every(({ completed }, at) => completed >= (seen[at - 1]?.completed ?? 0)),
    JSON.stringify(seen),
  );
  assert.equal(seen.at(-1).completed, 100);
  const small = await exportFile(project, { output, bitRate: 64_000 });
  assert.ok(small.bytes < large.bytes / 2);
});

test("what cannot be exported is said in sentences, and an existing file stays", async () => {
  writeFileSync(join(folder, "noise.wav"), "this is no audio");
  writeFileSync(join(folder, "broken.json"), "{");
  const output = join(folder, "kept.m4a");
  writeFileSync(output, "as it was");
  const cases = [
    [["nowhere.json"], 1, /The project file cannot be read: .*nowhere\.json/],
    [[join(folder, "broken.json")], 1, /The project file is not valid JSON/],
    [[write("a.json", { name: "A", clips: [{ file: "gone.wav" }] })], 1, /There is no audio file “.*gone\.wav”/],
    [[write("b.json", { name: "A", clips: [{ file: "noise.wav" }] })], 1, /noise\.wav/],
    [[write("c.json", { name: "A", clips: [], colour: 1 })], 1, /unknown field “colour”/],
    [[write("d.json", { name: "A", clips: [{ file: "tone.wav", sourceStart: 7 }] })], 1, /tone\.wav/],
    [[write("e.json", { name: "A", clips: [{ file: "tone.wav" }] }), "--sidecars", "lyrics"], 1, /“sidecars” must be/],
    [[write("e.json", { name: "A", clips: [{ file: "tone.wav" }] }), "--quality", "fine"], 1, /quality must be/],
    [[write("e.json", { name: "A", clips: [{ file: "tone.wav" }] }), "--workers", "0"], 1, /workers must be/],
    [["--colour"], 2, /--help/],
    [[], 2, /Name one project/],
    [["a.json", "b.json"], 2, /Name one project/],
  ];
  for (const [args, expected, said] of cases) {
    const { code, stderr } = await secuencia(...args, ...(args.length > 0 ? ["-o", output] : []));
    assert.equal(code, expected, `${args}: ${stderr}`);
    assert.match(stderr, said);
    assert.doesNotMatch(stderr, /\n {4}at /, "a stack trace is no sentence");
  }
  assert.equal(readFileSync(output, "utf8"), "as it was");
  const left = readdirSync(folder).filter((name) => name.endsWith(".part"));
  assert.deepEqual(left, []);
});

test("a file that cannot be finished leaves nothing: its place is a folder's, or the disk is full", async () => {
  writeTone(join(folder, "tone.wav"), { frequency: 440, seconds: 20 });
  const project = write("full.json", { name: "Full", clips: [{ file: "tone.wav" }] });
  const place = join(folder, "a folder.m4a");
  mkdirSync(place);
  const occupied = await secuencia(project, "-o", place);
  assert.equal(occupied.code, 1, occupied.stderr);
  assert.match(occupied.stderr, /Export failed: the file could not be written: .*directory/);

  // The shell limits each file to 100 KiB.
  const limited = ["-c", 'trap "" XFSZ; ulimit -f 100; exec "$@"', "bash", process.execPath, CLI];
  const full = await run("bash", ...limited, project, "-o", join(folder, "full.m4a"));
  assert.equal(full.code, 1, full.stderr);
  assert.match(full.stderr, /Export failed: the file could not be written: /);
  assert.deepEqual(
    readdirSync(folder).filter((name) => name.startsWith("full.m4a") || name.endsWith(".part")),
    [],
  );
});

test("a signal stops it in the middle: nothing is left, and the old file stays", async () => {
  writeTone(join(folder, "long.wav"), { frequency: 440, seconds: 60 });
  const project = write("long.json", { name: "Long", clips: Array.from({ length: 60 }, () => ({ file: "long.wav" })) });
  const output = join(folder, "stopped.m4a");
  writeFileSync(output, "as it was");
  const running = spawn(process.execPath, [CLI, project, "-o", output], { stdio: ["ignore", "ignore", "pipe"] });
  let stderr = "";
  let isStopped = false;
  running.stderr.on("data", (data) => {
    stderr += data;
    if (isStopped || !stderr.includes("Encoding")) return;
    isStopped = true;
    running.kill("SIGINT");
  });
  const code = await new Promise((ended) => running.on("exit", ended));
  assert.equal(code, 130, stderr);
  assert.match(stderr, /cancelled/);
  assert.equal(readFileSync(output, "utf8"), "as it was");
  assert.deepEqual(
    readdirSync(folder).filter((name) => name.endsWith(".part")),
    [],
  );
});

test("the browsers' entry points can be imported in Node, and say there what is missing", async () => {
  for (const name of ["index", "inline", "archive", "otio", "project", "follow-along"]) {
    assert.ok(await import(`../dist/secuencia/${name}.js`), name);
  }
  const { openLibrary } = await import("../dist/secuencia/index.js");
  await assert.rejects(openLibrary(), { code: "unsupported" });
});

/** Writes a project that plays files of every format, with settings of its own. */
function writeProject(seed) {
  let state = seed;
  const random = () => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    return state / 2 ** 31;
  };
  const one = (choices) => choices[Math.floor(random() * choices.length)];
  const maybe = (field, value) => (random() < 0.4 ? { [field]: value } : {});
  const media = readdirSync(MEDIA).filter((name) => name !== "expected.json");
  const used = new Map();
  const clips = Array.from({ length: 24 }, (_, index) => {
    const file = one(media);
    used.set(file, join(MEDIA, file));
    return {
      file,
      id: `clip-${index}`,
      ...maybe("text", `Line ${index}: “é”.`),
      ...maybe("voice", one(["ANN", "BEN"])),
      ...maybe("scene", one(["INT. HOUSE", "EXT. SEA"])),
      ...maybe("lane", one([-1, 1, 2])),
      ...maybe("volumeDb", Math.round(random() * 24 - 12)),
      ...maybe("pan", random() * 2 - 1),
      ...maybe("duration", 0.05 + random() * 0.1),
    };
  });
  const json = {
    name: `Random ${seed}: é/ü`,
    clips,
    ...maybe("gapSeconds", random()),
    ...maybe("audioLayout", one(["mono", "auto"])),
    ...maybe("audioRate", 48_000),
    ...maybe("bitRate", one([64_000, 128_000])),
    ...maybe("loudness", one(["podcast", "audiobook"])),
    ...maybe("edgeFadeSeconds", 0.005),
    ...maybe("trimSilence", true),
    ...maybe("chapterSource", one(["clips", "scenes"])),
    ...maybe("tags", { artist: "Somebody", language: "pt-BR" }),
  };
  return { path: write(`random-${seed}.json`, json, used), files: [...used.values()], json };
}

/** Writes a project file, with copies of its files beside it. */
function write(name, json, files = new Map()) {
  for (const [file, from] of files) if (!existsSync(join(folder, file))) copyFileSync(from, join(folder, file));
  const path = join(folder, name);
  writeFileSync(path, JSON.stringify(json));
  return path;
}

/** Runs the command. */
function secuencia(...args) {
  return run(process.execPath, CLI, ...args);
}

function run(program, ...args) {
  const running = spawn(program, args, { cwd: folder });
  const said = { stdout: "", stderr: "" };
  for (const stream of ["stdout", "stderr"]) running[stream].on("data", (data) => (said[stream] += data));
  return new Promise((ended) => running.on("close", (code) => ended({ code, ...said })));
}
