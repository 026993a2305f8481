/** Measures one contestant at one job: in a browser that was started for it, or as a process of its own. */
import { spawn } from "node:child_process";
import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { openBrowser } from "../webdriver/engines.mjs";
import { ffmpegArguments } from "./contestants/filter-graph.mjs";
import { MATERIAL } from "./material.mjs";
import { cpuSecondsOf, peakOf, peakOfProcess, resetPeaks, treeOf } from "./processes.mjs";
import { RESULTS, serve } from "./site.mjs";

const MINUTE_MS = 60_000;
const EXPORTER = join("target", "release", "examples", "export_files");
const SAMPLE_MS = 50;

/** Why a contestant cannot be measured, in a sentence. */
export class Skipped extends Error {}

/**
 * @typedef {{ files: string[], clipSeconds: number, rate: number, bitRate: number }} Job
 *
 * @param {object} contestant one of CONTESTANTS
 * @param {Job} job
 * @param {{ timeoutMs?: number }} [options]
 * @returns {Promise<object>} wallSeconds, cpuSeconds, peakBytes, bytes, `path` of the file, and the contestant's facts
 */
export function measure(contestant, job, { timeoutMs = 5 * MINUTE_MS } = {}) {
  const output = join(RESULTS, `${contestant.name}.m4a`);
  return contestant.native
    ? NATIVE[contestant.native](contestant, job, output)
    : inBrowser(contestant, job, { timeoutMs });
}

async function inBrowser(contestant, job, { timeoutMs }) {
  return withPage(contestant, job, { timeoutMs }, async ({ call, pid, readySeconds }) => {
    resetPeaks(pid);
    const before = cpuSecondsOf(pid);
    const facts = await call("run");
    const cost = { cpuSeconds: cpuSecondsOf(pid) - before, peakBytes: peakOf(pid) };
    const boxes = (await call("boxes")).map(([name]) => name);
    const name = `${contestant.name}.m4a`;
    await call("deliver", name);
    return { ...facts, ...cost, readySeconds, boxes, path: join(RESULTS, name) };
  });
}

/**
 * Opens a browser on the bench's page and readies a contestant.
 *
 * @param {(page: { call: (name: string, ...args) => Promise<any>, pid: number, readySeconds: number }) => any} use
 *   gets `call`, which calls a function of `window.bench`
 */
export async function withPage({ page, options, isolated }, job, { timeoutMs }, use) {
  const site = await serve({ isolated });
  const browser = await openBrowser("chromium");
  try {
    await browser.driver.manage().setTimeouts({ script: timeoutMs });
    await browser.driver.get(site.url);
    const call = (name, ...args) =>
      browser.driver.executeScript("return bench[arguments[0]](...arguments[1])", name, args);
    const readySeconds = await call("prepare", page, { ...job, options });
    return await use({ call, pid: browser.pid, readySeconds });
  } catch (error) {
    if (error.name === "ScriptTimeoutError") throw new Skipped(`It did not end in ${timeoutMs / MINUTE_MS} minutes.`);
    throw error;
  } finally {
    await browser.close();
    await site.close();
  }
}

const NATIVE = {
  /** The same crate, on one thread, through its example program, which times the export alone. */
  async crate(_, { files, bitRate }, output) {
    if (!existsSync(EXPORTER)) throw new Skipped("Not built: `cargo build --release --example export_files`.");
    const inputs = files.map((file) => join(MATERIAL, file));
    const { printed, ...cost } = await timed(EXPORTER, [output, `${bitRate}`, ...inputs], output);
    return { ...cost, wallSeconds: JSON.parse(printed).wallSeconds };
  },

  /** Debian's ffmpeg, as ffmpeg.wasm is run. */
  async ffmpeg({ options: { encoder = [] } }, job, output) {
    const inputs = job.files.map((file) => join(MATERIAL, file));
    return timed("ffmpeg", ["-nostdin", "-v", "error", "-y", ...ffmpegArguments(inputs, job, encoder, output)], output);
  },
};

/** Runs a program, and looks at it while it runs. */
async function timed(command, args, output) {
  const began = performance.now();
  // The shell's `time` knows the processor time of a child that has ended.
  const script = 'TIMEFORMAT="%U %S"; time "$@"';
  const child = spawn("bash", ["-c", script, "bash", command, ...args], { stdio: ["ignore", "pipe", "pipe"] });
  let printed = "";
  child.stdout.setEncoding("utf8").on("data", (text) => (printed += text));
  const lines = [];
  createInterface({ input: child.stderr }).on("line", (line) => lines.push(line));
  let peakBytes = 0;
  const watch = setInterval(() => {
    peakBytes = Math.max(peakBytes, ...treeOf(child.pid).map(peakOfProcess));
  }, SAMPLE_MS);
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
