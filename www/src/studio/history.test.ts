import assert from "node:assert/strict";
import { test } from "node:test";
import type { ProjectLine } from "secuencia/project.js";
import { beginHistory, contentOf, type History, MOST_STEPS, type Step } from "../project/history.ts";
import { type Bookmark, bookmarkOf, historyFrom, logChange, type StepRecord } from "../project/history-log.ts";
import { emptyProject, newClip, type Project } from "../project/model.ts";
import { withScript } from "../script/lay.ts";
import * as editing from "./editing.ts";
import { edit, endTyping, forgetAudio, jumpTo, redo, undo } from "./history.ts";
import { history, offer, project } from "./state.ts";

/** The stored records, as a database keeps them: copies, of what was written only. */
class Store {
  readonly records = new Map<number, StepRecord>();
  project: Project = emptyProject();
  bookmark: Bookmark | undefined;
  private known: History | undefined;

  save(): number {
    const { written, deleted } = logChange(this.known, history.value);
    for (const number of deleted) this.records.delete(number);
    for (const record of written) this.records.set(record.number, structuredClone(record));
    this.project = project.value;
    this.bookmark = bookmarkOf(history.value);
    this.known = history.value;
    return JSON.stringify(written).length;
  }

  /** Loads the history anew, as a reload does. */
  reload(): void {
    this.known = historyFrom(structuredClone(this.project), this.bookmark, structuredClone([...this.records.values()]));
    history.value = this.known;
  }
}

const clipOf = (assetId: string) => newClip({ assetId, name: `${assetId}.wav` });
const projectOf = (name: string, clips: number): Project => ({
  ...emptyProject(),
  name,
  clips: Array.from({ length: clips }, (_, index) => clipOf(`${name} ${index}`)),
});
const begin = (start: Project) => {
  endTyping();
  history.value = beginHistory(start);
};
const labels = () => history.value.steps.slice(1).map(({ label }) => label);

/** A sequence of numbers from 0 to below the given one, the same for the same seed. */
function numbersOf(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** The gap of the projects here. */
const GAP = { gapSeconds: emptyProject().gapSeconds };

function setGap(gapSeconds: number): void {
  editing.setFile({ gapSeconds }, {});
}

/** Makes a random edit, of any kind that the page has. */
function editAtRandom(pick: (below: number) => number, count: number): void {
  const { clips } = project.value;
  const clip = clips[pick(clips.length)];
  const some = () => new Set(Array.from({ length: 1 + pick(3) }, () => clips[pick(clips.length)]?.id ?? ""));
  const gap = () => ({ gapSeconds: pick(100) / 100 });
  const kinds: (() => void)[] = [
    () => editing.renameProject(`Name ${pick(3)}`),
    () => editing.setFile({ ...gap(), bitRate: [64_000, 96_000, 128_000][pick(3)] as number }, {}),
    () => editing.setFile(gap(), { tags: { artist: `Artist ${pick(9)}`, covers: [`cover ${pick(40)}`] } }),
    () => editing.setFile(gap(), { chapters: [{ title: "One", offset: pick(60), image: `chapter ${pick(40)}` }] }),
    () => editing.addClips(Array.from({ length: 1 + pick(3) }, (_, index) => clipOf(`added ${count} ${index}`))),
    () => clip && editing.changeClip(clip.id, { text: `Line ${count}`, volumeDb: pick(6), scene: undefined }),
    () => clip && editing.moveToLane(some(), pick(5) - 2),
    () => clip && editing.moveClips(some(), pick(clips.length)),
    () => clip && editing.removeClips(some()),
    () => clip && editing.changeVolume(some(), pick(2) * 2 - 1),
    () => edit(`Replace all by ${count}`, () => projectOf(`Opened ${count}`, pick(30))),
    () => {
      const lines: ProjectLine[] = clips.map((_, index) => ({ text: `Spoken ${count} ${index}`, voice: "ODETTE" }));
      edit("Apply the script", (before) => withScript(before, lines, before.clips));
    },
    () => void (undo() && pick(2) === 0 && redo()),
  ];
  // Replacing everything is rarer than the others.
  const kind = pick(4) === 0 ? pick(kinds.length) : pick(11);
  kinds[kind]?.();
  if (pick(2) === 0) endTyping();
}

/** The steps that typing may go on with, or take back. */
const TYPED = /^(Rename to|Change the gap to|Change the volume of) /;

test("500 random edits are undone and done again, over reloads, to the same projects, with the content they need", () => {
  for (const seed of [1, 2]) {
    const pick = numbersOf(seed);
    const store = new Store();
    begin(projectOf("Start", 20));
    store.save();
    for (let count = 0; count < 500; count += 1) {
      const { steps, at } = history.value;
      editAtRandom(pick, count);
      const isUntouched = (step: Step, index: number) =>
        history.value.steps[index] === step || (index === at && TYPED.test(step.label));
      assert.ok(steps.slice(0, at + 1).every(isUntouched), `edit ${count} of seed ${seed} changed earlier steps`);
      if (pick(12) === 0) forgetAudio(new Set([project.value.clips.at(-1)?.assetId ?? "none"]));
      store.save();
      if (pick(25) === 0) store.reload();
    }
    const made = structuredClone(history.value.steps.map(({ project: one }) => one));
    const needed = new Set(made.flatMap((one) => [...contentOf(beginHistory(one))]));
    assert.ok(made.length > 300, `${made.length} steps`);
    while (redo());
    for (let index = made.length - 1; ; index -= 1) {
      assert.deepEqual(project.value, made[index], `seed ${seed}, undone to ${index}`);
      if (pick(20) === 0) store.save();
      if (pick(20) === 0) {
        store.save();
        store.reload();
      }
      assert.equal(history.value.steps.length, made.length);
      if (!undo()) break;
    }
    for (let index = 1; redo(); index += 1) {
      assert.deepEqual(project.value, made[index], `seed ${seed}, done again to ${index}`);
    }
    store.save();
    store.reload();
    assert.deepEqual(contentOf(history.value), needed);
    assert.equal(store.records.size, made.length - 1);
  }
});

test("500 steps are kept, the oldest goes, and what only it needed is needed no more", () => {
  const store = new Store();
  begin(projectOf("Start", 1));
  for (let count = 0; count < MOST_STEPS; count += 1) editing.addClips([clipOf(`added ${count}`)]);
  const [first] = project.value.clips;
  editing.removeClips(new Set([first?.id ?? ""]));
  assert.ok(contentOf(history.value).has("Start 0"));
  for (let count = 0; count < MOST_STEPS; count += 1) {
    setGap(count % 2);
  }
  assert.equal(history.value.steps.length, MOST_STEPS + 1);
  assert.equal(contentOf(history.value).has("Start 0"), false);
  store.save();
  assert.equal(store.records.size, MOST_STEPS);
  store.reload();
  let undone = 0;
  while (undo()) undone += 1;
  assert.equal(undone, MOST_STEPS);
});

test("a step of 1,500 clips writes what it changes, and 500 such steps stay small", () => {
  const store = new Store();
  begin(projectOf("Long", 1500));
  store.save();
  const sizes = Array.from({ length: 500 }, (_, count) => {
    const clip = project.value.clips[(count * 7) % 1500];
    if (count % 2 === 0) editing.moveClips(new Set([clip?.id ?? ""]), 1499 - count);
    else editing.changeClip(clip?.id ?? "", { text: `Line ${count}` });
    return store.save();
  });
  assert.ok(Math.max(...sizes) < 1000, `${Math.max(...sizes)} characters`);
  const kept = new Set(history.value.steps.flatMap(({ project: one }) => one.clips));
  assert.ok(kept.size <= 2000, `${kept.size} clips in memory`);
});

test("typing in one field is one step, until the field is left; typing that takes itself back is none", () => {
  begin(projectOf("Start", 2));
  for (const name of ["S", "So", "Son", "Song"]) editing.renameProject(name);
  setGap(10);
  editing.renameProject("Songs");
  endTyping();
  editing.renameProject("Songs!");
  editing.renameProject("Songs");
  const names = ["Rename to “Song”", "Change the sound and file", "Rename to “Songs”"];
  assert.deepEqual(labels(), names);
  undo();
  assert.equal(project.value.name, "Song");
  redo();
  editing.removeClips(new Set([project.value.clips[0]?.id ?? ""]));
  for (const name of ["Songs?", "Songs", "Songs: ", "Songs"]) editing.renameProject(name);
  assert.deepEqual(labels(), [...names, "Remove “Start 0.wav”"], "and the step before it stays");
  undo();
  editing.renameProject("Songs of old");
  assert.deepEqual(labels(), [...names, "Rename to “Songs of old”"], "what was undone in between is complete");
});

test("an edit that changes nothing is no step, and leaves what was undone to be done again", () => {
  begin({ ...projectOf("Start", 2), tags: { artist: "A", title: "T" } });
  editing.renameProject("Other");
  undo();
  editing.setFile(GAP, { tags: { title: "T", artist: "A" } });
  editing.moveClips(new Set([project.value.clips[0]?.id ?? ""]), 0);
  assert.ok(redo());
  assert.equal(project.value.name, "Other");
});

test("the settings and what the file says about itself change in one step, named by what changed", () => {
  begin(projectOf("Start", 1));
  editing.setFile({ ...GAP, bitRate: 96_000 }, {});
  editing.setFile({ ...GAP, bitRate: 96_000 }, { tags: { title: "T" } });
  editing.setFile({ ...GAP, bitRate: 64_000 }, { tags: { title: "T" }, extension: "m4b" });
  assert.deepEqual(labels(), [
    "Change the sound and file",
    "Edit the tags",
    "Change the sound and file. Edit the kind of file",
  ]);
});

test("audio that cannot be added leaves every step, and the steps that added it alone", () => {
  begin(projectOf("Start", 1));
  editing.addClips([clipOf("bad")]);
  const [, bad] = project.value.clips;
  editing.addClips([clipOf("bad"), clipOf("good")]);
  editing.changeClip(bad?.id ?? "", { text: "Words" });
  editing.moveClips(new Set([bad?.id ?? ""]), 0);
  editing.renameProject("Renamed");
  const store = new Store();
  store.save();
  undo();
  forgetAudio(new Set(["bad"]));
  assert.deepEqual(labels(), ["Add 2 files", "Rename to “Renamed”"]);
  assert.deepEqual(
    project.value.clips.map(({ assetId }) => assetId),
    ["Start 0", "good"],
  );
  store.save();
  store.reload();
  assert.ok(redo());
  assert.equal(project.value.name, "Renamed");
  assert.equal(contentOf(history.value).has("bad"), false);
});

test("records that do not lead to the project are dropped, so it opens as it is", () => {
  begin(projectOf("Start", 3));
  editing.removeClips(new Set([project.value.clips[1]?.id ?? ""]));
  editing.renameProject("Last");
  const store = new Store();
  store.save();
  const opened = () => historyFrom(store.project, store.bookmark, [...store.records.values()]).steps.length;
  assert.equal(opened(), 3);
  store.records.delete(1);
  assert.equal(opened(), 1);
  store.save();
  store.project = { ...store.project, clips: [] };
  store.records.set(1, { number: 1, label: "Move", difference: { fields: {}, out: [], into: [[9, clipOf("x")]] } });
  assert.equal(opened(), 1);
  store.bookmark = { first: 0, current: 7 };
  assert.equal(opened(), 1);
});

test("the page offers to undo a removal only while it is the last step", () => {
  begin(projectOf("Start", 3));
  editing.removeClips(new Set([project.value.clips[1]?.id ?? ""]));
  assert.equal(offer.value?.done, "Removed “Start 1.wav”.");
  assert.equal(offer.value?.step, history.value.steps[1]);
  const [beginning] = history.value.steps;
  editing.renameProject("Later");
  jumpTo(beginning);
  assert.deepEqual(labels(), ["Remove “Start 1.wav”", "Rename to “Later”"]);
  assert.equal(project.value.clips.length, 3);
});
