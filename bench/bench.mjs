/**
 * `make bench`: measures the exporter beside its peers, and writes bench/results.md.
 *
 * Its parts are `speed`, `length`, `quality` and `live`; named on the command line, only those are measured, and only
 * their sections of the results are written anew. Each part's module says what it does, and by which variables of the
 * environment it does less: ROUNDS, WORK, ONLY, LENGTHS, PASSAGES, CANCELS.
 */
import { length } from "./length.mjs";
import { live } from "./live.mjs";
import { quality } from "./quality.mjs";
import { buildPages } from "./site.mjs";
import { speed } from "./speed.mjs";

const PARTS = { speed, length, quality, live };

const named = process.argv.slice(2);
const unknown = named.filter((name) => !(name in PARTS));
if (unknown.length > 0) {
  console.error(`There is no ${unknown.join(", ")}: only ${Object.keys(PARTS).join(", ")}.`);
  process.exit(2);
}
await buildPages();
for (const name of named.length > 0 ? named : Object.keys(PARTS)) await PARTS[name]();
