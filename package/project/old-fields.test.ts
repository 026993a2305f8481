import assert from "node:assert/strict";
import { test } from "node:test";
import { checkProject } from "./file.js";
import { withoutOldFields } from "./old-fields.js";

const project = { name: "Scene", clips: [{ file: "a.wav" }] };

test("a project file that says “timing” asks for those sidecars", () => {
  assert.deepEqual(checkProject({ ...project, timing: "both", sidecars: ["srt", "json"] }), {
    ...project,
    sidecars: ["webvtt", "json", "srt"],
  });
  assert.deepEqual(checkProject({ ...project, timing: "json" }), { ...project, sidecars: ["json"] });
  assert.deepEqual(checkProject({ ...project, timing: "none" }), project);
});

test("so does the record that the page keeps of a project", () => {
  const record = { name: "Scene", gapSeconds: 0.25, clips: [] };
  assert.deepEqual(withoutOldFields({ ...record, timing: "webvtt" }), { ...record, sidecars: ["webvtt"] });
  assert.equal(withoutOldFields(record), record, "a project of today is left as it is");
});

test("a “timing” that never meant anything is refused, and so are sidecars that are no list", () => {
  const faults = (settings: object) => {
    try {
      checkProject({ ...project, ...settings });
    } catch (error) {
      return (error as { faults: string[] }).faults;
    }
    return [];
  };
  for (const timing of ["all", "toString", 3, null]) {
    assert.deepEqual(faults({ timing }), ["The project has an unknown field “timing”."]);
  }
  assert.deepEqual(faults({ timing: "both", sidecars: "srt" }), [
    "The project’s “sidecars” must be a list of webvtt, json, srt, chapters, show-notes or labels.",
  ]);
});
