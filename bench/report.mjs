/** bench/results.md: the bars and whether they are met, then a section for each part, all from the figures kept. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { kept } from "./figures.mjs";
import { table } from "./table.mjs";
import { verdicts } from "./verdicts.mjs";

const PATH = join("bench", "results.md");

/** Writes the report, and returns it. `parts` are modules with a `title` and a `section` of Markdown. */
export function writeReport(parts) {
  const figures = Object.fromEntries(Object.keys(parts).map((name) => [name, kept(name)]));
  const sections = Object.entries(parts)
    .filter(([name]) => figures[name])
    .map(([name, { title, section }]) => `## ${title}\n\n${section(figures[name]).trim()}\n\n${stamp(figures[name])}`);
  const report = `${[HEAD, table(COLUMNS, verdicts(figures)), ...sections].join("\n\n")}\n`;
  writeFileSync(PATH, report);
  return report;
}

const stamp = ({ machine, load, date }) => `${machine}, ${date}. Load before it began: ${load.toFixed(2)}.`;

const COLUMNS = [
  ["what is to be shown", ({ bar }) => bar],
  ["measured", ({ measured }) => measured],
  ["", ({ isMet }) => (isMet === undefined ? "not measured" : isMet ? "met" : "**not met**")],
];

const HEAD = `# Benchmark

Made by \`make bench\`. Each section says on what machine it was measured, and when. Everything here is computed from the
figures that were measured; ratios are medians of the rounds' own.`;
