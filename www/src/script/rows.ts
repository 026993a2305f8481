/**
 * Splits a script's text into rows, with any kind of line break, and removes invisible characters. Everything here
 * takes time proportional to a row's length, whatever its content: scripts come from anywhere.
 */

import { laterWords } from "../words/later.ts";
import type { Draft, Slices } from "./script.ts";

/** A longer row would be twenty minutes of speech: the text has lost its line breaks, or is no script. */
export const LONGEST_ROW = 20_000;

/** Decides when work on rows should pause, whether the rows are many or long. */
export class Pace {
  #done = 0;

  /** Counts a row. Returns true if the slice has done enough. */
  isEnough(row: string | undefined): boolean {
    this.#done += 50 + (row?.length ?? 0);
    if (this.#done < 20_000) return false;
    this.#done = 0;
    return true;
  }
}

/** The text's rows. A row that is too long is left empty and reported. */
export function* rowsOf(text: string, draft: Draft): Slices<string[]> {
  // This regular expression keeps its position, so each reader needs its own.
  const ends = /\r\n?|[\n\v\f\u0085\u2028\u2029]/g;
  const rows: string[] = [];
  const pace = new Pace();
  for (let start = 0; start <= text.length; start = ends.lastIndex || text.length + 1) {
    if (pace.isEnough(rows.at(-1))) yield;
    const end = ends.exec(text)?.index ?? text.length;
    if (end - start <= LONGEST_ROW) rows.push(text.slice(start, end).replace(UNSEEN, ""));
    else {
      rows.push("");
      draft.fault(laterWords.value.script.rowTooLong(rows.length, end - start));
    }
  }
  return rows;
}

/** Control characters, zero-width spaces and byte order marks. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: the pattern looks for them
const UNSEEN = /[\u0000-\u0008\u000e-\u001f\u007f-\u0084\u0086-\u009f\u200b\u2060\ufeff]+/g;

/**
 * Removes asterisks and underscores that emphasise, by Fountain's rules, which are Markdown's: an opening mark has no
 * space after it, a closing mark has none before it, and a backslash escapes a character.
 */
export function withoutEmphasis(row: string): string {
  if (!/[*_\\]/.test(row)) return row;
  const pieces: string[] = [];
  /** Runs of each mark that may still be closed: the place of the run among the pieces, and how many marks are left. */
  const open: Record<string, { piece: number; left: number }[]> = { "*": [], _: [] };
  // Each piece is a run of marks, an escaped character, or the text between.
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
