import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";

const script = fileURLToPath(new URL("check-imports.mjs", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "check-imports-"));
after(() => rmSync(folder, { recursive: true }));

test("a module that imports only its own JavaScript passes", () => {
  const { status, stdout } = check("engine_bg.wasm", moduleImporting(["./engine_bg.js", "__wbg_log"]));
  assert.equal(status, 0);
  assert.match(stdout, /engine_bg\.wasm: 1 imports/);
});

test("a C function that nobody supplied fails, by name", () => {
  const bytes = moduleImporting(["./engine_bg.js", "__wbg_log"], ["env", "frexpf"]);
  const { status, stderr } = check("engine_bg.wasm", bytes);
  assert.equal(status, 1);
  assert.match(stderr, /env\.frexpf/);
  assert.doesNotMatch(stderr, /__wbg_log/);
});

test("WASI fails, and so does another module's JavaScript", () => {
  for (const module of ["wasi_snapshot_preview1", "./page_bg.js"]) {
    assert.equal(check("engine_bg.wasm", moduleImporting([module, "f"])).status, 1, module);
  }
});

test("what is no module, or no file at all, fails", () => {
  assert.notEqual(check("engine_bg.wasm", Buffer.from("<html>")).status, 0);
  assert.notEqual(spawnSync(process.execPath, [script]).status, 0);
});

/** Runs the check on a file with this name and content. */
function check(name, bytes) {
  const file = join(folder, name);
  writeFileSync(file, bytes);
  return spawnSync(process.execPath, [script, file], { encoding: "utf8" });
}

/** Returns a module of two sections: one type, `() -> ()`, and imports of that type, each `[module, name]`. */
function moduleImporting(...imports) {
  const text = (string) => [string.length, ...Buffer.from(string)];
  const section = (id, count, bytes) => [id, bytes.length + 1, count, ...bytes];
  const entries = imports.flatMap(([module, name]) => [...text(module), ...text(name), 0, 0]);
  const header = [...Buffer.from("\0asm"), 1, 0, 0, 0];
  return Buffer.from([...header, ...section(1, 1, [0x60, 0, 0]), ...section(2, imports.length, entries)]);
}
