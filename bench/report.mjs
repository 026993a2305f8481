/**
 * bench/results.md: the bars and whether they are met, then a section for each part, from the figures kept. What there
 * are no figures of stays as it stands there: figures are kept on the machine that measured them, and the report by git.
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { kept } from "./figures.mjs";
import { table } from "./table.mjs";
import { verdicts } from "./verdicts.mjs";

const PATH = join("bench", "results.md");

/** Writes the report, and returns it. `parts` are modules with a `title` and a `section` of Markdown. */
export function writeReport(parts) {
  const last = existsSync(PATH) ? readFileSync(PATH, "utf8").trimEnd() : "";
  const figures = Object.fromEntries(Object.keys(parts).map((name) => [name, kept(name)]));
  const sections = Object.entries(parts).map(([name, { title, section }]) =>
    figures[name]
      ? `## ${title}\n\n${section(figures[name]).trim()}\n\n${stamp(figures[name])}`
      : last.split(/\n\n(?=## )/).find((text) => text.startsWith(`## ${title}\n`)),
  );
  const bars = verdicts(figures).map((verdict) => row(verdict, last));
  const report = `${[HEAD, table(COLUMNS, bars), ...sections.filter(Boolean)].join("\n\n")}\n`;
  writeFileSync(PATH, report);
  return report;
}

const stamp = ({ machine, load, date }) => `${machine}, ${date}. Load before it began: ${load.toFixed(2)}.`;

/** A bar's cells: as measured, or as the last report has them. */
function row({ bar, measured, isMet }, last) {
  if (isMet !== undefined) return [bar, measured, isMet ? "met" : "**not met**"];
  const line = last.split("\n").find((line) => line.startsWith(`| ${bar} |`));
  const cells = line?.split("|").slice(1, -1);
  return cells?.map((cell) => cell.trim()) ?? [bar, "", "not measured"];
}

const COLUMNS = ["what is to be shown", "measured", ""].map((title, index) => [title, (cells) => cells[index]]);

const HEAD = `# Benchmark

Made by \`make bench\`. Each section says on what machine it was measured, and when; what was not measured anew stands as it
was. Everything here is computed from the figures that were measured; ratios are medians of the rounds' own.`;
