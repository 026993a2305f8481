/** The file dialogs offer all audio and every film that is read. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { AUDIO_FILES } from "./file-types.ts";

const root = new URL("../../../", import.meta.url);
const offered = AUDIO_FILES.split(",").filter((one) => one.startsWith("."));

test("the dialogs offer the extensions in the table of docs/formats.md, and no others", () => {
  const [table = ""] = /^\| container[\s\S]*?\n\n/m.exec(readFileSync(new URL("docs/formats.md", root), "utf8")) ?? [];
  const documented = table.match(/\.(?=\d?[a-z])[a-z0-9]+/g) ?? [];
  assert.ok(documented.length > 30, `${documented.length} extensions`);
  assert.deepEqual([...offered].sort(), [...documented].sort());
  assert.equal(new Set(offered).size, offered.length, "each once");
});

test("the dialogs offer every file that the tests read", () => {
  const names = readdirSync(new URL("tests/data/media/", root)).filter((name) => !name.endsWith(".json"));
  for (const name of names) assert.ok(offered.includes(name.slice(name.lastIndexOf("."))), name);
});

test("the dialogs offer films by type too, for phones that know no extensions", () => {
  for (const type of ["audio/*", "video/mp4", "video/quicktime", "video/webm", "video/x-matroska"]) {
    assert.ok(AUDIO_FILES.split(",").includes(type), type);
  }
});
