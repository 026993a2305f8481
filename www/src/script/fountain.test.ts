import assert from "node:assert/strict";
import { test } from "node:test";
import { readFountain } from "./fountain.ts";
import { whole } from "./read.ts";
import type { Script } from "./script.ts";

const read = (...rows: string[]) => whole(readFountain(rows.join("\n")));
const linesOf = (script: Script) => script.lines.map(({ voice, text }) => `${voice}: ${text}`);

test("a name is kept as it is written, without what stands behind it", () => {
  for (const [cue, name] of [
    ["EVE (O.S.) (CONT'D)", "EVE"],
    ["EVE (CONT’D)", "EVE"],
    ["@Éloïse d’Arc (off)", "Éloïse d’Arc"],
    ["@黒澤", "黒澤"],
    ["DR. O'NEIL-SMITH ^", "DR. O'NEIL-SMITH"],
    ["**GROßVATER**", "GROßVATER"],
    ["ЯКОВ", "ЯКОВ"],
    ["\t\tOLD MAN #2", "OLD MAN #2"],
  ]) {
    assert.deepEqual(linesOf(read(cue as string, "Yes.")), [`${name}: Yes.`]);
  }
  for (const action of ["Яков", "黒澤", "McCLANE", "EVE (O.S.) looks up", "@", "!BANG", "FADE IN:", "1234"]) {
    assert.deepEqual(linesOf(read(action, "Yes.")), [], action);
  }
});

test("a name needs an empty row above it and words below it", () => {
  assert.deepEqual(linesOf(read("He turns.", "STEEL", "No.")), []);
  assert.deepEqual(linesOf(read("STEEL", "", "No.")), []);
  assert.deepEqual(linesOf(read("STEEL")), []);
});

test("lyrics belong to the name above them, and to nobody where there is none", () => {
  assert.deepEqual(linesOf(read("SINGER", "~These are the songs", "~That I sing.", "", "~La la.", "He bows.")), [
    "SINGER: These are the songs\nThat I sing.",
    ": La la.",
  ]);
});

test("directions may go over rows; a speech that is nothing else is what they say", () => {
  const [steel, eve] = read("STEEL", "(leaning", "back)", "Well (you know).", "", "EVE", "(she screams)").lines;
  assert.deepEqual([steel?.text, steel?.directed], ["Well (you know).", "(leaning back)\nWell (you know)."]);
  assert.equal(eve?.text, "(she screams)");
});

test("notes and what is cut out leave no trace in what is said", () => {
  assert.deepEqual(linesOf(read("EVE", "One[[a note]] two.", "[[over", "rows]]", "/* cut */", "Three.")), [
    "EVE: One two.\nThree.",
  ]);
  assert.deepEqual(linesOf(read("EVE", "One.", "/*", "ADAM", "Two.", "*/", "", "BOB", "Three.")), [
    "EVE: One.",
    "BOB: Three.",
  ]);
});

test("what is opened and not closed is read as it stands, and that is told of what would hide all the rest", () => {
  assert.deepEqual(linesOf(read("EVE", "[[One", "", "ADAM", "Two]]")), ["EVE: [[One", "ADAM: Two]]"]);
  const script = read("EVE", "One /* two.", "", "ADAM", "/* Three.");
  assert.deepEqual(linesOf(script), ["EVE: One /* two.", "ADAM: /* Three."]);
  assert.deepEqual(script.faults, ["The comment that starts with /* in row 2 has no end, so it was read as text."]);
});

test("without headings of scenes, sections stand for them", () => {
  const script = read("# One", "", "EVE", "Yes.", "", "# Two", "EVE", "No.", "", "EVE", "Never.");
  assert.deepEqual(
    [script.scenes, script.lines.map(({ scene }) => scene)],
    [
      ["One", "Two"],
      [0, 1, 1],
    ],
  );
});

test("a heading is read without an empty row below it, and a title page only where there is one", () => {
  assert.deepEqual(read("INT. HALL", "EVE", "Yes.").lines[0]?.scene, 0);
  assert.deepEqual([...read("FADE IN:", "", "EVE", "Yes.").facts], []);
  assert.deepEqual(
    [...read("Mood: dark", "Authors:", "\tAnn", "\tBob", "", "EVE", "Yes.").facts],
    [
      ["mood", "dark"],
      ["authors", "Ann, Bob"],
    ],
  );
});

test("names that differ in capitals alone are told", () => {
  assert.deepEqual(read("EVE", "Yes.", "", "@Eve", "No.").faults, ["“EVE” and “Eve” are treated as different voices."]);
});
