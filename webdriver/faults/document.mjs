/** The tables of docs/reliability.md, between markers: `<!-- NAME -->` and `<!-- end of NAME -->`. */
import { readFileSync, writeFileSync } from "node:fs";

const DOCUMENT = "docs/reliability.md";

/** Replaces the text between two markers. */
export function writeBetween(name, text) {
  const [before, rest] = readFileSync(DOCUMENT, "utf8").split(`<!-- ${name} -->\n`);
  const [, after] = rest?.split(`<!-- end of ${name} -->`) ?? [];
  if (after === undefined) throw new Error(`${DOCUMENT} has no place for “${name}”`);
  writeFileSync(DOCUMENT, `${before}<!-- ${name} -->\n\n${text}\n\n<!-- end of ${name} -->${after}`);
}
