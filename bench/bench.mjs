/**
 * `make bench`: measures the exporter beside its peers, and writes bench/results.md.
 *
 * Its parts are `speed`, `workers`, `length`, `quality`, `seams` and `live`; named on the command line, only those are
 * measured. The report is then made anew of all figures that are kept, and of the last report where there are none;
 * `report` does that and measures nothing. Each part's module says what it does, and by which variables of the
 * environment it does less: ROUNDS, WORK, ONLY, LENGTHS, PASSAGES, CANCELS.
 */
import { keeper } from "./figures.mjs";
import * as length from "./length.mjs";
import * as live from "./live.mjs";
import * as quality from "./quality.mjs";
import { writeReport } from "./report.mjs";
import * as seams from "./seams.mjs";
import { buildPages } from "./site.mjs";
import * as speed from "./speed.mjs";
import * as workers from "./workers.mjs";

const PARTS = { speed, workers, length, quality, seams, live };

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
    // The other parts are worth measuring all the same.
    console.error(`${name} failed:`, error);
    process.exitCode = 1;
  }
}
console.log(writeReport(PARTS));
