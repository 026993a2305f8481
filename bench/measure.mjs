/** Measures one contestant at one job: in a new browser, or as a process of its own. */
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, statSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { openBrowser } from "../webdriver/engines.mjs";
import { cpuSecondsOf, LOOK_MS, peakOfProcess, treeOf, watchRenderers } from "../webdriver/processes.mjs";
import { ffmpegArguments } from "./contestants/filter-graph.mjs";
import { RESULTS } from "./figures.mjs";
import { MATERIAL } from "./material.mjs";
import { serve } from "./site.mjs";

const MINUTE_MS = 60_000;
/** The time limit for loading the bench's page. */
const PAGE_MS = 20_000;
const PROGRAMS = join("target", "release", "examples");

/** A reason, as a sentence, why a contestant cannot be measured. */
class Skipped extends Error {}

/** Returns, as a sentence, why a measurement failed. */
export function reasonOf(error) {
  return error instanceof Skipped ? error.message : `It failed: ${error.message.split("\n")[0]}`;
}

/**
 * @typedef {{ files: string[], clipSeconds: number, rate: number, pcm: string, bitRate: number }} Job a recording of
 *   material.mjs, and the target bit rate in bits per second
 *
 * @param {object} contestant one of CONTESTANTS
 * @param {Job} job
 * @param {{ timeoutMs?: number, how?: "run" | "watch" }} [options] the function of `window.bench` that exports
 * @returns {Promise<object>} wallSeconds, cpuSeconds, peakBytes, bytes, `path` of the file, and the contestant's facts
 */
export async function measure(contestant, job, { timeoutMs = 5 * MINUTE_MS, how = "run" } = {}) {
  mkdirSync(RESULTS, { recursive: true });
  const output = join(RESULTS, `${contestant.name}.m4a`);
  return contestant.native
    ? NATIVE[contestant.native](contestant, job, output)
    : inBrowser(contestant, job, { timeoutMs, how });
}

async function inBrowser(contestant, job, { timeoutMs, how }) {
  return withPage(contestant, job, { timeoutMs }, async ({ call, pid, readySeconds }) => {
    const peak = watchRenderers(pid);
    const before = cpuSecondsOf(pid);
    const facts = await call(how);
    const cost = { cpuSeconds: cpuSecondsOf(pid) - before, peakBytes: peak() };
    const boxes = (await call("boxes")).map(([name]) => name);
    const name = `${contestant.name}.m4a`;
    await call("deliver", name);
    return { ...facts, ...cost, readySeconds, boxes, path: join(RESULTS, name) };
  });
}

/**
 * Opens a browser on the bench's page and prepares a contestant.
 *
 * @param {(page: { call: (name: string, ...args) => Promise<any>, reload: () => Promise<number>, pid: number,
 *   readySeconds: number }) => any} use receives `call`, which calls a function of `window.bench`, and `reload`, which
 *   reloads the page and prepares the contestant again
 */
export async function withPage({ page, options, isolated }, job, { timeoutMs }, use) {
  const site = await serve({ isolated });
  const browser = await openBrowser("chromium");
  try {
    // The race below stops a hanging contestant, so the driver's own limit is longer.
    await browser.driver.manage().setTimeouts({ script: 2 * timeoutMs });
    const call = (name, ...args) => {
      const answer = browser.driver.executeScript("return bench[arguments[0]](...arguments[1])", name, args);
      const tooLong = new Skipped(`It did not end in ${timeoutMs / MINUTE_MS} minutes.`);
      return Promise.race([answer, sleep(timeoutMs, undefined, { ref: false }).then(() => Promise.reject(tooLong))]);
    };
    const load = async () => {
      await browser.driver.get(site.url);
      // A new browser sometimes reports a loaded page too early.
      await browser.driver.wait(() => browser.driver.executeScript("return 'bench' in window"), PAGE_MS);
      return call("prepare", page, { ...job, options });
    };
    const readySeconds = await load();
    return await use({ call, reload: load, pid: browser.pid, readySeconds });
  } finally {
    await browser.close();
    await site.close();
  }
}

const NATIVE = {
  /** The same crate, on one thread. The example program times only the export. */
  crate: (_, { files, bitRate }, output) =>
    example("export_files", [output, `${bitRate}`, ...files.map((file) => join(MATERIAL, file))], output),

  /** The command, from its start to its end, with as many threads as it chooses. */
  node(_, { files, clipSeconds, rate, bitRate }, output) {
    const clips = files.map((file) => ({ file: resolve(MATERIAL, file), duration: clipSeconds }));
    const project = join(RESULTS, "node.json");
    writeFileSync(project, JSON.stringify({ name: "Bench", gapSeconds: 0, audioRate: rate, bitRate, clips }));
    return timed(process.execPath, ["dist/secuencia/cli.js", project, "-q", "-o", output], output);
  },

  /** The crate's encoder alone, fed with the expected PCM. The program times only the encoding. */
  encoder: (_, { rate, bitRate, pcm }, output) =>
    example("encode_whole", [output, `${rate}`, `${bitRate}`, join(MATERIAL, pcm)], output),

  /** Debian's ffmpeg, with the arguments of ffmpeg.wasm. */
  ffmpeg({ options: { encoder = [] } }, job, output) {
    const inputs = job.files.map((file) => join(MATERIAL, file));
    return timed("ffmpeg", ["-nostdin", "-v", "error", "-y", ...ffmpegArguments(inputs, job, encoder, output)], output);
  },
};

/** Runs an example program of the crate. It prints facts as JSON, above all the time it took. */
async function example(name, args, output) {
  const program = join(PROGRAMS, name);
  if (!existsSync(program)) throw new Skipped("Not built: `cargo build --release --examples`.");
  const { printed, ...cost } = await timed(program, args, output);
  return { ...cost, ...JSON.parse(printed) };
}

/** Runs a program, and samples its peak memory while it runs. */
async function timed(command, args, output) {
  const began = performance.now();
  // The shell's `time` includes the CPU time of a child that has ended.
  const script = 'TIMEFORMAT="%U %S"; time "$@"';
  const child = spawn("bash", ["-c", script, "bash", command, ...args], { stdio: ["ignore", "pipe", "pipe"] });
  let printed = "";
  child.stdout.setEncoding("utf8").on("data", (text) => (printed += text));
  const lines = [];
  createInterface({ input: child.stderr }).on("line", (line) => lines.push(line));
  let peakBytes = 0;
  const watch = setInterval(() => {
    peakBytes = Math.max(peakBytes, ...treeOf(child.pid).map(peakOfProcess));
  }, LOOK_MS);
  const code = await new Promise((resolve, reject) => child.once("close", resolve).once("error", reject));
  clearInterval(watch);
  if (code !== 0) throw new Error(`${command} ended with ${code}: ${lines.slice(0, 3).join(" ")}`);
  const wallSeconds = (performance.now() - began) / 1000;
  const cpuSeconds = lines
    .at(-1)
    .split(" ")
    .reduce((sum, seconds) => sum + Number(seconds), 0);
  return { wallSeconds, cpuSeconds, peakBytes, bytes: statSync(output).size, path: output, printed };
}
