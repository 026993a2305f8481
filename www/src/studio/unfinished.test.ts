import assert from "node:assert/strict";
import { test } from "node:test";
import { beginHistory, currentStep, stepToUndo, withStep } from "../project/history.ts";
import { emptyProject, newClip, type Project } from "../project/model.ts";
import { goneOn } from "./unfinished.ts";

const clipOf = (assetId: string) => newClip({ assetId, name: `${assetId}.wav` });
const old: Project = { ...emptyProject(), name: "Old", clips: [clipOf("a")] };
const idsOf = ({ clips }: Project) => clips.map(({ assetId }) => assetId);

test("nothing that was under way leaves the history as it is", () => {
  const saved = beginHistory(old);
  assert.deepEqual(goneOn(saved, [], new Set()), { history: saved, faults: [] });
});

test("audio that is there stays in its place, and the rest is left out and named", () => {
  const added = { ...old, clips: [...old.clips, ...["b", "c", "d", "e"].map(clipOf)] };
  const saved = withStep(beginHistory(old), { label: "Add 4 files", project: added });
  const coming = ["b", "c", "d", "e"];
  const all = goneOn(saved, coming, new Set(["a", ...coming]));
  assert.deepEqual(all, { history: saved, faults: [] });

  const { history, faults } = goneOn(saved, coming, new Set(["a", "b", "d"]));
  assert.deepEqual(idsOf(currentStep(history).project), ["a", "b", "d"]);
  assert.equal(stepToUndo(history)?.label, "Add 4 files");
  assert.deepEqual(faults, [
    "“c.wav” and 1 other file were still being added when the page was closed. Add what is missing again.",
  ]);
  assert.equal(goneOn(saved, ["c"], new Set()).faults.length, 1);
});
