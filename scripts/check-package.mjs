/**
 * Packs dist/secuencia as npm would publish it, and fails if its users would find a fault in it.
 *
 * publint reads it as bundlers do, and attw ("are the types wrong?") as TypeScript does. Both are in
 * scripts/package-linters. This file itself checks what they do not: every type that a published type refers to is in
 * the package, every script has a source map that holds its sources, and the licences' texts are there.
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { join, posix } from "node:path";
import { fileURLToPath } from "node:url";

const FOLDER = "target/package-check";
const LINTERS = "scripts/package-linters/node_modules/.bin";

/** Files that a tool loads by their address, and nobody imports for its types. */
const UNTYPED = ["./worker.js", "./player-worklet.js", "./page_bg.wasm", "./engine_bg.wasm", "./package.json"];

const LICENCES = [
  ...["LICENSE-MIT", "LICENSE-APACHE"],
  ...["MPL-2.0", "FDK-AAC", "THIRD-PARTY"].map((name) => `LICENSES/${name}.txt`),
];

/**
 * Returns what is wrong with the files of a package, one sentence each.
 *
 * @param {string[]} files
 * @param {(file: string) => string} read
 */
export function faults(files, read) {
  const has = new Set(files);
  const found = LICENCES.filter((file) => !has.has(file)).map((file) => `${file} is missing.`);
  for (const target of targets(JSON.parse(read("package.json")).exports)) {
    if (!has.has(posix.normalize(target))) found.push(`package.json exports ${target}, which is missing.`);
  }
  for (const file of files.filter((name) => name.endsWith(".d.ts"))) {
    for (const [, path] of read(file).matchAll(/(?:from |import\()"(\.[^"]+)\.js"/g)) {
      const wanted = posix.join(posix.dirname(file), `${path}.d.ts`);
      if (!has.has(wanted)) found.push(`${file} refers to ${wanted}, which is missing.`);
    }
  }
  for (const file of files.filter((name) => name.endsWith(".js"))) {
    const map = has.has(`${file}.map`) ? JSON.parse(read(`${file}.map`)) : undefined;
    if (!map) found.push(`${file} has no source map.`);
    else if (map.sources.length !== map.sourcesContent?.filter(Boolean).length)
      found.push(`${file}.map lacks sources.`);
  }
  return found;
}

/** Lists all files that `exports` names. */
function targets(exports) {
  return typeof exports === "string" ? [exports] : Object.values(exports).flatMap(targets);
}

if (import.meta.filename === process.argv[1]) {
  process.chdir(fileURLToPath(new URL("..", import.meta.url)));
  rmSync(FOLDER, { recursive: true, force: true });
  mkdirSync(FOLDER, { recursive: true });
  const run = (command, ...args) =>
    execFileSync(command, args, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
  const [{ filename, files }] = JSON.parse(
    run("npm", "pack", "./dist/secuencia", "--json", "--pack-destination", FOLDER),
  );
  const packed = join(FOLDER, filename);
  const problems = faults(
    files.map(({ path }) => path),
    (file) => readFileSync(join("dist/secuencia", file), "utf8"),
  );
  const attw = ["--profile", "esm-only", "--no-emoji", "--no-color", "--exclude-entrypoints", ...UNTYPED];
  for (const [linter, ...args] of [
    ["publint", "run", "--strict", packed],
    ["attw", packed, ...attw],
  ]) {
    try {
      run(join(LINTERS, linter), ...args);
    } catch (error) {
      problems.push(`${linter}:\n${error.stdout}${error.stderr}`);
    }
  }
  for (const problem of problems) console.error(`check-package: ${problem}`);
  if (problems.length > 0) process.exitCode = 1;
}
