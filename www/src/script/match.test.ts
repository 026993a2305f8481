import assert from "node:assert/strict";
import { test } from "node:test";
import { matchByName, matchByNameOrOrder, matchByOrder, type Said } from "./match.ts";
import { whole } from "./read.ts";

const SCRIPT: Said[] = [
  { voice: "ODETTE", text: "Four hundred and ten steps.", scene: 0 },
  { voice: "PIP", text: "Rain at nine. I said rain at nine.", scene: 0 },
  { voice: "ODETTE", text: "Who knocks at a lighthouse?", scene: 0 },
  { voice: "BRAM", text: "The post, ma’am.", scene: 1 },
  { voice: "PIP", text: "No.", scene: 1 },
  { voice: "ÉLOÏSE MÜLLER", text: "Rain at nine, Odette?", scene: 1 },
  { voice: "PIP", text: "No.", scene: 1 },
];

/** Each file with the number of its line, from 1 on, and the reason: `3 words`; `-` if it has none. */
function given(names: string[], lines = SCRIPT, match: typeof matchByName = matchByName): Record<string, string> {
  const audio = names.map((name) => ({ name }));
  const { matches } = whole(match(lines, audio));
  const found = names.map((name, at) => {
    const line = matches.findIndex((one) => one?.audio === at);
    const { reason, among } = matches[line] ?? {};
    return [name, line < 0 ? "-" : `${line + 1} ${reason}${among ? ` of ${among}` : ""}`];
  });
  return Object.fromEntries(found);
}
const assertGiven = (expected: Record<string, string>) => assert.deepEqual(given(Object.keys(expected)), expected);

test("by order, the n-th line has the n-th audio, and what is over on either side is named", () => {
  const audio = ["c.wav", "a.wav"].map((name) => ({ name }));
  const { matches, linesLeft, audioLeft } = matchByOrder(SCRIPT.slice(0, 3), audio);
  assert.deepEqual(matches, [{ audio: 0, reason: "order" }, { audio: 1, reason: "order" }, undefined]);
  assert.deepEqual([linesLeft, audioLeft], [[2], []]);
  assert.deepEqual(matchByOrder(SCRIPT.slice(0, 1), audio).audioLeft, [1]);
  const withMusic = [{ name: "music.wav", isAside: true }, ...audio];
  assert.deepEqual(matchByOrder(SCRIPT.slice(0, 1), withMusic).matches, [{ audio: 1, reason: "order" }]);
});

test("a number is the line’s", () => {
  assertGiven({ "line 3.wav": "3 number", "004.wav": "4 number", "Track 1.mp3": "1 number", "12.wav": "-" });
  assertGiven({ "002_PIP.wav": "2 number", "003_ODETTE_take2.wav": "3 number", "l05-pip-v3.flac": "5 number" });
  assertGiven({ "0.wav": "1 number", "1.wav": "2 number" });
});

test("a number with a voice that does not say that line is the voice’s own number, if more files agree on that", () => {
  assertGiven({
    "ODETTE_01.wav": "1 number",
    "ODETTE_02.wav": "3 number",
    "PIP_01.wav": "2 number",
    "PIP_3.wav": "7 number",
  });
  assertGiven({ "001_ODETTE.wav": "1 number", "002_PIP.wav": "2 number", "003_BRAM.wav": "-" });
});

test("a number behind the scene’s is the scene’s own", () => {
  assertGiven({
    "s01_l01.wav": "1 number",
    "s01_l02.wav": "2 number",
    "s02_l01.wav": "4 number",
    "Scene 2 line 2.wav": "5 number",
  });
});

test("the beginning of a line is enough, whatever its case, accents and punctuation, with a voice or a number before it", () => {
  assertGiven({
    "odette-who-knocks.mp3": "3 words",
    "The_Post_Maam.wav": "4 words",
    "four hundred an.wav": "1 words",
    "Eloise Muller - RAIN AT NINE.wav": "6 words",
    "rain_at_nine_i_said-final-take-2.wav": "2 words",
  });
  assertGiven({ "play 7 who knocks at.wav": "3 words" });
  assertGiven({ "03 who knocks.wav": "3 number" });
});

test("where several lines begin so, the first that is free is taken, and that is shown", () => {
  assertGiven({ "no.wav": "5 words of 2", "pip no 2.wav": "7 words of 2", "no (3).wav": "-" });
  assertGiven({ "rain at nine.wav": "2 words of 2" });
});

test("words that another voice says are not this one’s", () => {
  assertGiven({ "bram-who-knocks.wav": "-" });
});

test("a voice alone takes its lines in order, behind those that say more", () => {
  assertGiven({
    "Odette.wav": "1 voice of 2",
    "ODETTE (b).wav": "3 voice of 2",
    "odette c.wav": "-",
    "bram.wav": "4 voice",
  });
  assertGiven({ "pip.wav": "5 voice of 3", "002 pip.wav": "2 number" });
});

test("what says nothing is left over", () => {
  assertGiven({ "music.wav": "-", "final mix.wav": "-", ".wav": "-", "日本.wav": "-", "99 pip.wav": "-" });
  const { linesLeft, audioLeft } = whole(matchByName(SCRIPT, [{ name: "music.wav" }, { name: "line 2.wav" }]));
  assert.deepEqual([linesLeft, audioLeft], [[0, 2, 3, 4, 5, 6], [0]]);
});

test("a voice that has digits, or is part of another’s name, is told apart", () => {
  const lines = [
    { voice: "R2D2", text: "Bleep." },
    { voice: "EDWARD", text: "Yes." },
    { voice: "YOUNG EDWARD", text: "I will." },
  ];
  const names = ["r2d2.wav", "young_edward.wav", "edward.wav"];
  assert.deepEqual(given(names, lines), {
    "r2d2.wav": "1 voice",
    "young_edward.wav": "3 voice",
    "edward.wav": "2 voice",
  });
});

test("files that fit by no name go by order, all of them", () => {
  assert.deepEqual(given(["a.wav", "b.wav"], SCRIPT, matchByNameOrOrder), { "a.wav": "1 order", "b.wav": "2 order" });
  assert.equal(given(["a.wav", "bram.wav"], SCRIPT, matchByNameOrOrder)["a.wav"], "-");
});

test("what is settled stays, and the rest is matched around it", () => {
  const audio = ["bram.wav", "line 1.wav", "x.wav"].map((name) => ({ name }));
  const settled = [undefined, undefined, { audio: 0, reason: "hand" as const }];
  const byName = whole(matchByName(SCRIPT, audio, settled));
  assert.deepEqual(byName.matches.slice(0, 4), [{ audio: 1, reason: "number" }, undefined, settled[2], undefined]);
  const byOrder = matchByOrder(SCRIPT, audio, settled);
  const order = (at: number) => ({ audio: at, reason: "order" });
  assert.deepEqual(byOrder.matches.slice(0, 4), [order(1), order(2), settled[2], undefined]);
  const names = [{ name: "a.wav" }, { name: "b.wav" }];
  assert.deepEqual(whole(matchByNameOrOrder(SCRIPT, names, settled)).matches.slice(0, 2), [order(1), undefined]);
});

test("three thousand lines and files are matched at once", () => {
  const lines = Array.from({ length: 3000 }, (_, at) => ({
    voice: `VOICE ${at % 40}`,
    text: `And so it goes on, ${at} of them.`,
  }));
  const audio = lines.map(({ voice }, at) => ({ name: `${String(at + 1).padStart(4, "0")}_${voice}_and-so-it.wav` }));
  const started = performance.now();
  const { linesLeft } = whole(matchByName(lines, audio));
  if (process.env.SHOW) console.log(`${(performance.now() - started).toFixed(0)} ms`);
  assert.deepEqual(linesLeft, []);
});
