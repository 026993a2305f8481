/**
 * A script's text as rows, whatever ends them, and without what nobody sees. All that is done to a row here takes time
 * in proportion to its length, whatever is in it: scripts come from anywhere.
 */
import type { Draft, Slices } from "./script.ts";

/** A longer row would be twenty minutes of speech: the text has lost its line breaks, or never was a script. */
export const LONGEST_ROW = 20_000;

/** Work that goes through rows stops here and there, whether they are many or long. */
export class Pace {
  #done = 0;

  /** Counts a row in; true if that is enough for one slice. */
  isEnough(row: string | undefined): boolean {
    this.#done += 50 + (row?.length ?? 0);
    if (this.#done < 20_000) return false;
    this.#done = 0;
    return true;
  }
}

/** The text's rows. One that is too long is left empty, and told. */
export function* rowsOf(text: string, draft: Draft): Slices<string[]> {
  // A regular expression that remembers its place belongs to one reader alone.
  const ends = /\r\n?|[\n\v\f\u0085\u2028\u2029]/g;
  const rows: string[] = [];
  const pace = new Pace();
  for (let start = 0; start <= text.length; start = ends.lastIndex || text.length + 1) {
    if (pace.isEnough(rows.at(-1))) yield;
    const end = ends.exec(text)?.index ?? text.length;
    if (end - start <= LONGEST_ROW) rows.push(text.slice(start, end).replace(UNSEEN, ""));
    else {
      rows.push("");
      const length = (end - start).toLocaleString("en");
      draft.fault(`Row ${rows.length} was left out: it has ${length} characters without a line break.`);
    }
  }
  return rows;
}

/** Control characters, zero-width spaces and byte order marks. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const UNSEEN = /[\u0000-\u0008\u000e-\u001f\u007f-\u0084\u0086-\u009f\u200b\u2060\ufeff]+/g;

/**
 * Without the asterisks and underscores that emphasise, by Fountain's rules, which are Markdown's: a mark that opens
 * has no space behind it and one that closes none before it, and a backslash takes a character's meaning away.
 */
export function withoutEmphasis(row: string): string {
  if (!/[*_\\]/.test(row)) return row;
  const pieces: string[] = [];
  /** Runs of one mark that may yet be closed: where the run is among the pieces, and how much of it is left. */
  const open: Record<string, { piece: number; left: number }[]> = { "*": [], _: [] };
  // A run of marks, what a backslash protects, or what lies between.
  for (const { 0: piece, index } of row.matchAll(/\*+|_+|\\[^\p{L}\p{N}\s]|[^*_\\]+|\\/gu)) {
    const mark = piece.charAt(0);
    pieces.push(mark === "\\" && piece.length > 1 ? piece.slice(1) : piece);
    const opened = open[mark];
    if (!opened) continue;
    const [before, behind] = [row.charAt(index - 1), row.charAt(index + piece.length)];
    let left = piece.length;
    while (left > 0 && opened.length > 0 && closes(mark, before, behind)) {
      const last = opened[opened.length - 1] as (typeof opened)[number];
      const both = Math.min(left, last.left);
      left -= both;
      last.left -= both;
      pieces[last.piece] = mark.repeat(last.left);
      if (last.left === 0) opened.pop();
    }
    pieces[pieces.length - 1] = mark.repeat(left);
    if (left > 0 && opens(mark, before, behind)) opened.push({ piece: pieces.length - 1, left });
  }
  return pieces.join("");
}

function opens(mark: string, before: string, behind: string): boolean {
  return /\S/.test(behind) && !(mark === "_" && WORD.test(before));
}

function closes(mark: string, before: string, behind: string): boolean {
  return /\S/.test(before) && !(mark === "_" && WORD.test(behind));
}

const WORD = /[\p{L}\p{N}]/u;
