/**
 * Reads plain text with the speaker before a colon, `ODETTE: Who knocks?`, and headings for scenes. A speech continues
 * in the rows below it, up to an empty one. Text in parentheses or brackets is a direction, also beside a name.
 *
 * Prose has colons too. So a name has at most six words, each with a capital (unless its script has no capitals), and
 * none of a sentence's punctuation. Paragraphs without a name are left out and reported.
 */

import { laterWords } from "../words/later.ts";
import { headingOf } from "./fountain.ts";
import { LONGEST_ROW, Pace, rowsOf, withoutEmphasis } from "./rows.ts";
import { Draft, type Script, type ScriptLine, type Slices } from "./script.ts";

interface Speech extends Pick<ScriptLine, "voice" | "row"> {
  rows: string[];
  length: number;
}

/** Reads plain text. */
export function* readPlain(text: string): Slices<Script> {
  const draft = new Draft("plain");
  const rows = yield* rowsOf(text, draft);
  const nameless: { row: number; words: string }[] = [];
  let speech: Speech | undefined;
  let wasNameless = false;
  const endSpeech = () => {
    const line = speech && lineOf(speech);
    if (line) draft.line(line);
    speech = undefined;
  };
  const pace = new Pace();
  for (const [at, written] of rows.entries()) {
    if (draft.isFull) break;
    if (pace.isEnough(written)) yield;
    const row = withoutEmphasis(written.trim());
    const heading = plainHeadingOf(row);
    const named = heading === undefined ? nameIn(row) : undefined;
    const fact = named && draft.isEmpty && !speech && FACTS.test(named.voice) ? named : undefined;
    const isNameless = row !== "" && !heading && !named && !isDirection(row) && /[\p{L}\p{N}]/u.test(row);
    if (heading || named || row === "") endSpeech();
    if (heading) draft.scene(heading);
    else if (fact) draft.facts.set(fact.voice.toLowerCase(), fact.words);
    else if (named) speech = { voice: named.voice, row: at + 1, rows: [named.words], length: named.words.length };
    else if (speech) {
      if (speech.length <= LONGEST_ROW) speech.rows.push(row);
      speech.length += row.length;
    } else if (isNameless && !wasNameless) nameless.push({ row: at + 1, words: row });
    wasNameless = isNameless && !speech;
  }
  endSpeech();
  const [first] = nameless;
  if (first) {
    const words = first.words.length > 60 ? `${first.words.slice(0, 57).trimEnd()}…` : first.words;
    const { leftOut, severalLeftOut } = laterWords.value.script;
    draft.fault(nameless.length === 1 ? leftOut(first.row, words) : severalLeftOut(nameless.length, first.row, words));
  }
  return draft.finish();
}

/** The facts that a title page has. */
const FACTS = /^(?:title|authors?|credit|source|copyright|draft date|date|contact)$/i;

/** The longest name, including the directions beside it. */
const LONGEST_NAME = 80;

/** Words that may be in lower case within a name. */
const PARTICLES = /^(?:of|the|and|de|la|le|del|der|den|di|da|du|dos|van|von|zu|und|et|e|y)$/;

/** The name before a row's colon, without the directions beside it, and the words after the colon. */
function nameIn(row: string): { voice: string; words: string } | undefined {
  const colon = colonIn(row.slice(0, LONGEST_NAME));
  // Times of day and addresses have colons too.
  if (colon < 1 || /^(?:\d:\d|.:\/\/)/s.test(row.slice(colon - 1, colon + 3))) return undefined;
  const before = row
    .slice(0, colon)
    .replace(/^[-*•>–—]\s/, "")
    .trim();
  // The mark of a dual dialogue, as in Fountain.
  const voice = withoutOuterDirections(before.replace(/\s*\^$/, ""));
  if (!/\p{L}/u.test(voice) || /[!?;<>=()[\]{}（）［］【】|…]/.test(voice) || /[.,]$/.test(voice)) return undefined;
  const words = voice.split(/\s+/);
  const isName = words.every((word, at) => !/^[^\p{L}\p{N}]*\p{Ll}/u.test(word) || (at > 0 && PARTICLES.test(word)));
  // A list of names counts only in capitals. Otherwise it is the start of a sentence.
  const isList = voice.includes(",") && /\p{Ll}/u.test(voice);
  return isName && !isList && words.length <= 6 ? { voice, words: row.slice(colon + 1).trim() } : undefined;
}

/** The place of a row's first colon outside directions, or -1. */
function colonIn(row: string): number {
  for (let at = 0; at < row.length; at += 1) {
    if (/[:：]/.test(row.charAt(at))) return at;
    if (CLOSING.has(row.charAt(at))) {
      const end = endOfGroup(row, at);
      if (end < 0) return -1;
      at = end;
    }
  }
  return -1;
}

/** A name without the directions before and after it. */
function withoutOuterDirections(named: string): string {
  let [from, to] = [0, named.length];
  for (let at = 0; at < named.length; at += 1) {
    const end = CLOSING.has(named.charAt(at)) ? endOfGroup(named, at) : -1;
    if (end < 0) continue;
    // Everything after the name belongs to its directions: `ANN (to BOB) and (to herself)`.
    if (named.slice(from, at).trim() === "") from = end + 1;
    else if (to === named.length && CLOSINGS.has(named.slice(-1))) to = at;
    at = end;
  }
  return named.slice(from, to).trim();
}

/** The names of the parts of scripts and books. */
const PART = "scene|act|chapter|part|episode|szene|akt|kapitel|teil|folge|scène|acte|chapitre|partie|épisode";
const PART_TOO = "escena|acto|capítulo|parte|episodio|scena|atto|capitolo|cena|ato";
const NUMBER = "\\d+[a-z]?|[ivxlc]+|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve";
const NUMBERED = new RegExp(`^(?:${PART}|${PART_TOO})\\s+(?:${NUMBER})(?![\\p{L}\\p{N}])\\s*(.*)$`, "iu");
const UNNUMBERED = /^(?:scene|chapter|prologue|epilogue|prolog|epilog|interlude)\s*[:–—-]\s*\S/i;
const ALONE = /^(?:prologue|epilogue|prolog|epilog|interlude)[.]?$/i;

/** A row as a heading: a place as in screenplays, `# Title`, or a numbered part. Otherwise undefined. */
function plainHeadingOf(row: string): string | undefined {
  if (row === "" || row.length > 200) return undefined;
  const marked = /^#{1,6}\s+(?=\S)/.exec(row);
  if (marked) return row.slice(marked[0].length).replace(/\s*#+$/, "");
  if (ALONE.test(row) || UNNUMBERED.test(row)) return row;
  const rest = NUMBERED.exec(row)?.[1];
  if (rest !== undefined && (rest === "" || /^[.:–—-]/.test(rest) || !/\p{Ll}/u.test(row))) return row;
  // In lower case, the full stop is required: these are words in some languages.
  return /^(?:[A-Z./]+[. ]|(?:int|ext|i\/e)\.)/.test(row) || /^(?:int|ext)\./i.test(row) ? headingOf(row) : undefined;
}

/** Whether a row is nothing but directions. */
function isDirection(row: string): boolean {
  return row !== "" && withoutDirections(row) === "";
}

/** A speech as a line, or undefined if it is empty. If it has only directions, such as a scream, they are its text. */
function lineOf({ voice, row, rows }: Speech): ScriptLine | undefined {
  const directed = rows.join(" ").replaceAll(/\s+/g, " ").trim();
  return directed === "" ? undefined : { voice, row, text: withoutDirections(directed) || directed, directed };
}

/** The marks that open and close directions. Braces count only beside a name. */
const CLOSING = new Map(["()", "[]", "{}", "（）", "［］", "【】"].map(([open, close]) => [open, close]));
const CLOSINGS = new Set(CLOSING.values());

/** The words outside parentheses and brackets. */
function withoutDirections(words: string): string {
  // Fast path: most lines have no closing bracket.
  if (!/[)\]）］】]/.test(words)) return words.trim();
  const ends = endsOfGroups(words);
  let said = "";
  let from = 0;
  const keep = (piece: string) => {
    // A punctuation mark after a direction belongs to the word before it: “Well (he coughs), yes.”
    const isApart = said !== "" && piece !== "" && !/^[,.;:!?…。、，！？；：]/.test(piece);
    said += isApart ? ` ${piece}` : piece;
  };
  for (const { index } of words.matchAll(/[([（［【]/g)) {
    // An unclosed bracket is spoken text, as in Fountain. Brackets after it still are directions.
    const end = ends.get(index);
    if (index < from || end === undefined) continue;
    keep(words.slice(from, index).trim());
    from = end + 1;
  }
  keep(words.slice(from).trim());
  return said;
}

/** The end of each closed group, by its start. */
function endsOfGroups(words: string): Map<number, number> {
  const ends = new Map<number, number>();
  const open = new Map([...CLOSINGS].map((close): [typeof close, number[]] => [close, []]));
  for (let at = 0; at < words.length; at += 1) {
    const mark = words.charAt(at);
    open.get(CLOSING.get(mark))?.push(at);
    const start = open.get(mark)?.pop();
    if (start !== undefined) ends.set(start, at);
  }
  return ends;
}

/** The end of the group that starts here, or -1 if it is not closed. */
function endOfGroup(words: string, start: number): number {
  const open = words.charAt(start);
  const close = CLOSING.get(open);
  let depth = 0;
  for (let at = start; at < words.length; at += 1) {
    if (words.charAt(at) === open) depth += 1;
    if (words.charAt(at) === close) depth -= 1;
    if (depth === 0) return at;
  }
  return -1;
}
