/**
 * Writes bench/results.md: the bars and whether they are met, then a section for each part, from the stored figures.
 * A section without figures keeps its last text. Git has only the report; the figures stay on the machine that measured
 * them.
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { kept, stamp } from "./figures.mjs";
import { table } from "./table.mjs";
import { verdicts } from "./verdicts.mjs";

const PATH = join("bench", "results.md");

/**
 * Writes the report, and returns it. `parts` are modules with a `title` and a `section` function, which takes the
 * figures and the section's last text and returns Markdown. A part with `keepsOld` dates its own tables.
 */
export function writeReport(parts) {
  const last = existsSync(PATH) ? readFileSync(PATH, "utf8").trimEnd() : "";
  const figures = Object.fromEntries(Object.keys(parts).map((name) => [name, kept(name)]));
  const sections = Object.entries(parts).map(([name, { title, section, keepsOld }]) => {
    const old = last.split(/\n\n(?=## )/).find((text) => text.startsWith(`## ${title}\n`));
    if (!figures[name]) return old;
    const made = section(figures[name], old ?? "").trim();
    return [`## ${title}`, made, ...(keepsOld ? [] : [stamp(figures[name])])].join("\n\n");
  });
  const bars = verdicts(figures).map((verdict) => row(verdict, last));
  const report = `${[HEAD, table(COLUMNS, bars), ...sections.filter(Boolean)].join("\n\n")}\n`;
  writeFileSync(PATH, report);
  return report;
}

/** Returns a bar's cells: as measured, or from the last report. */
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
