/**
 * `check-lines.mjs` fails if a line in a comment or a document is longer than 120 columns. It skips tables,
 * third-party code and generated files. The formatters check lines of code.
 */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { extname } from "node:path";

const MOST_COLUMNS = 120;

/** The start of a comment line, for each kind of file. */
const COMMENT = {
  ".rs": /^\s*\/\//,
  ".ts": /^\s*(\/\/|\/\*|\*(\s|\/|$))/,
  ".tsx": /^\s*(\/\/|\{?\/\*|\*(\s|\/|$))/,
  ".mjs": /^\s*(\/\/|\/\*|\*(\s|\/|$))/,
  ".css": /^\s*(\/\*|\*(\s|\/|$))/,
  ".h": /^\s*(\/\/|\/\*|\*(\s|\/|$))/,
  ".sh": /^\s*#/,
  ".toml": /^\s*#/,
  ".md": /^(?!\|)/,
};

const LEFT_OUT = /^(vendor\/|tests\/data\/|bench\/results)/;

/**
 * @param {string} path
 * @param {string} text
 * @returns {number[]} the numbers of the lines that are too long
 */
export function longLines(path, text) {
  const comment = COMMENT[extname(path)];
  if (!comment || LEFT_OUT.test(path)) return [];
  const lines = text.split("\n").map((line, index) => ({ line, number: index + 1 }));
  return lines.filter(({ line }) => [...line].length > MOST_COLUMNS && comment.test(line)).map(({ number }) => number);
}

if (import.meta.filename === process.argv[1]) {
  const paths = execFileSync("git", ["ls-files"], { encoding: "utf8" }).trim().split("\n");
  const found = paths
    .filter((path) => extname(path) in COMMENT && !LEFT_OUT.test(path))
    .flatMap((path) => longLines(path, readFileSync(path, "utf8")).map((number) => `${path}:${number}`));
  for (const place of found) console.error(`${place}: more than ${MOST_COLUMNS} columns`);
  if (found.length > 0) process.exitCode = 1;
}
