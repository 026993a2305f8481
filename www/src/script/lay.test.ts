import assert from "node:assert/strict";
import { test } from "node:test";
import { emptyProject, openLines, type Project, type ProjectClip } from "../project/model.ts";
import { projectLines, withScript } from "./lay.ts";
import { readScript, whole } from "./read.ts";

const clip = (id: string, more: Partial<ProjectClip> = {}): ProjectClip => ({
  id,
  assetId: id,
  name: `${id}.wav`,
  text: "",
  voice: "",
  lane: 0,
  ...more,
});
const line = (text: string, scene?: string) => ({ text, voice: "EVE", ...(scene && { scene }) });
const order = ({ clips }: Project) => clips.map(({ id }) => id).join(" ");

test("lines keep their scene’s heading, and their directions where that is asked for", () => {
  const script = whole(readScript("EVE: Zero.\nSCENE 1\nEVE: (sighs) One."));
  const [zero, one] = projectLines(script, false);
  assert.deepEqual(zero, { voice: "EVE", text: "Zero." });
  assert.deepEqual(one, { voice: "EVE", text: "One.", scene: "SCENE 1" });
  assert.equal(projectLines(script, true)[1]?.text, "(sighs) One.");
});

test("in a new project, the clips stand in the order of their lines, and lines without audio stay in the script", () => {
  const lines = [line("One.", "INT. HALL"), line("Two."), line("Three.")];
  const project = withScript(emptyProject(), lines, [clip("b"), undefined, clip("a")]);
  assert.deepEqual(project.clips, [
    clip("b", { text: "One.", voice: "EVE", scene: "INT. HALL" }),
    clip("a", { text: "Three.", voice: "EVE" }),
  ]);
  assert.deepEqual(project.script, [{ ...lines[0], clipId: "b" }, lines[1], { ...lines[2], clipId: "a" }]);
  assert.deepEqual(openLines(project), [lines[1]]);
  assert.equal(openLines({ ...project, clips: [] }).length, 3);
});

test("clips that are there get text, voice and scene, and nothing else of the project changes", () => {
  const clips = [clip("a", { offset: 3, scene: "OLD" }), clip("music", { lane: -1 }), clip("b", { volumeDb: -6 })];
  const before: Project = { ...emptyProject(), name: "Play", loudness: "podcast", clips };
  const after = withScript(before, [line("One."), line("Two.", "INT. HALL")], [clips[2], clips[0]]);
  assert.deepEqual(after.clips, [
    clip("a", { offset: 3, text: "Two.", voice: "EVE", scene: "INT. HALL" }),
    clips[1],
    clip("b", { volumeDb: -6, text: "One.", voice: "EVE" }),
  ]);
  assert.deepEqual({ ...after, clips, script: undefined }, { ...before, script: undefined });
});

test("audio that comes later stands behind the line before, and leaves alone what was edited since", () => {
  const clips = [clip("x"), clip("b", { offset: 2, text: "Edited." }), clip("d"), clip("y")];
  const lines = [line("A."), { ...line("B."), clipId: "b" }, line("C."), { ...line("D."), clipId: "d" }, line("E.")];
  const added = [clip("a"), clips[1], clip("c"), clips[2], clip("e")];
  const after = withScript({ ...emptyProject(), clips }, lines, added);
  assert.equal(order(after), "x a b c d e y");
  assert.equal(after.clips[2]?.text, "Edited.");
  assert.equal(order(withScript({ ...emptyProject(), clips: [clip("x")] }, lines, [added[0]])), "x a");
});
