/**
 * Raw figures. Each part stores its own in target/bench/results, as JSON, with the machine and the date. The report is
 * made from these files, so it can be rebuilt without measuring.
 */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { cpus, loadavg } from "node:os";
import { join } from "node:path";

/** The folder for figures and exported files. */
export const RESULTS = join("target", "bench", "results");

const pathOf = (part) => join(RESULTS, `${part}.json`);

/** Returns the machine, its load and today's date. */
export const circumstances = () => ({
  machine: machine(),
  load: loadavg()[0],
  date: new Date().toISOString().slice(0, 10),
});

/** Formats the circumstances as a sentence. */
export const stamp = ({ machine, load, date }) => `${machine}, ${date}. Load before it began: ${load.toFixed(2)}.`;

/**
 * Returns a function that stores a part's figures. Parts call it after each new figure, so that a crash loses nothing.
 */
export function keeper(part) {
  const began = circumstances();
  return (figures) => {
    mkdirSync(RESULTS, { recursive: true });
    writeFileSync(pathOf(part), JSON.stringify({ ...began, ...figures }));
  };
}

/** Returns a part's stored figures; `undefined` if it was never measured. */
export function kept(part) {
  return existsSync(pathOf(part)) ? JSON.parse(readFileSync(pathOf(part), "utf8")) : undefined;
}

export function median(values) {
  return percentile(values, 50);
}

/** Returns the percentile, interpolated linearly between the two nearest values. */
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
