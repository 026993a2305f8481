/**
 * Fountain screenplays, by the syntax at fountain.io/syntax and its own examples, which tests/data/scripts holds. Of
 * all that a screenplay says, what is heard is kept: who speaks, what, and in which scene. Where writers are laxer than
 * the syntax and only one thing can be meant, that is read: a scene heading needs no empty row below it.
 *
 * The parsers that npm has were tried first. The best kept, fountain-js 1.2.4 of 2023, fails on lyrics under a name,
 * leaves notes and asterisks in what is said, and takes time by the square of the text's length: 15 s for a long play.
 */
import { LONGEST_ROW, Pace, rowsOf, withoutEmphasis } from "./rows.ts";
import { Draft, type Script, type ScriptLine, type Slices } from "./script.ts";

/** A row without its comments; undefined if it was nothing else. */
type Row = string | undefined;

/** Rows that are said, as they come. */
interface Speech extends Pick<ScriptLine, "voice" | "row" | "isDual"> {
  rows: string[];
  length: number;
  /** It has no name, and goes on for as long as its rows are lyrics. */
  isSong: boolean;
}

/** Reads a screenplay. Any text is one; in the worst case it has no lines. */
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
      // A comment of its own does not end what it is in, and neither does a row of two spaces.
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
    // Sections, synopses and page breaks do not show: what follows them follows an empty row.
    isFirst = words === "" || heading !== undefined || /^[#=]/.test(words);
  }
  endSpeech();
  return draft.finish();
}

/**
 * The heading of a scene, without its number, or undefined. In screenplays a row of capitals may be one as well as a
 * name; these words decide.
 */
export function headingOf(words: string): string | undefined {
  const isForced = /^\.[\p{L}\p{N}]/u.test(words);
  if (!isForced && !/^(?:int|ext|est|int\.?\/ext|ext\.?\/int|i\.?\/e|e\.?\/i)[. ]/i.test(words)) return undefined;
  const heading = isForced ? words.slice(1) : words;
  const number = heading.lastIndexOf("#", heading.length - 2);
  const isNumbered = number > 0 && heading.endsWith("#") && /^[\p{L}\p{N}.-]+$/u.test(heading.slice(number + 1, -1));
  return withoutEmphasis(isNumbered ? heading.slice(0, number).trimEnd() : heading);
}

/** A character's name above what it says: a row of capitals, or one that begins with `@`. */
function cueOf(row: string): Pick<Speech, "voice" | "isDual"> | undefined {
  const words = row.trim();
  const isForced = words.startsWith("@");
  if (!isForced && /^[!.>~=#]/.test(words)) return undefined;
  const isDual = words.endsWith("^");
  const named = words.slice(isForced ? 1 : 0, isDual ? -1 : undefined).trim();
  const extension = named.indexOf("(");
  if (extension >= 0 && !named.endsWith(")")) return undefined;
  const voice = withoutEmphasis(extension < 0 ? named : named.slice(0, extension)).trim();
  // A colon ends transitions, not names.
  const isName = isForced ? voice !== "" : /\p{Lu}/u.test(voice) && !LOWER_CASE.test(voice) && !voice.endsWith(":");
  return isName ? { voice, ...(isDual && { isDual }) } : undefined;
}

/** A sharp s has no capital that is in use. */
const LOWER_CASE = /(?!ß)\p{Ll}/u;

function hasWordsBelow(rows: readonly Row[], at: number): boolean {
  let below = at + 1;
  while (below < rows.length && rows[below] === undefined) below += 1;
  return (rows[below] ?? "").trim() !== "";
}

/** A speech as a line. One of directions alone, such as a scream, is what they say: something is to be heard. */
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

/** The row in which a direction ends that begins in this one; this row, if there is none. */
function endOfDirection(rows: readonly string[], start: number): number {
  if (!rows[start]?.startsWith("(")) return start;
  for (let at = start; at < rows.length; at += 1) {
    const row = rows[at] ?? "";
    if (at > start && row.startsWith("(")) break;
    if (row.includes(")")) return row.endsWith(")") ? at : start;
  }
  return start;
}

/** The keys that the syntax lists, and more that writing programs use. A title page has one of them at least. */
const TITLE_KEYS =
  /^(?:title|credit|authors?|source|notes|draft date|date|contact|copyright|revisions?|episode|series)$/;

/** A title page is a page. */
const MOST_TITLE_ROWS = 200;

/** Takes the facts from the title page, and returns the row behind it. */
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

/** What begins a comment, and what ends it: notes, and the boneyard. */
const COMMENTS = { "[[": "]]", "/*": "*/" } as const;
type Closing = (typeof COMMENTS)[keyof typeof COMMENTS];

/**
 * The rows without notes, and without what is in the boneyard. A note may go over rows, but not over an empty one. What
 * is opened and not closed is no comment.
 */
function* withoutComments(rows: readonly string[], draft: Draft): Slices<Row[]> {
  const left: Row[] = [];
  let open: Closing | undefined;
  /** Before this row, what is opened is not closed: it was looked for once, and is not for each mark again. */
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
          draft.fault(`The comment that starts with /* in row ${at + 1} has no end, so it was read as text.`);
        }
      }
      if (at < unclosedTo[closing]) kept += found[0];
      else open = closing;
    }
    kept += row.slice(from);
    // What is cut out over several rows leaves empty ones, and ends a speech; other comments do not.
    const wasCut = wasInBoneyard || open === "*/";
    left.push(hasComment && kept.trim() === "" ? (wasCut ? "" : undefined) : kept);
  }
  return left;
}

/** The row up to which a mark closes nothing that is opened in this one; 0 if it is closed further down. */
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

/** Two spaces stand for a row that is left empty in the middle of something. */
function isEmpty(row: string): boolean {
  return row.trim() === "" && row !== "  ";
}
