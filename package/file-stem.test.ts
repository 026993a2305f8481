/** File names that every file system accepts. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { fileStem } from "./file-stem.js";

const cases: [string, string][] = JSON.parse(readFileSync(new URL("./file-stems.json", import.meta.url), "utf8"));

test("names are made safe", () => {
  for (const [name, stem] of cases) {
    assert.equal(fileStem(name), stem, JSON.stringify(name));
    assert.equal(fileStem(stem), stem, `${JSON.stringify(stem)} is safe`);
  }
});

test("half a character is replaced", () => {
  assert.equal(fileStem("a\ud83db"), "a-b");
});

test("a long name is cut between characters", () => {
  for (const character of ["e", "é", "日", "🎧"]) {
    const stem = fileStem(character.repeat(300));
    const { length } = new TextEncoder().encode(stem);
    assert.ok(length >= 197 && length <= 200 && stem.endsWith(character), stem);
  }
});
