/**
 * Keeps docs/ten-wishes.md true: the lines of code for ten wishes, with this package, mediabunny and ffmpeg.wasm.
 *
 * `wishes.mjs` counts them and fails if the document says otherwise; `wishes.mjs --write` writes the document. A line
 * counts if it has code; imports do not count. Code that several wishes share counts once, in a row of its own.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const PAGE = "docs/ten-wishes.md";
const PACKAGES = { secuencia: "secuencia", mediabunny: "mediabunny", ffmpeg: "ffmpeg.wasm" };

/**
 * Finds the wishes in a file: from `// wish: name` to `// end`.
 *
 * @param {string} code
 * @returns {Map<string, string>} the code of each, by its name
 */
export function wishesOf(code) {
  const found = code.matchAll(/^\/\/ wish: ([^\n]+)\n(.*?)^\/\/ end$/gms);
  return new Map(Array.from(found, ([, name, body]) => [name, body]));
}

/** Counts the lines that have code. */
export function linesOf(code) {
  return code.split("\n").filter((line) => line.trim() !== "" && !line.trim().startsWith("//")).length;
}

/** Writes the document from the code of all packages, by their names. */
export function pageOf(packages) {
  const names = Object.keys(packages);
  const wishes = [...packages.secuencia.keys()].filter((name) => name !== "shared");
  const cells = (wish) => names.map((name) => linesOf(packages[name].get(wish) ?? "") || "—");
  const rows = wishes.map((wish) => `| ${wish} | ${cells(wish).join(" | ")} |`);
  const sums = names.map((name) => [...packages[name].values()].reduce((sum, code) => sum + linesOf(code), 0));
  return `# Ten wishes

This page counts the lines of code that ten wishes take, with this package, with mediabunny 1.61 and with ffmpeg.wasm
0.12. The code is in [bench/wishes](../bench/wishes): the compiler checks it, and \`node bench/wishes/wishes.mjs\` counts
it. Imports, comments and empty lines do not count.

| wish | ${Object.values(PACKAGES).join(" | ")} |
|---|${names.map(() => "---:|").join("")}
| code that several of them share | ${cells("shared").join(" | ")} |
${rows.join("\n")}
| **together** | ${sums.map((sum) => `**${sum}**`).join(" | ")} |

The counts hide some differences. Clips of other sample rates and layouts take no further line here and with
ffmpeg.wasm; with mediabunny the page resamples and mixes them. mediabunny can upload while it encodes, as a fragmented
file. ffmpeg.wasm's progress is right for one clip only, and its cancel ends the worker. The two peers keep nothing, so
for them “delete all” and “usage” are about files that the page has kept itself. Exports of one library wait for each
other here, and chapters are those of a timeline.
`;
}

if (import.meta.filename === process.argv[1]) {
  process.chdir(fileURLToPath(new URL("../..", import.meta.url)));
  const read = (name) => wishesOf(readFileSync(join("bench/wishes", `${name}.ts`), "utf8"));
  const page = pageOf(Object.fromEntries(Object.keys(PACKAGES).map((name) => [name, read(name)])));
  if (process.argv.includes("--write")) writeFileSync(PAGE, page);
  else if (readFileSync(PAGE, "utf8") !== page) {
    console.error(`${PAGE} is not what the code has: run \`node bench/wishes/wishes.mjs --write\`.`);
    process.exitCode = 1;
  }
}
