/**
 * Plain text that names who speaks before a colon: `ODETTE: Who knocks?`, with scenes by their headings. A speech goes
 * on in the rows below it, up to an empty one. What is in parentheses or brackets is a direction, beside a name too.
 *
 * Prose has colons, too. So a name has six words at most, each beginning with a capital (or in a script that has none),
 * and no full sentence's marks. What has no name is left out, and told.
 */
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
    const many = nameless.length.toLocaleString("en");
    draft.fault(
      nameless.length === 1
        ? `The paragraph in row ${first.row} was left out, because it does not start with a name and a colon: “${words}”`
        : `${many} paragraphs were left out, because they do not start with a name and a colon. The first, in row ${first.row}: “${words}”`,
    );
  }
  return draft.finish();
}

/** What a title page says, where a screenplay would have it. */
const FACTS = /^(?:title|authors?|credit|source|copyright|draft date|date|contact)$/i;

/** The longest name, with the directions beside it. */
const LONGEST_NAME = 80;

/** Words that begin small in the middle of a name. */
const PARTICLES = /^(?:of|the|and|de|la|le|del|der|den|di|da|du|dos|van|von|zu|und|et|e|y)$/;

/** The name before a row's colon, without the directions beside it, and the words behind the colon. */
function nameIn(row: string): { voice: string; words: string } | undefined {
  const colon = colonIn(row.slice(0, LONGEST_NAME));
  // Times of day, and addresses, have colons as well.
  if (colon < 1 || /^(?:\d:\d|.:\/\/)/s.test(row.slice(colon - 1, colon + 3))) return undefined;
  const before = row
    .slice(0, colon)
    .replace(/^[-*•>–—]\s/, "")
    .trim();
  const voice = withoutOuterDirections(before);
  if (!/\p{L}/u.test(voice) || /[!?;<>=()[\]{}（）［］【】|…]/.test(voice) || /[.,]$/.test(voice)) return undefined;
  const words = voice.split(/\s+/);
  const isName = words.every((word, at) => !/^[^\p{L}\p{N}]*\p{Ll}/u.test(word) || (at > 0 && PARTICLES.test(word)));
  // Only in capitals is a list of names a name, and not the beginning of a sentence.
  const isList = voice.includes(",") && /\p{Ll}/u.test(voice);
  return isName && !isList && words.length <= 6 ? { voice, words: row.slice(colon + 1).trim() } : undefined;
}

/** Where a row's first colon is that is in no direction; -1 if there is none. */
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

/** A name without the directions in front of it and behind it. */
function withoutOuterDirections(named: string): string {
  let [from, to] = [0, named.length];
  for (let at = 0; at < named.length; at += 1) {
    const end = CLOSING.has(named.charAt(at)) ? endOfGroup(named, at) : -1;
    if (end < 0) continue;
    // Behind the name everything is about the direction: `ANN (to BOB) and (to herself)`.
    if (named.slice(from, at).trim() === "") from = end + 1;
    else if (to === named.length && CLOSINGS.has(named.slice(-1))) to = at;
    at = end;
  }
  return named.slice(from, to).trim();
}

/** How scripts and books call their parts. */
const PART = "scene|act|chapter|part|episode|szene|akt|kapitel|teil|folge|scène|acte|chapitre|partie|épisode";
const PART_TOO = "escena|acto|capítulo|parte|episodio|scena|atto|capitolo|cena|ato";
const NUMBER = "\\d+[a-z]?|[ivxlc]+|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve";
const NUMBERED = new RegExp(`^(?:${PART}|${PART_TOO})\\s+(?:${NUMBER})(?![\\p{L}\\p{N}])\\s*(.*)$`, "iu");
const UNNUMBERED = /^(?:scene|chapter|prologue|epilogue|prolog|epilog|interlude)\s*[:–—-]\s*\S/i;
const ALONE = /^(?:prologue|epilogue|prolog|epilog|interlude)[.]?$/i;

/** A row as a heading, or undefined: a place as in screenplays, `# Title`, or a numbered part. */
function plainHeadingOf(row: string): string | undefined {
  if (row === "" || row.length > 200) return undefined;
  const marked = /^#{1,6}\s+(?=\S)/.exec(row);
  if (marked) return row.slice(marked[0].length).replace(/\s*#+$/, "");
  if (ALONE.test(row) || UNNUMBERED.test(row)) return row;
  const rest = NUMBERED.exec(row)?.[1];
  if (rest !== undefined && (rest === "" || /^[.:–—-]/.test(rest) || !/\p{Ll}/u.test(row))) return row;
  // In small letters only with its full stop: these are words in some languages.
  return /^(?:[A-Z./]+[. ]|(?:int|ext|i\/e)\.)/.test(row) || /^(?:int|ext)\./i.test(row) ? headingOf(row) : undefined;
}

/** Whether a row is a direction from end to end. */
function isDirection(row: string): boolean {
  return row !== "" && withoutDirections(row) === "";
}

/** A speech as a line; none if nothing is in it. One of directions alone, such as a scream, is what they say. */
function lineOf({ voice, row, rows }: Speech): ScriptLine | undefined {
  const directed = rows.join(" ").replaceAll(/\s+/g, " ").trim();
  return directed === "" ? undefined : { voice, row, text: withoutDirections(directed) || directed, directed };
}

/** The marks that open a direction, and those that close it. Braces are for directions beside a name only. */
const CLOSING = new Map(["()", "[]", "{}", "（）", "［］", "【】"].map(([open, close]) => [open, close]));
const CLOSINGS = new Set(CLOSING.values());

/** Without what is in parentheses or brackets. */
function withoutDirections(words: string): string {
  // Most lines have no closing bracket, and so no direction.
  if (!/[)\]）］】]/.test(words)) return words.trim();
  const ends = endsOfGroups(words);
  let said = "";
  let from = 0;
  const keep = (piece: string) => {
    // The mark behind a direction belongs to the word before it: “Well (he coughs), yes.”
    const isApart = said !== "" && piece !== "" && !/^[,.;:!?…。、，！？；：]/.test(piece);
    said += isApart ? ` ${piece}` : piece;
  };
  for (const { index } of words.matchAll(/[([（［【]/g)) {
    // One that is not closed is said, as in Fountain. Those behind it are directions all the same.
    const end = ends.get(index);
    if (index < from || end === undefined) continue;
    keep(words.slice(from, index).trim());
    from = end + 1;
  }
  keep(words.slice(from).trim());
  return said;
}

/** Where each group that is closed is, by where it is opened. */
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

/** Where what is opened here is closed, by the same kind of mark; -1 if it is not. */
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
