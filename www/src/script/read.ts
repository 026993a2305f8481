/** Reads a script from a pasted text or a file: decodes it, finds its format, and reads its lines. */

import { laterWords } from "../words/later.ts";
import { readFountain } from "./fountain.ts";
import { readPlain } from "./plain.ts";
import type { Format, Script, Slices } from "./script.ts";

/** A larger file is no script: it would hold forty novels. */
export const MOST_BYTES = 16_000_000;

const READERS = { fountain: readFountain, plain: readPlain };

/**
 * Reads a script in the given format, or else in the one that finds more lines. A file with a screenplay's extension is
 * read as a screenplay, if it has any lines that way.
 */
export function* readScript(
  text: string,
  { format, name = "" }: { format?: Format; name?: string } = {},
): Slices<Script> {
  const script = format ? yield* READERS[format](text) : yield* eitherScript(text, /\.(?:fountain|spmd)$/i.test(name));
  if (script.lines.length > 0 || text.trim() === "") return script;
  return { ...script, faults: [laterWords.value.script.noLines, ...script.faults] };
}

function* eitherScript(text: string, isFountain: boolean): Slices<Script> {
  const fountain = yield* readFountain(text);
  if (isFountain && fountain.lines.length > 0) return fountain;
  const plain = yield* readPlain(text);
  return plain.lines.length > fountain.lines.length ? plain : fountain;
}

/**
 * Decodes a file's text. Without a byte order mark, it is UTF-8. If it is not valid UTF-8, it is read as Windows-1252,
 * and `fault` says so.
 */
export function textIn(bytes: Uint8Array): { text: string; fault?: string } {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return { text: new TextDecoder("utf-16le").decode(bytes) };
  if (first === 0xfe && second === 0xff) return { text: new TextDecoder("utf-16be").decode(bytes) };
  try {
    return { text: new TextDecoder("utf-8", { fatal: true }).decode(bytes) };
  } catch {
    return { text: new TextDecoder("windows-1252").decode(bytes), fault: laterWords.value.script.notUtf8 };
  }
}

/** Does all slices of work at once, for callers that may block. */
export function whole<T>(work: Slices<T>): T {
  for (;;) {
    const { done, value } = work.next();
    if (done) return value;
  }
}

/** The longest time that the page may be blocked at once, in milliseconds. */
const SLICE_MS = 8;

/**
 * Does work in slices, with pauses in which the page can respond. There is a pause at either end too, so that the work
 * shares no task with the code around it. Rejects when the signal aborts.
 */
export async function inSlices<T>(work: Slices<T>, signal: AbortSignal): Promise<T> {
  for (;;) {
    await pause(signal);
    const ends = performance.now() + SLICE_MS;
    while (performance.now() < ends) {
      const { done, value } = work.next();
      if (!done) continue;
      await pause(signal);
      return value;
    }
  }
}

async function pause(signal: AbortSignal): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve));
  signal.throwIfAborted();
}
