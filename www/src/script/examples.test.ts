import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { matchByName } from "./match.ts";
import { readScript, textIn, whole } from "./read.ts";
import type { Format, Script } from "./script.ts";

const FOLDERS: Record<Format, string> = {
  fountain: "the syntax’s example of",
  plain: "the text of",
};

for (const [format, title] of Object.entries(FOLDERS) as [Format, string][]) {
  const folder = new URL(`../../../tests/data/scripts/${format}/`, import.meta.url);
  const expected = JSON.parse(readFileSync(new URL("expected.json", folder), "utf8"));
  for (const name of readdirSync(folder).filter((file) => file !== "expected.json")) {
    test(`${title} ${name.replace(/\.\w+$/, "").replaceAll("-", " ")} is read as it should be`, () => {
      const { text } = textIn(readFileSync(new URL(name, folder)));
      assert.deepEqual(gist(whole(readScript(text, { format }))), expected[name]);
      // Whichever way the rows end.
      assert.deepEqual(gist(whole(readScript(text.replaceAll(/\r?\n/g, "\r\n"), { format }))), expected[name]);
      assert.deepEqual(gist(whole(readScript(text.replaceAll(/\r?\n/g, "\r"), { format }))), expected[name]);
    });
  }
}

/** A script in the form of the expectations: without empty fields, repetitions, and the hint about missing lines. */
function gist({ facts, scenes, lines, faults }: Script) {
  const told = faults.filter((fault) => !fault.startsWith("No lines were found."));
  return {
    ...(facts.size > 0 && { facts: Object.fromEntries(facts) }),
    scenes,
    lines: lines.map(({ directed, ...line }) => ({ ...line, ...(directed !== line.text && { directed }) })),
    ...(told.length > 0 && { faults: told }),
  };
}

test("the example in the docs is read and matched as it says there", () => {
  const docs = readFileSync(new URL("../../../docs/scripts.md", import.meta.url), "utf8");
  const { lines, facts, scenes } = whole(readScript(/```text\n(.*?)```/s.exec(docs)?.[1] ?? ""));
  const table = [...docs.matchAll(/^\| ([A-Z]+) \| (.*?) \| (.*?) \| `(.*?)` \| of its (\w+) \|$/gm)];
  assert.deepEqual([...facts.values()], ["A Letter for the Lighthouse", "Ada Quill"]);
  const audio = table.map(([, , , , name = ""]) => ({ name }));
  const { matches } = whole(matchByName(lines, audio));
  assert.deepEqual(
    lines.map(({ voice, text, scene = -1 }, at) => [
      voice,
      text,
      scenes[scene],
      audio[matches[at]?.audio ?? -1]?.name,
      matches[at]?.reason,
    ]),
    table.map(([, ...cells]) => cells),
  );
  assert.equal(table.length, 2);
});
