import assert from "node:assert/strict";
import { test } from "node:test";
import { problems, withoutHashes, written } from "./sizes.mjs";

const SIZES = new Map(
  Object.entries({
    "secuencia/index.js": [48, 10],
    "secuencia/page_bg.wasm": [200, 65],
    "secuencia/worker.js": [53, 9],
    "secuencia/engine_bg.wasm": [2000, 700],
    "secuencia/inline.js": [1400, 1000],
    "secuencia/follow-along.js": [12, 4],
    "secuencia/follow-along-page.js": [16, 5],
    "secuencia/otio.js": [28, 10],
    "secuencia/archive.js": [12, 4],
    "secuencia/describe.js": [10, 4],
    "secuencia/project.js": [8, 3],
    "secuencia/images.js": [4, 2],
    "secuencia/player.js": [7, 3],
    "secuencia/player-worklet.js": [3, 1],
    "secuencia/node.js": [80, 25],
    "secuencia/node-worker.js": [27, 8],
    "secuencia/cli.js": [4, 1.5],
    "index.html": [1, 0.5],
    "app.css": [10, 3],
    "app.js": [60, 20],
    "service-worker.js": [6, 2],
    "app-*.js": [60, 20],
    "app-es-*.js": [20, 7],
    "script.css": [4, 1],
    "result.css": [4, 1],
    "projects.css": [4, 1],
    "sample/knock.wav": [100, 90],
  }).map(([file, [raw, brotli]]) => [file, { raw, brotli }]),
);
const DOCUMENTS = new Map([
  ["README.md", "Before that a page loads 1 KiB (brotli). The workers' code, 1 KiB, comes later."],
  ["package/README.md", "A page loads 1 KiB (brotli). Its workers load the engine then, 1 KiB, once."],
  ["docs/faq.md", "A page loads 1 KiB before the first import."],
  ["docs/install.md", "| `index.js`, `page_bg.wasm` | 1 KiB |\n| `worker.js`, `engine_bg.wasm` | 1 KiB |"],
  ["docs/migrating.md", "the engine of 1 KiB loads by itself"],
  ["docs/architecture.md", "The converter and the store: 1 KiB (brotli)."],
  ["docs/sizes.md", ""],
]);
const upToDate = written(SIZES, (path) => DOCUMENTS.get(path));

/** Returns the problems after some files changed since the documents were written. */
function problemsWith(changed) {
  return problems(new Map([...SIZES, ...Object.entries(changed)]), (path) => upToDate.get(path));
}

test("what was just written is true, in the table and in the sentences", () => {
  assert.deepEqual(problemsWith({}), []);
  assert.match(upToDate.get("README.md"), /loads 75 KiB .* code, 709 KiB,/);
  assert.match(upToDate.get("docs/sizes.md"), /`secuencia\/engine_bg.wasm` \| 2000.0 \| 700.0 \| \d+ \|/);
});

test("chunks count under names that do not change with their content", () => {
  const sizes = new Map(
    ["app.js", "app-chunk-AB12.js", "app-deck-CD34.js", "app-in-sight-EF56.js", "app-es-GH78.js"].map((file) => [
      file,
      { raw: 2, brotli: 1 },
    ]),
  );
  assert.deepEqual(
    [...withoutHashes(sizes, '<link rel="modulepreload" href="app-chunk-AB12.js"> <script src="app.js">')],
    [
      ["app.js", { raw: 4, brotli: 2 }],
      ["app-*.js", { raw: 4, brotli: 2 }],
      ["app-es-*.js", { raw: 2, brotli: 1 }],
    ],
  );
});

test("documents that never had their sizes written are outdated, each of them", () => {
  const found = problems(SIZES, (path) => DOCUMENTS.get(path)).join();
  for (const path of DOCUMENTS.keys()) assert.ok(found.includes(path), path);
});

test("a size may move by 2 %, and no further", () => {
  assert.deepEqual(problemsWith({ "secuencia/engine_bg.wasm": { raw: 2030, brotli: 705 } }), []);
  const found = problemsWith({ "secuencia/engine_bg.wasm": { raw: 1940, brotli: 680 } });
  assert.equal(found.length, 5);
  assert.match(found[0], /docs\/sizes.md: secuencia\/engine_bg.wasm/);
  assert.match(found.slice(1).join(), /package\/README.md.*,README.md.*,docs\/install.md.*,docs\/migrating.md/);
});

test("a file over its budget, one that is missing and code without a budget are found", () => {
  const found = problemsWith({
    "app.js": { raw: 90, brotli: 53 },
    "app.css": undefined,
    "more.js": { raw: 1, brotli: 1 },
  });
  for (const file of ["app.js has 53.0 KiB of 52", "app.css has none", "more.js has no budget"]) {
    assert.ok(
      found.some((problem) => problem.startsWith(file)),
      file,
    );
  }
});
