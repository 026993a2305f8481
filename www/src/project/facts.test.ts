import assert from "node:assert/strict";
import { test } from "node:test";
import type { AudioDescription } from "secuencia/describe.js";
import { type DescribedClip, factsFor, factsInWords, withFacts } from "./facts.ts";
import { emptyProject, newClip, type Project } from "./model.ts";
import { placeClips } from "./placement.ts";

const COVER = new Blob(["picture"]);
const BOOK: AudioDescription = {
  tags: { title: "Book", artist: "Ann", genre: "Drama" },
  chapters: [
    { title: "One", offset: 0 },
    { title: "Two", offset: 10 },
    { title: "Three", offset: 20 },
  ],
  cover: COVER,
};

function described(said: AudioDescription, name = "Book.m4b"): { project: Project; clips: DescribedClip[] } {
  const clips = ["first", "book"].map((id) => newClip({ id, assetId: id, name }));
  return { project: { ...emptyProject(), gapSeconds: 1, clips }, clips: [{ clipId: "book", name, said }] };
}

const placed = (project: Project) => placeClips(project, () => ({ durationSeconds: 30 }));

test("chapters begin where the clip does, in one change with the tags and the cover", () => {
  const { project, clips } = described(BOOK);
  const facts = factsFor(project, clips);
  assert.ok(facts);
  assert.equal(factsInWords(facts), "“Book.m4b” has 3 chapters, a cover, a title, and 2 more tags.");
  const { chapters, tags } = withFacts(project, facts, placed(project), "picture-1");
  assert.deepEqual(chapters, [
    { title: "One", offset: 31 },
    { title: "Two", offset: 41 },
    { title: "Three", offset: 51 },
  ]);
  assert.deepEqual(tags, { title: "Book", artist: "Ann", genre: "Drama", covers: ["picture-1"] });
});

test("of a cut clip, only the chapters that it plays are used, and the first begins with it", () => {
  const { project, clips } = described(BOOK);
  const cut = {
    ...project,
    clips: project.clips.map((clip) => (clip.id === "book" ? { ...clip, sourceStart: 12, duration: 5 } : clip)),
  };
  const facts = factsFor(cut, clips);
  assert.ok(facts);
  assert.deepEqual(withFacts(cut, facts, placed(cut)).chapters, [{ title: "Two", offset: 31 }]);
});

test("what the project has set stays, and its chapters too", () => {
  const { project, clips } = described(BOOK);
  const own: Project = {
    ...project,
    tags: { title: "Mine", covers: ["mine"] },
    chapters: [{ title: "Mine", offset: 35 }],
    chapterSource: "none",
  };
  const facts = factsFor(own, clips);
  assert.ok(facts);
  assert.equal(factsInWords(facts), "“Book.m4b” has 3 chapters and 2 tags.");
  const { chapters, tags, chapterSource } = withFacts(own, facts, placed(own));
  assert.deepEqual(
    chapters?.map(({ title }) => title),
    ["One", "Mine", "Two", "Three"],
  );
  assert.deepEqual(tags, { title: "Mine", artist: "Ann", genre: "Drama", covers: ["mine"] });
  assert.equal(chapterSource, undefined);
});

test("of several files, only the tags that all of them have are the project’s", () => {
  const { project } = described(BOOK);
  const said = (title: string, artist: string) => ({ tags: { title, artist }, chapters: [] });
  const two = (artist: string) => [
    { clipId: "first", name: "1.mp3", said: said("1", "Ann") },
    { clipId: "book", name: "2.mp3", said: said("2", artist) },
  ];
  const facts = factsFor(project, two("Ann"));
  assert.deepEqual(facts?.tags, { artist: "Ann" });
  assert.equal(facts && factsInWords(facts), "2 files have 1 tag.");
  assert.equal(factsFor(project, two("Bob")), undefined);
});

test("a clip that is gone by then adds no chapters", () => {
  const { project, clips } = described({ ...BOOK, tags: {} });
  const facts = factsFor(project, clips);
  assert.ok(facts);
  const emptied = { ...project, clips: [] };
  assert.deepEqual(withFacts(emptied, facts, placed(emptied)), emptied);
});
