/**
 * The catalogues: complete, translated, in use, and the only place with sentences. The sources are read as esbuild
 * writes them: without comments and types, and with each text of a component as a string.
 */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { transformSync } from "esbuild";
import { en } from "./en.ts";
import { enLater } from "./en-later.ts";
import { spanish } from "./es.ts";

type Leaf = string | ((...facts: never[]) => string);
type Rooms = Record<string, Record<string, Leaf | Record<string, string>>>;

const english = { ...en, ...enLater };
const translations = { Spanish: { ...spanish.words, ...spanish.later } };

/** The entries that are the same as in English: names of units and of formats, and words that both languages have. */
const SAME: Record<keyof typeof translations, string[]> = {
  Spanish: [
    ...[
      "history.step",
      "clips.title",
      "clips.count",
      "clip.volume",
      "meter.loudness",
      "settings.layouts.mono",
      "settings.kilohertz",
    ],
    ...["settings.kilobits", "exporting.outlook", "exporting.percent", "projects.title", "projects.titleWithProgress"],
    ...["projects.of", "projectsDialog.facts", "sound.layouts.mono", "resultPanel.audio"],
  ],
};

const SOURCES = fileURLToPath(new URL("..", import.meta.url));

/** The code of the page, by file. */
const code = new Map(
  readdirSync(SOURCES, { recursive: true, encoding: "utf8" })
    .filter((file) => /(?<!\.test)\.tsx?$/.test(file) && !file.startsWith("words/"))
    .map((file) => {
      const source = readFileSync(join(SOURCES, file), "utf8");
      const loader = file.endsWith("x") ? "tsx" : "ts";
      return [file, transformSync(source, { loader, jsx: "automatic", charset: "utf8" }).code];
    }),
);

/** Every text and function of a catalogue, by its path: `sound.layouts.mono`. */
function leavesOf({ formats: _formats, ...rooms }: typeof english): Map<string, Leaf> {
  const leaves = new Map<string, Leaf>();
  for (const [room, entries] of Object.entries(rooms as Rooms)) {
    for (const [name, entry] of Object.entries(entries)) {
      if (typeof entry !== "object") leaves.set(`${room}.${name}`, entry);
      else for (const [choice, text] of Object.entries(entry)) leaves.set(`${room}.${name}.${choice}`, text);
    }
  }
  return leaves;
}

for (const [language, catalogue] of Object.entries(translations)) {
  test(`${language} has every entry, with the same facts, and in its own words`, () => {
    const [originals, translated] = [leavesOf(english), leavesOf(catalogue)];
    assert.deepEqual([...translated.keys()].sort(), [...originals.keys()].sort());
    const same: string[] = [];
    for (const [path, original] of originals) {
      const other = translated.get(path);
      assert.equal(typeof other, typeof original, path);
      if (typeof original === "function") assert.equal(other?.length, original.length, path);
      if (String(other) === String(original)) same.push(path);
    }
    assert.deepEqual(same, SAME[language as keyof typeof translations]);
  });
}

test("every entry is said somewhere", () => {
  const used = new Set<string>();
  for (const text of code.values()) {
    /** The rooms that a name of the file stands for: `say` for `clips`. */
    const names = new Map<string, Set<string>>();
    for (const [, pattern = "", room] of text.matchAll(/\{([^{}]*)\} = (?:words|laterWords)\.value(?:\.(\w+))?;/g)) {
      for (const part of pattern.split(",")) {
        const [field = "", name = field] = part.split(":").map((word) => word.trim());
        if (room) used.add(`${room}.${field}`);
        else names.set(name, new Set([...(names.get(name) ?? []), field]));
      }
    }
    for (const [, name = "", room = ""] of text.matchAll(/(\w+) = (?:words|laterWords)\.value\.(\w+);/g)) {
      names.set(name, new Set([...(names.get(name) ?? []), room]));
    }
    for (const [, room, entry] of text.matchAll(/\b(?:words|laterWords)\.value\.(\w+)\.(\w+)/g)) {
      used.add(`${room}.${entry}`);
    }
    for (const [, name = "", entry] of text.matchAll(/\b(\w+)\.(\w+)/g)) {
      for (const room of names.get(name) ?? []) used.add(`${room}.${entry}`);
    }
  }
  const unused = [...leavesOf(english).keys()].filter((path) => !used.has(path.split(".", 2).join(".")));
  assert.deepEqual(unused, []);
});

/** Files whose sentences nobody reads on the page, with the reason. */
const NOT_OF_THE_PAGE: Record<string, string> = {
  "studio/health.ts": "The report is in English, for whoever helps.",
  "project/difference.ts": "Its errors never leave history-log.ts.",
};

/** Before a string that is no text: a class, the name of a key or a field, a selector, an error that is caught. */
const NO_TEXT =
  /(?:class|look|accept|"aria-keyshortcuts"|joins|label): $|(?:===|!==) $|(?:includes|closest|querySelectorAll|field|replace)\($/;

/** Names of locks and records, which begin with the studio's; and the package's sentences, which are taken apart. */
const NAMES =
  /^(?:studio\b|Secuencia$|Invalid audio data|Clip .* cannot be used: $|The library could not be read|… dB RMS$)/;

test("no sentence is outside the catalogues", () => {
  const found: string[] = [];
  for (const [file, text] of code) {
    if (file in NOT_OF_THE_PAGE) continue;
    for (const { index, 0: literal, 1: plain, 2: template } of text.matchAll(
      /"((?:[^"\\\n]|\\.)*)"|`((?:[^`\\]|\\.)*)`/g,
    )) {
      const words = (plain ?? template ?? "").replace(/\$\{[^{}]*\}/g, "…");
      const isOut = NO_TEXT.test(text.slice(Math.max(0, index - 24), index)) || NAMES.test(words);
      if (!isOut && isSentence(words, file.endsWith("x"))) found.push(`${file}: ${literal}`);
    }
  }
  assert.deepEqual(found, []);
});

/** Whether a string is one that people read: several words, or in a component one with a capital. */
function isSentence(words: string, isShown: boolean): boolean {
  if (isShown && /^\p{Lu}\p{Ll}+…?$/u.test(words)) return true;
  return (
    /^[“\s]*\p{Lu}\p{L}*[,:]? .*\p{L}{2}/u.test(words) || /^[“\s]*[\p{L}…’]+,? [\p{L}…’]+,? [\p{L}…’]{2}/u.test(words)
  );
}
