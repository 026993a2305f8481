/**
 * `make bench`: measures the exporter beside its peers, and writes bench/results.md.
 *
 * The parts are `speed`, `calls`, `imports`, `workers`, `cores`, `length`, `quality`, `seams` and `live`. Parts that
 * are named on the command line run alone; `report` measures nothing. Either way the report is rebuilt from all stored
 * figures, and keeps the last report's text for parts without figures. Each part's module describes its measurement,
 * and the environment variables that shorten it: ROUNDS, WORK, ONLY, LENGTHS, PASSAGES, CANCELS.
 */
import * as calls from "./calls.mjs";
import * as cores from "./cores.mjs";
import { keeper } from "./figures.mjs";
import * as imports from "./imports.mjs";
import * as length from "./length.mjs";
import * as live from "./live.mjs";
import * as quality from "./quality.mjs";
import { writeReport } from "./report.mjs";
import * as seams from "./seams.mjs";
import { buildPages } from "./site.mjs";
import * as speed from "./speed.mjs";
import * as workers from "./workers.mjs";

const PARTS = { speed, calls, imports, workers, cores, length, quality, seams, live };

const named = process.argv.slice(2).filter((name) => name !== "report");
const unknown = named.filter((name) => !(name in PARTS));
if (unknown.length > 0) {
  console.error(`There is no ${unknown.join(", ")}: only ${Object.keys(PARTS).join(", ")} and report.`);
  process.exit(2);
}
const wanted = process.argv.length > 2 ? named : Object.keys(PARTS);
if (wanted.length > 0) await buildPages();
for (const name of wanted) {
  try {
    await PARTS[name].run(keeper(name));
  } catch (error) {
    // One failing part does not stop the others.
    console.error(`${name} failed:`, error);
    process.exitCode = 1;
  }
}
console.log(writeReport(PARTS));
