/**
 * Fails if a wasm module imports anything but the JavaScript that wasm-bindgen wrote for it:
 *
 *     node scripts/check-imports.mjs engine_bg.wasm ...
 *
 * The linker does not report a missing C function. It turns it into an import, of `env` or of WASI, and the page then
 * fails to load. This check finds such imports at build time.
 */
import { readFileSync } from "node:fs";
import { basename } from "node:path";

const files = process.argv.slice(2);
if (files.length === 0) fail("name the .wasm files to check");
for (const file of files) check(file);

/** @param {string} file a name as wasm-bindgen gives it: `engine_bg.wasm` goes with `engine_bg.js`. */
function check(file) {
  const glue = `./${basename(file, ".wasm")}.js`;
  const imports = WebAssembly.Module.imports(new WebAssembly.Module(readFileSync(file)));
  const strangers = imports.filter(({ module }) => module !== glue);
  if (strangers.length > 0) {
    fail(`${file} imports what no browser has:`, ...strangers.map(({ module, name }) => `  ${module}.${name}`));
  }
  console.log(`${basename(file)}: ${imports.length} imports, all of them from ${glue}`);
}

/** @param {string[]} lines */
function fail(...lines) {
  console.error(`check-imports: ${lines.join("\n")}`);
  process.exit(1);
}
