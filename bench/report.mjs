/** bench/results.md: a section for each part of the benchmark, so that one can be measured again without the others. */
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";

const PATH = join("bench", "results.md");
const HEAD = `# Benchmark

Made by \`make bench\`. Each section says on what machine it was measured, and when.
`;

/** Puts a section in the place of the one with its title, or at the end. */
export function writeSection(title, body) {
  const heading = `## ${title}\n`;
  const old = existsSync(PATH) ? readFileSync(PATH, "utf8") : "";
  const sections = old.split(/^(?=## )/m).slice(1);
  const section = `${heading}\n${body.trim()}\n\n${machine()}\n`;
  const place = sections.findIndex((text) => text.startsWith(heading));
  if (place < 0) sections.push(section);
  else sections[place] = section;
  writeFileSync(PATH, [HEAD, ...sections.map((text) => `${text.trim()}\n`)].join("\n"));
  console.log(`\n${section}`);
}

/** A Markdown table. Columns are `[name, read]`, where `read` gives a row's cell. */
export function table(columns, rows) {
  const line = (cells) => `| ${cells.join(" | ")} |`;
  return [
    line(columns.map(([name]) => name)),
    line(columns.map((_, i) => (i === 0 ? "---" : "---:"))),
    ...rows.map((row) => line(columns.map(([, read]) => read(row) ?? ""))),
  ].join("\n");
}

export function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return (sorted[Math.ceil(middle) - 1] + sorted[Math.floor(middle)]) / 2;
}

export const megabytes = (bytes, digits = 0) => (bytes / 1e6).toFixed(digits);

function machine() {
  const quiet = { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] };
  const [chromium] = execFileSync("chromium", ["--version"], quiet).split(" built on");
  const [ffmpeg] = /ffmpeg version \S+/.exec(execFileSync("ffmpeg", ["-version"], quiet));
  const today = new Date().toISOString().slice(0, 10);
  return `${cpus().length} × ${cpus()[0].model.trim()}, ${chromium.trim()}, ${ffmpeg}, ${today}.`;
}
