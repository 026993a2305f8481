/**
 * Raw figures: each part keeps its own in target/bench/results, as JSON, with the machine and the day. The report is
 * made of them, so it can be made again without measuring.
 */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { cpus, loadavg } from "node:os";
import { join } from "node:path";

/** Where figures are kept, and the files that were made. */
export const RESULTS = join("target", "bench", "results");

const pathOf = (part) => join(RESULTS, `${part}.json`);

/** On what machine it is measured, how busy that is, and when. */
export const circumstances = () => ({
  machine: machine(),
  load: loadavg()[0],
  date: new Date().toISOString().slice(0, 10),
});

/** The same in words. */
export const stamp = ({ machine, load, date }) => `${machine}, ${date}. Load before it began: ${load.toFixed(2)}.`;

/**
 * Returns what keeps a part's figures, as often as there are new ones: what was measured before a crash is not lost.
 */
export function keeper(part) {
  const began = circumstances();
  return (figures) => {
    mkdirSync(RESULTS, { recursive: true });
    writeFileSync(pathOf(part), JSON.stringify({ ...began, ...figures }));
  };
}

/** A part's figures from when it was last measured; `undefined` if it never was. */
export function kept(part) {
  return existsSync(pathOf(part)) ? JSON.parse(readFileSync(pathOf(part), "utf8")) : undefined;
}

export function median(values) {
  return percentile(values, 50);
}

/** The value below which so many percent of all lie, between two of them by their distances. */
export function percentile(values, percent) {
  const sorted = values.toSorted((a, b) => a - b);
  const place = ((sorted.length - 1) * percent) / 100;
  const [low, high] = [sorted[Math.floor(place)], sorted[Math.ceil(place)]];
  return low + (high - low) * (place - Math.floor(place));
}

export const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;

function machine() {
  const quiet = { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] };
  const [chromium] = execFileSync("chromium", ["--version"], quiet).split(" built on");
  const [ffmpeg] = /ffmpeg version \S+/.exec(execFileSync("ffmpeg", ["-version"], quiet));
  return `${cpus().length} × ${cpus()[0].model.trim()}, ${chromium.trim()}, ${ffmpeg}`;
}
