import assert from "node:assert/strict";
import { test } from "node:test";
import { beginHistory, currentStep, stepToUndo, withStep } from "../project/history.ts";
import { emptyProject, newClip, type Project } from "../project/model.ts";
import { goneOn } from "./unfinished.ts";

const clipOf = (assetId: string) => newClip({ assetId, name: `${assetId}.wav` });
const projectOf = (name: string, ...assetIds: string[]): Project => ({
  ...emptyProject(),
  name,
  clips: assetIds.map(clipOf),
});
const old = projectOf("Old", "a");
const idsOf = ({ clips }: Project) => clips.map(({ assetId }) => assetId);

test("nothing that was under way leaves the history as it is", () => {
  const saved = beginHistory(old);
  assert.deepEqual(goneOn(saved, undefined, new Set()), { history: saved, isIncoming: false, faults: [] });
});

test("audio that is there stays in its place, and the rest is left out and named", () => {
  const added = { ...old, clips: [...old.clips, ...["b", "c", "d", "e"].map(clipOf)] };
  const saved = withStep(beginHistory(old), { label: "Add 4 files", project: added });
  const coming = ["b", "c", "d", "e"];
  const all = goneOn(saved, { coming }, new Set(["a", ...coming]));
  assert.deepEqual(all, { history: saved, isIncoming: false, faults: [] });

  const { history, isIncoming, faults } = goneOn(saved, { coming }, new Set(["a", "b", "d"]));
  assert.deepEqual(idsOf(currentStep(history).project), ["a", "b", "d"]);
  assert.equal(stepToUndo(history)?.label, "Add 4 files");
  assert.equal(isIncoming, false);
  assert.deepEqual(faults, [
    "“c.wav” and 1 other file were still being added when the page was closed. Add what is missing again.",
  ]);
  assert.equal(goneOn(saved, { coming: ["c"] }, new Set()).faults.length, 1);
});

test("a project that was being opened is there whole, or the old one is", () => {
  const saved = beginHistory(old);
  const steps = [
    { label: "Open “Next”", project: projectOf("Next", "b", "c") },
    { label: "Remove “b”", project: projectOf("Next", "c") },
  ];
  const opening = { name: "Next", steps };
  const found = goneOn(saved, { opening, coming: ["b", "c"] }, new Set(["a", "b", "c"]));
  assert.equal(found.isIncoming, true);
  assert.deepEqual(
    found.history.steps.map(({ label }) => label),
    ["The beginning", "Open “Next”", "Remove “b”"],
  );

  const sentence =
    "“Next” was still being opened when the page was closed. Open it again. This is the project from before.";
  for (const left of [goneOn(saved, { opening, coming: ["b", "c"] }, new Set(["a", "b"]))]) {
    assert.deepEqual(left, { history: saved, isIncoming: false, faults: [sentence] });
  }
  const unknown = goneOn(saved, { opening: { name: "Next", steps: [] }, coming: [] }, new Set(["a"]));
  assert.deepEqual(unknown, { history: saved, isIncoming: false, faults: [sentence] });
});
