/**
 * Reads Fountain screenplays, by the syntax at fountain.io/syntax and its own examples, which are in
 * tests/data/scripts. Only what is heard is kept: who speaks, what, and in which scene. Where writers deviate from the
 * syntax and only one meaning is possible, that is read: a scene heading needs no empty row below it.
 *
 * The parsers on npm were tried first. The best maintained, fountain-js 1.2.4 of 2023, fails on lyrics under a name,
 * leaves notes and asterisks in the speech, and takes time quadratic in the text's length: 15 s for a long play.
 */

import { laterWords } from "../words/later.ts";
import { LONGEST_ROW, Pace, rowsOf, withoutEmphasis } from "./rows.ts";
import { Draft, type Script, type ScriptLine, type Slices } from "./script.ts";

/** A row without its comments. Undefined if it had only comments. */
type Row = string | undefined;

/** A speech while its rows are being read. */
interface Speech extends Pick<ScriptLine, "voice" | "row" | "isDual"> {
  rows: string[];
  length: number;
  /** Whether it is a song without a name, which ends at the first row that is not lyrics. */
  isSong: boolean;
}

/** Reads a screenplay. Any text is accepted; at worst, no lines are found. */
export function* readFountain(text: string): Slices<Script> {
  const draft = new Draft("fountain");
  const rows = yield* withoutComments(yield* rowsOf(text, draft), draft);
  let speech: Speech | undefined;
  const endSpeech = () => {
    if (speech) draft.line(lineOf(speech));
    speech = undefined;
  };
  /** Whether the row follows an empty one, as headings and names must. */
  let isFirst = true;
  const pace = new Pace();
  for (let at = titlePage(rows, draft.facts); at < rows.length && !draft.isFull; at += 1) {
    if (pace.isEnough(rows[at])) yield;
    const row = rows[at] ?? "";
    const words = row.trim();
    if (speech && (!speech.isSong || words.startsWith("~") || words === "")) {
      // Neither a row of comments nor a row of two spaces ends a speech.
      if (rows[at] === undefined || row === "  ") continue;
      if (!isEmpty(row)) {
        if (speech.length <= LONGEST_ROW) speech.rows.push(words);
        speech.length += words.length;
        continue;
      }
    }
    endSpeech();
    const heading: string | undefined = isFirst ? headingOf(words) : undefined;
    const cue = isFirst && !heading && hasWordsBelow(rows, at) ? cueOf(row) : undefined;
    if (heading) draft.scene(heading);
    else if (words.startsWith("#")) draft.section(withoutEmphasis(words.replace(/^#+/, "").trim()));
    else if (cue) speech = { ...cue, row: at + 1, rows: [], length: 0, isSong: false };
    else if (words.startsWith("~")) {
      speech = { voice: "", row: at + 1, rows: [words], length: words.length, isSong: true };
    }
    // Sections, synopses and page breaks are invisible, so a row after them counts as following an empty one.
    isFirst = words === "" || heading !== undefined || /^[#=]/.test(words);
  }
  endSpeech();
  return draft.finish();
}

/**
 * The heading of a scene, without its number, or undefined. A row of capitals may be a heading or a name; the first
 * word decides.
 */
export function headingOf(words: string): string | undefined {
  const isForced = /^\.[\p{L}\p{N}]/u.test(words);
  if (!isForced && !/^(?:int|ext|est|int\.?\/ext|ext\.?\/int|i\.?\/e|e\.?\/i)[. ]/i.test(words)) return undefined;
  const heading = isForced ? words.slice(1) : words;
  const number = heading.lastIndexOf("#", heading.length - 2);
  const isNumbered = number > 0 && heading.endsWith("#") && /^[\p{L}\p{N}.-]+$/u.test(heading.slice(number + 1, -1));
  return withoutEmphasis(isNumbered ? heading.slice(0, number).trimEnd() : heading);
}

/** The name of a character above its speech: a row of capitals, or one that starts with `@`. */
function cueOf(row: string): Pick<Speech, "voice" | "isDual"> | undefined {
  const words = row.trim();
  const isForced = words.startsWith("@");
  if (!isForced && /^[!.>~=#]/.test(words)) return undefined;
  const isDual = words.endsWith("^");
  const named = words.slice(isForced ? 1 : 0, isDual ? -1 : undefined).trim();
  const extension = named.indexOf("(");
  if (extension >= 0 && !named.endsWith(")")) return undefined;
  const voice = withoutEmphasis(extension < 0 ? named : named.slice(0, extension)).trim();
  // Transitions end with a colon, and names do not.
  const isName = isForced ? voice !== "" : /\p{Lu}/u.test(voice) && !LOWER_CASE.test(voice) && !voice.endsWith(":");
  return isName ? { voice, ...(isDual && { isDual }) } : undefined;
}

/** A lower-case letter. ß counts as a capital, because its capital form is not in use. */
const LOWER_CASE = /(?!ß)\p{Ll}/u;

function hasWordsBelow(rows: readonly Row[], at: number): boolean {
  let below = at + 1;
  while (below < rows.length && rows[below] === undefined) below += 1;
  return (rows[below] ?? "").trim() !== "";
}

/** A speech as a line. If it has only directions, such as a scream, they are its text: something is heard. */
function lineOf({ rows, length: _length, isSong: _isSong, ...who }: Speech): ScriptLine {
  const [said, directed]: [string[], string[]] = [[], []];
  for (let at = 0; at < rows.length; at += 1) {
    const end = endOfDirection(rows, at);
    const words = withoutEmphasis(
      rows
        .slice(at, end + 1)
        .join(" ")
        .replace(/^~\s*/, ""),
    );
    directed.push(words);
    if (!(words.startsWith("(") && words.endsWith(")"))) said.push(words);
    at = end;
  }
  const all = directed.join("\n");
  return { ...who, text: said.join("\n") || all, directed: all };
}

/** The row in which a direction ends that starts in this row; this row, if there is none. */
function endOfDirection(rows: readonly string[], start: number): number {
  if (!rows[start]?.startsWith("(")) return start;
  for (let at = start; at < rows.length; at += 1) {
    const row = rows[at] ?? "";
    if (at > start && row.startsWith("(")) break;
    if (row.includes(")")) return row.endsWith(")") ? at : start;
  }
  return start;
}

/** The keys of the syntax, and others that writing programs use. A title page has at least one of them. */
const TITLE_KEYS =
  /^(?:title|credit|authors?|source|notes|draft date|date|contact|copyright|revisions?|episode|series)$/;

/** The most rows of a title page. A longer one is no title page. */
const MOST_TITLE_ROWS = 200;

/** Reads the facts from the title page, and returns the row after it. */
function titlePage(rows: readonly Row[], facts: Map<string, string>): number {
  const found = new Map<string, string[]>();
  let key = "";
  let at = 0;
  for (; at < rows.length; at += 1) {
    const row = rows[at];
    if (row === undefined) continue;
    if (row.trim() === "") break;
    if (at === MOST_TITLE_ROWS) return 0;
    const isIndented = /^(?: {3}|\t)/.test(row);
    const colon = row.indexOf(":");
    if (isIndented && key !== "") found.get(key)?.push(row.trim());
    else if (!isIndented && colon > 0) {
      key = row.slice(0, colon).trim().toLowerCase().replaceAll(/\s+/g, " ");
      found.set(key, [row.slice(colon + 1).trim()]);
    } else return 0;
  }
  if (![...found.keys()].some((known) => TITLE_KEYS.test(known))) return 0;
  for (const [name, values] of found) {
    const separator = /^authors?$/.test(name) ? ", " : " ";
    facts.set(name, values.filter(Boolean).map(withoutEmphasis).join(separator));
  }
  return at;
}

/** The marks that start and end comments: notes, and the boneyard. */
const COMMENTS = { "[[": "]]", "/*": "*/" } as const;
type Closing = (typeof COMMENTS)[keyof typeof COMMENTS];

/**
 * The rows without notes and without the boneyard. A note may span rows, but not an empty one. A comment that is not
 * closed is text.
 */
function* withoutComments(rows: readonly string[], draft: Draft): Slices<Row[]> {
  const left: Row[] = [];
  let open: Closing | undefined;
  /** Marks opened before this row are known to be unclosed, so that each search for an end is made only once. */
  const unclosedTo = { "]]": 0, "*/": 0 };
  const pace = new Pace();
  for (const [at, row] of rows.entries()) {
    if (pace.isEnough(row)) yield;
    const wasInBoneyard = open === "*/";
    let [kept, from, hasComment] = ["", 0, false];
    for (const opening = /\[\[|\/\*/g; ; ) {
      if (open !== undefined) {
        hasComment = true;
        const end = row.indexOf(open, from);
        from = end < 0 ? row.length : end + open.length;
        if (end < 0) break;
        open = undefined;
      }
      opening.lastIndex = from;
      const found = opening.exec(row);
      if (!found) break;
      const closing = COMMENTS[found[0] as keyof typeof COMMENTS];
      kept += row.slice(from, found.index);
      from = opening.lastIndex;
      if (at >= unclosedTo[closing] && !row.includes(closing, from)) {
        unclosedTo[closing] = yield* endOfUnclosed(closing, rows, at);
        if (closing === "*/" && at < unclosedTo[closing]) {
          draft.fault(laterWords.value.script.openComment(at + 1));
        }
      }
      if (at < unclosedTo[closing]) kept += found[0];
      else open = closing;
    }
    kept += row.slice(from);
    // A comment that spans rows leaves empty rows, which end a speech. Other comments do not.
    const wasCut = wasInBoneyard || open === "*/";
    left.push(hasComment && kept.trim() === "" ? (wasCut ? "" : undefined) : kept);
  }
  return left;
}

/** The row up to which a comment opened in this row stays unclosed, or 0 if it is closed further down. */
function* endOfUnclosed(closing: Closing, rows: readonly string[], opened: number): Slices<number> {
  const pace = new Pace();
  for (let at = opened + 1; at < rows.length; at += 1) {
    const row = rows[at] ?? "";
    if (pace.isEnough(row)) yield;
    if (row.includes(closing)) return 0;
    if (closing === "]]" && isEmpty(row)) return at;
  }
  return rows.length;
}

/** Whether a row is empty. Two spaces mark an empty row within a speech. */
function isEmpty(row: string): boolean {
  return row.trim() === "" && row !== "  ";
}
