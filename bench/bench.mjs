/**
 * `make bench`: exports ten minutes (60 MP3 clips) through the page in headless Chromium, ROUNDS times (5, if not said),
 * each in a new browser, and writes the figures and their medians to bench/results.md.
 */
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import { exportThroughPage } from "../webdriver/demo.mjs";
import { peakOf, resetPeaks } from "./memory.mjs";
import { benchProject } from "./project.mjs";

const ROUNDS = Number(process.env.ROUNDS ?? 5);
const FOLDER = join("target", "bench");

const COLUMNS = [
  ["wall, s", ({ wallSeconds }) => wallSeconds, 2],
  ["× real time", ({ realTimeFactor }) => realTimeFactor, 1],
  ["peak wasm memory, MB", ({ peakWasmBytes }) => peakWasmBytes / 1e6, 1],
  ["peak renderer memory, MB", ({ peakRendererBytes }) => peakRendererBytes / 1e6, 0],
];

const { path, seconds } = benchProject(join("www", "sample"), join(FOLDER, "ten-minutes"));
const rounds = [];
for (let round = 1; round <= ROUNDS; round += 1) {
  rounds.push(await measure());
  console.log(`Round ${round} of ${ROUNDS}: ${figures(rounds.at(-1)).join(", ")}`);
}
const report = markdown();
writeFileSync(join("bench", "results.md"), report);
console.log(`\n${report}`);

/** One export in a new browser. */
async function measure() {
  let pid;
  let peakRendererBytes;
  const facts = await exportThroughPage({
    project: path,
    out: join(FOLDER, "ten-minutes.m4a"),
    onExport(browser) {
      pid = browser.pid;
      resetPeaks(pid);
    },
    onExported() {
      peakRendererBytes = peakOf(pid);
    },
  });
  if (facts.durationSeconds !== seconds) throw new Error(`${facts.durationSeconds} s came out of ${seconds} s`);
  return { ...facts, peakRendererBytes };
}

function figures(round) {
  return COLUMNS.map(([name, read, digits]) => `${name} ${read(round).toFixed(digits)}`);
}

function markdown() {
  const row = (cells) => `| ${cells.join(" | ")} |`;
  const shown = (read, digits) => (round) => read(round).toFixed(digits);
  const [{ bytes, sampleRate, channels, workers }] = rounds;
  const chromium = execFileSync("chromium", ["--version"], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
  }).trim();
  return `# Benchmark

Made by \`make bench\`: ${seconds / 60} minutes of speech, 60 MP3 clips, exported by the studio page in headless Chromium,
each round in a new browser. The result: ${(bytes / 1e6).toFixed(1)} MB of AAC-LC, ${sampleRate} Hz, ${channels} channels, ${workers} worker${workers === 1 ? "" : "s"}.

${[
  row(["round", ...COLUMNS.map(([name]) => name)]),
  row(["---", ...COLUMNS.map(() => "---:")]),
  ...rounds.map((round, index) => row([index + 1, ...COLUMNS.map(([, read, digits]) => shown(read, digits)(round))])),
  row(["**median**", ...COLUMNS.map(([, read, digits]) => `**${median(rounds.map(read)).toFixed(digits)}**`)]),
].join("\n")}

On ${cpus().length} × ${cpus()[0].model}, ${chromium.replace(/ built on.*/, "")}, ${new Date().toISOString().slice(0, 10)}.
Wall time is the export's own, from the click on. Renderer memory is the most that the page's process held meanwhile
(\`VmHWM\`): the browser's own code and heap, the page, the worker and its module.
`;
}

function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return (sorted[Math.ceil(middle) - 1] + sorted[Math.floor(middle)]) / 2;
}
