import assert from "node:assert/strict";
import { test } from "node:test";
import { faults } from "./check-package.mjs";

const GOOD = {
  "package.json": JSON.stringify({ exports: { ".": { types: "./index.d.ts", default: "./index.js" } } }),
  "index.js": "",
  "index.js.map": JSON.stringify({ sources: ["index.ts"], sourcesContent: ["export {};"] }),
  "index.d.ts": 'export * from "./types.js";',
  "types.d.ts": "export {};",
  "LICENSE-MIT": "",
  "LICENSE-APACHE": "",
  "LICENSES/MPL-2.0.txt": "",
  "LICENSES/FDK-AAC.txt": "",
  "LICENSES/THIRD-PARTY.txt": "",
};

const faultsOf = (files) => faults(Object.keys(files), (file) => files[file]);
const without = (name) => Object.fromEntries(Object.entries(GOOD).filter(([file]) => file !== name));

test("a whole package has no faults", () => {
  assert.deepEqual(faultsOf(GOOD), []);
});

for (const [missing, expected] of [
  ["index.d.ts", "package.json exports ./index.d.ts, which is missing."],
  ["types.d.ts", "index.d.ts refers to types.d.ts, which is missing."],
  ["index.js.map", "index.js has no source map."],
  ["LICENSES/MPL-2.0.txt", "LICENSES/MPL-2.0.txt is missing."],
]) {
  test(`a package without ${missing} has that fault`, () => {
    assert.deepEqual(faultsOf(without(missing)), [expected]);
  });
}

test("a map without its sources is a fault", () => {
  const map = JSON.stringify({ sources: ["index.ts"], sourcesContent: [null] });
  assert.deepEqual(faultsOf({ ...GOOD, "index.js.map": map }), ["index.js.map lacks sources."]);
});
