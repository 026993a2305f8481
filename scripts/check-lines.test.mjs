import assert from "node:assert/strict";
import { test } from "node:test";
import { longLines } from "./check-lines.mjs";

const LONG = "word ".repeat(25);

test("a long line of a comment or a document is found by its number", () => {
  assert.deepEqual(longLines("a.rs", `//! Short.\n/// ${LONG}\n`), [2]);
  assert.deepEqual(longLines("a.ts", `/**\n * ${LONG}\n */`), [2]);
  assert.deepEqual(longLines("a.sh", `# ${LONG}`), [1]);
  assert.deepEqual(longLines("a.md", `${LONG}\n\n| ${LONG} |`), [1]);
});

test("code, tables, others' files and lines of just 120 columns are left alone", () => {
  assert.deepEqual(longLines("a.rs", `let text = "${LONG}";`), []);
  assert.deepEqual(longLines("vendor/a.rs", `// ${LONG}`), []);
  assert.deepEqual(longLines("a.md", "–".repeat(120)), []);
});
