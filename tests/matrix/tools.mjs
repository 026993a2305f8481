/**
 * The tools of the matrix, and the package as npm would install it. Both are in target/matrix. Run as a program, this
 * installs the tools.
 */
import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "./serving.mjs";

/** Installs the pinned tools, unless they are there. */
export function installTools() {
  const lock = "tests/matrix/package-lock.json";
  mkdirSync(ROOT, { recursive: true });
  // Some bundlers look for one in every folder above, and would find the repository's.
  writeFileSync(join(ROOT, "tsconfig.json"), "{}");
  const installed = join(ROOT, "package-lock.json");
  // npm writes this file last.
  const whole = existsSync(join(ROOT, "node_modules/.package-lock.json"));
  if (whole && readFileSync(installed, "utf8") === readFileSync(lock, "utf8")) return;
  cpSync("tests/matrix/package.json", join(ROOT, "package.json"));
  cpSync(lock, installed);
  execFileSync("npm", ["ci", "--prefix", ROOT, "--no-audit", "--no-fund"], { stdio: "inherit" });
}

/** Packs the built package as npm does, and unpacks it as npm would install it. */
export function pack() {
  rmSync(join(ROOT, "package"), { recursive: true, force: true });
  const [{ filename }] = JSON.parse(
    execFileSync("npm", ["pack", "./dist/secuencia", "--json", "--pack-destination", ROOT], { encoding: "utf8" }),
  );
  execFileSync("tar", ["-xzf", join(ROOT, filename), "-C", ROOT]);
}

if (import.meta.filename === process.argv[1]) installTools();
