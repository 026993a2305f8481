import assert from "node:assert/strict";
import { test } from "node:test";
import { beginHistory, currentStep, type History, MOST_STEPS, movedTo, stepToUndo, withStep } from "./history.ts";
import { historyFrom, storedOf } from "./history-log.ts";
import { emptyProject, newClip, type Project } from "./model.ts";
import { daysLeft, isExpired, listingOf, nameOfCopy, renamed, type Summary, summaryOf } from "./shelf.ts";

const DAY = 24 * 60 * 60 * 1000;
const NOW = 1000 * DAY;

const projectOf = (name: string, ...assetIds: string[]): Project => ({
  ...emptyProject(),
  name,
  clips: assetIds.map((assetId) => newClip({ assetId, name: `${assetId}.wav` })),
});
const summary = (name: string, content: string[], more: Partial<Summary> = {}): Summary => ({
  ...{ id: name, name, seconds: 1, clips: content.length, content, changedAt: NOW },
  ...more,
});

/** A history of which the last step is undone: it added “c”. */
function anyHistory(): History {
  const start = beginHistory(projectOf("Start", "a", "b"));
  const fewer = withStep(start, { label: "Remove", project: { ...projectOf("Start"), clips: [] } });
  const more = withStep(fewer, { label: "Add", project: projectOf("Start", "c") });
  return movedTo(more, 1);
}

test("a project's content is what any of its steps needs, and the rest is as it is now", () => {
  const found = summaryOf(anyHistory(), { id: "x", seconds: 12, changedAt: NOW });
  assert.deepEqual(
    { ...found, content: [...found.content].sort() },
    summary("Start", ["a", "b", "c"], {
      ...{ id: "x", seconds: 12, clips: 0 },
    }),
  );
});

test("projects are listed with the last changed first, deleted ones apart, and shared content counts once", () => {
  const bytesOf = new Map([
    ["a", 100],
    ["b", 10],
    ["c", 1],
    ["needed by none", 1000],
  ]);
  const open = summary("Open", ["a", "unknown"], { changedAt: NOW - 2 });
  const shelved = [
    summary("Old", ["a", "b"], { changedAt: NOW - 3 }),
    summary("New", ["a"], { changedAt: NOW - 1 }),
    summary("Deleted", ["c"], { deletedAt: NOW - 2 * DAY }),
    summary("Deleted later", ["a"], { deletedAt: NOW - DAY }),
    summary("Gone", ["b"], { deletedAt: NOW - 30 * DAY }),
  ];
  const { projects, deleted, bytes } = listingOf(open, shelved, bytesOf, NOW);
  const told = (listed: typeof projects) => listed.map((one) => `${one.name} ${one.bytes}`);
  assert.deepEqual(told(projects), ["New 100", "Open 100", "Old 110"]);
  assert.deepEqual(told(deleted), ["Deleted later 100", "Deleted 1"]);
  assert.equal(bytes, 111);
});

test("a deleted project can be put back for 30 days, also if a clock was wrong", () => {
  const at = (days: number) => summary("x", [], { deletedAt: NOW - days * DAY });
  assert.deepEqual(
    [0, 0.5, 1, 29, 29.9, 31].map((days) => daysLeft(at(days), NOW)),
    [30, 30, 29, 1, 1, 1],
  );
  assert.equal(daysLeft(at(-400), NOW), 30, "deleted in the future");
  assert.deepEqual(
    [0, 29.9, 30, 31].map((days) => isExpired(at(days), NOW)),
    [false, false, true, true],
  );
  assert.equal(isExpired(summary("x", []), NOW), false, "it is not deleted");
});

test("a history is the same after it was stored, with the steps that are undone", () => {
  const before = anyHistory();
  const { project, bookmark, steps } = structuredClone(storedOf(before));
  assert.deepEqual(historyFrom(project, bookmark, steps), before);
});

test("a project on the shelf is renamed as a step, which is undone like any other", () => {
  const history = movedTo(anyHistory(), 2);
  const shelved = { summary: summaryOf(history, { id: "x", seconds: 1, changedAt: 5 }), whole: storedOf(history) };
  const { summary: after, whole } = renamed(structuredClone(shelved), "Other", "Rename", NOW);
  assert.deepEqual([after.name, after.id, after.changedAt], ["Other", "x", NOW]);
  const { steps, at } = historyFrom(whole.project, whole.bookmark, whole.steps);
  assert.equal(currentStep({ steps, at }).project.name, "Other");
  assert.equal(stepToUndo({ steps, at })?.label, "Rename");
  assert.deepEqual(steps.slice(0, 3), history.steps);
  assert.deepEqual(renamed(shelved, "Start", "Rename", NOW), shelved, "the same name is no change");
});

test("a project with all the steps that are kept is renamed too, and loses its oldest", () => {
  let history = beginHistory(projectOf("0", "first"));
  for (let count = 1; count <= MOST_STEPS; count += 1) {
    history = withStep(history, { label: `${count}`, project: projectOf(`${count}`) });
  }
  const shelved = { summary: summaryOf(history, { id: "x", seconds: 1, changedAt: 5 }), whole: storedOf(history) };
  assert.ok(shelved.summary.content.includes("first"));
  const { summary: after, whole } = renamed(shelved, "Other", "Rename", NOW);
  assert.equal(historyFrom(whole.project, whole.bookmark, whole.steps).steps.length, MOST_STEPS + 1);
  assert.deepEqual(after.content, []);
});

test("a copy has a name that no other project has", () => {
  const name = (...taken: string[]) => nameOfCopy((place) => `Copy ${place}`, new Set(taken));
  assert.equal(name("Rain"), "Copy 1");
  assert.equal(name("Copy 1", "Copy 3"), "Copy 2");
});
