import assert from "node:assert/strict";
import { test } from "node:test";
import { readPlain } from "./plain.ts";
import { whole } from "./read.ts";

const read = (...rows: string[]) => whole(readPlain(rows.join("\n")));
const linesIn = (...rows: string[]) => read(...rows).lines.map(({ voice, text }) => `${voice}: ${text}`);

test("a speech goes on to an empty row, a heading or the next name", () => {
  assert.deepEqual(linesIn("ANN: One.", "Two.", "BOB: Three.", "", "Four.", "ANN: Five.", "# Home", "Six."), [
    "ANN: One. Two.",
    "BOB: Three.",
    "ANN: Five.",
  ]);
});

test("a name begins with capitals and is short; what only looks like one is part of a speech", () => {
  for (const name of [
    "Ann",
    "OLD MAN",
    "Anna de la Cruz",
    "DR. O’NEIL",
    "ANN & BOB",
    "ANN, BOB",
    "R2D2",
    "黒澤",
    "Narrator 2",
  ]) {
    assert.deepEqual(linesIn(`${name}: Yes.`), [`${name}: Yes.`]);
  }
  for (const words of [
    "Remember this: no.",
    "Well, Bob: no.",
    "At 10:30 sharp.",
    "https://a.b",
    "He said: no.",
    ": no.",
    "12: no.",
  ]) {
    assert.deepEqual(linesIn("ANN: Yes.", words), [`ANN: Yes. ${words}`], words);
  }
});

test("what stands behind a name is no part of it", () => {
  assert.deepEqual(
    linesIn("ANN (V.O.): Yes.", "ANN (CONT’D) : No.", "**Ann (whispering):** *Yes.*", "ANN (O.S.) ^: So."),
    ["ANN: Yes.", "ANN: No.", "Ann: Yes.", "ANN: So."],
  );
});

test("a direction beside a name is no part of it, whatever marks it has and wherever it is", () => {
  const bob = (words: string) => ["ALICE: Stop!", words, "ALICE: Why?"];
  for (const name of [
    "BOB [whispering]",
    "BOB [whispering] ",
    "BOB[whispering]",
    "BOB (softly) [off]",
    "BOB [off] (softly)",
    "BOB [off][on]",
    "BOB [to: Alice]",
    "BOB [at 10:30 (sharp)]",
    "BOB (he [coughs] twice)",
    "BOB {whispering}",
    "BOB （whispering）",
    "BOB 【whispering】",
    "BOB (to ALICE) and (to himself)",
    "[whispering] BOB",
    "(aside) BOB [off]",
    "[00:01:12] BOB",
    "- BOB [whispering]",
    "**BOB** [*whispering*]",
  ]) {
    const expected = ["ALICE: Stop!", "BOB: Not so loud.", "ALICE: Why?"];
    assert.deepEqual(linesIn(...bob(`${name}: Not so loud.`)), expected, name);
    assert.deepEqual(linesIn(...bob(`${name}：Not so loud.`)), expected, name);
  }
  assert.deepEqual(linesIn("田中（小声で）：静かに（笑）。"), ["田中: 静かに。"]);
});

test("a direction at the start of a speech is not said, and a colon in one names nobody", () => {
  assert.deepEqual(linesIn("ALICE: Stop!", "BOB: [softly] Not so loud.", "ALICE: [off", "stage] Why?"), [
    "ALICE: Stop!",
    "BOB: Not so loud.",
    "ALICE: Why?",
  ]);
  for (const row of ["[Sound: a knock]", "(Note: wait)", "[BOB: no]", "She said (well: maybe", "Well [one: two"]) {
    const [line, ...more] = read("ALICE: Stop!", row).lines;
    assert.equal(line?.directed, `Stop! ${row}`);
    assert.deepEqual(more, []);
  }
});

test("directions are not said, wherever they stand; one that is not closed is", () => {
  const [line] = read("ANN: (sighs) Well [door], yes (he (her son) nods).", "(beat)", "Go (now").lines;
  assert.equal(line?.text, "Well, yes. Go (now");
  assert.equal(line?.directed, "(sighs) Well [door], yes (he (her son) nods). (beat) Go (now");
  assert.deepEqual(linesIn("(Rain.)", "[SFX: a knock]", "ANN: (screams)"), ["ANN: (screams)"]);
});

test("a direction that is not closed is said, and hides no direction behind it", () => {
  assert.deepEqual(linesIn("ANN: Go home. (quietly", "BOB: (quietly", "Go [he points] home (now)."), [
    "ANN: Go home. (quietly",
    "BOB: (quietly Go home.",
  ]);
  assert.deepEqual(linesIn("ANN: Well [door, (beat) yes [quay]."), ["ANN: Well [door, yes."]);
  const deep = "(".repeat(5000);
  assert.deepEqual(linesIn(`ANN: Yes ${deep}a) no.`), [`ANN: Yes ${deep.slice(1)} no.`]);
});

test("headings are places, marked titles and numbered parts", () => {
  const headings = [
    "INT. HALL - DAY",
    "ext. quay",
    "# The quay",
    "Scene 3: The quay",
    "SCENE 4",
    "Act II",
    "CHAPTER 1 THE DOOR",
  ];
  headings.push("Chapter One – Home", "Prologue", "Kapitel 3", "Scène 2. Le quai", "Scene: The quay", "Part 2b");
  const { scenes } = read(...headings);
  assert.deepEqual(scenes, headings.with(2, "The quay"));
  for (const words of [
    "Scene stealers.",
    "Part 2 of the plan is this",
    "Act now",
    "Est il là ?",
    "#1 fan",
    "Chapter and verse",
  ]) {
    assert.deepEqual(read(words).scenes, [], words);
  }
});

test("what has no name is counted, and the first of it is shown", () => {
  const { faults } = read("A quay.", "Rain.", "", "ANN: Yes.", "", "* * *", `He ${"turns and ".repeat(9)}goes.`);
  assert.deepEqual(faults, [
    "2 paragraphs were left out, because they do not start with a name and a colon. The first, in row 1: “A quay.”",
  ]);
});

test("what a title page says is not said by anybody", () => {
  const script = read("Title: The Quay", "Author: Ada Quill", "", "ANN: Yes.", "", "Title: a speech, here");
  assert.deepEqual(
    [...script.facts],
    [
      ["title", "The Quay"],
      ["author", "Ada Quill"],
    ],
  );
  assert.equal(script.lines.length, 2);
});
