import assert from "node:assert/strict";
import { test } from "node:test";
import { inSlices, readScript, textIn, whole } from "./read.ts";
import { MOST_LINES, type Script, tagsOf, voicesOf } from "./script.ts";

const read = (text: string, options?: Parameters<typeof readScript>[1]) => whole(readScript(text, options));
const FOUNTAIN = "INT. HALL\n\nEVE\nYes.\n\nADAM\nNo.\n";
const PLAIN = "SCENE 1\nEVE: Yes.\nADAM: No.\n";

test("a text is read as that in which more is said, unless it is said or called what it is", () => {
  assert.equal(read(FOUNTAIN).format, "fountain");
  assert.equal(read(PLAIN).format, "plain");
  assert.equal(read(PLAIN, { format: "fountain" }).format, "fountain");
  assert.equal(read(`EVE\nOne: two.\n\n${PLAIN}`, { name: "play.Fountain" }).format, "fountain");
  assert.equal(read("EVE: Yes.", { name: "play.spmd" }).format, "plain");
});

test("a text with nothing to be heard in it is answered with how to write one; no text with nothing", () => {
  assert.match(read("Once upon a time.").faults[0] ?? "", /^No lines were found\. Write each line as a name, a colon/);
  assert.match(read("Once.", { format: "plain" }).faults[1] ?? "", /^The paragraph in row 1 was left out/);
  assert.deepEqual(read(" \n").faults, []);
});

test("files in the encodings of today and yesterday are read", () => {
  const utf16 = (text: string, isBig: boolean) => {
    const bytes = Buffer.from(`\ufeff${text}`, "utf16le");
    return isBig ? bytes.swap16() : bytes;
  };
  for (const bytes of [
    Buffer.from("Ünï: à"),
    Buffer.from("\ufeffÜnï: à"),
    utf16("Ünï: à", false),
    utf16("Ünï: à", true),
  ]) {
    assert.deepEqual(textIn(bytes), { text: "Ünï: à" });
  }
  const { text, fault } = textIn(Buffer.from([0x4a, 0xd6, 0x52, 0x47, 0x3a, 0x20, 0xe0]));
  assert.equal(text, "JÖRG: à");
  assert.match(fault ?? "", /not in UTF-8/);
});

test("a title page becomes tags where they fit, and keeps to itself what is nobody’s business", () => {
  const { facts } = read(
    "Title: Quay\nAuthors: Ann\nCopyright: 2026 Ann\nSource: a novel\nContact: 1 Quay St\nDraft date: 2026\n",
  );
  const tags = { title: "Quay", artist: "Ann", copyright: "2026 Ann", comment: "a novel" };
  assert.deepEqual(tagsOf({ facts }), tags);
});

test("voices come in the order in which they are heard", () => {
  assert.deepEqual(
    [...voicesOf([{ voice: "B" }, { voice: "A" }, { voice: "B" }])],
    [
      ["B", 2],
      ["A", 1],
    ],
  );
});

test("work in slices stops when it is no longer wanted", async () => {
  const abort = new AbortController();
  const reading = inSlices(readScript("EVE: Yes.\n".repeat(100_000)), abort.signal);
  abort.abort(new Error("enough"));
  await assert.rejects(reading, /enough/);
});

/** Ten megabytes of text that is no script. */
const HUGE: Record<string, string> = {
  "no line breaks": "a".repeat(10_000_000),
  "capitals alone": "AAAA\n".repeat(2_000_000),
  NULs: "\0".repeat(10_000_000),
  "names alone": "A: b\n".repeat(2_000_000),
};

/** Two megabytes each of text that is hard to read. A reader that backtracks would take minutes. */
const HARD: Record<string, string> = {
  "line breaks alone": "\n",
  "capitals and empty rows": "AAAA\n\n",
  "NULs in rows": "E\0VE: Y\0es.\n",
  "long rows of spaces": `${" ".repeat(19_999)}\n`,
  "long headings that end in a number sign": `INT. ${" ".repeat(19_990)}#\n\n`,
  "asterisks that open": `EVE\n${"*a ".repeat(6_000)}\n\n`,
  "asterisks that close": `EVE\n${"a* ".repeat(6_000)}\n\n`,
  "runs of asterisks": `EVE\n${"*".repeat(19_000)}a${"*".repeat(900)}\n\n`,
  underscores: `EVE\n${"_a_".repeat(6_000)}\n\n`,
  backslashes: `EVE\n${"\\".repeat(19_000)}\n\n`,
  "notes that open": "[[\n",
  "notes that open in a row": `${"[[".repeat(9_000)}\n`,
  "notes that open and close": `${"[[]]".repeat(4_900)}\n`,
  "comments that open": "/*\n",
  "comments that open in a row": `${"/*".repeat(9_000)}\n`,
  "comments over rows": "/*\n*/",
  "directions that open": `EVE\n${"(\n".repeat(5_000)}\n`,
  "brackets that open": `EVE: ${"([".repeat(9_000)}\n`,
  "brackets that open and close": `EVE: ${"()".repeat(9_000)}\n`,
  "one speech": "EVE\n",
  lyrics: "~la\n",
  "a title page": "Title: a\n   b\n",
  colons: `${":".repeat(18_000)}\n`,
};
const hard = Object.entries(HARD).map(
  ([what, part]) => [what, part.repeat(Math.ceil(2_000_000 / part.length))] as const,
);

for (const [what, text] of [...Object.entries(HUGE), ...hard]) {
  test(`${Math.round(text.length / 1e6)} MB of ${what} is read in slices and in proportion, and comes to words`, () => {
    const work = readScript(text);
    const started = process.cpuUsage();
    let [script, longest]: [Script | undefined, number] = [undefined, 0];
    while (!script) {
      const before = performance.now();
      script = work.next().value;
      longest = Math.max(longest, performance.now() - before);
    }
    // The processor's time: a busy machine adds little to it.
    const { user, system } = process.cpuUsage(started);
    const took = (user + system) / 1000;
    assert.ok(took < (2 * text.length) / 1000, `${took} ms`);
    if (process.env.SHOW) console.log(`${what}: ${took.toFixed(0)} ms, longest ${longest.toFixed(0)} ms`);
    assert.ok(script.lines.length <= MOST_LINES);
    assert.ok(script.lines.length > 0 || script.faults.length > 0 || text.trim() === "");
    for (const { text: said } of script.lines) assert.ok(said.length < 50_000);
  });
}
