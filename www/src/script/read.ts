/** A script from what was pasted or chosen: its characters, what it is written in, and its lines. */
import { readFountain } from "./fountain.ts";
import { readPlain } from "./plain.ts";
import type { Format, Script, Slices } from "./script.ts";

/** A larger file is no script: it would be the text of forty novels. */
export const MOST_BYTES = 16_000_000;

const READERS = { fountain: readFountain, plain: readPlain };

/** What to say where there is text and nothing to be heard. */
const NO_LINES =
  "No lines were found. Write each line as a name, a colon and what is said, such as “ODETTE: Who knocks?”, " +
  "or use a Fountain screenplay: the name in capitals, and below it what is said.";

/**
 * Reads a script as one format or, if none is said, as that which finds more lines in it. A file that is called a
 * screenplay is one, unless there is none in it.
 */
export function* readScript(
  text: string,
  { format, name = "" }: { format?: Format; name?: string } = {},
): Slices<Script> {
  const script = format ? yield* READERS[format](text) : yield* eitherScript(text, /\.(?:fountain|spmd)$/i.test(name));
  if (script.lines.length > 0 || text.trim() === "") return script;
  return { ...script, faults: [NO_LINES, ...script.faults] };
}

function* eitherScript(text: string, isFountain: boolean): Slices<Script> {
  const fountain = yield* readFountain(text);
  if (isFountain && fountain.lines.length > 0) return fountain;
  const plain = yield* readPlain(text);
  return plain.lines.length > fountain.lines.length ? plain : fountain;
}

/**
 * A file's text. Without a mark that says otherwise it is UTF-8 or, where that cannot be, what Windows wrote before:
 * then that is told.
 */
export function textIn(bytes: Uint8Array): { text: string; fault?: string } {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return { text: new TextDecoder("utf-16le").decode(bytes) };
  if (first === 0xfe && second === 0xff) return { text: new TextDecoder("utf-16be").decode(bytes) };
  try {
    return { text: new TextDecoder("utf-8", { fatal: true }).decode(bytes) };
  } catch {
    const fault = "The file is not in UTF-8, so it was read as Windows-1252 (Western European).";
    return { text: new TextDecoder("windows-1252").decode(bytes), fault };
  }
}

/** Does work in slices all at once, where nothing waits for it. */
export function whole<T>(work: Slices<T>): T {
  for (;;) {
    const { done, value } = work.next();
    if (done) return value;
  }
}

/** So long may the page be held up at a time, in milliseconds. */
const SLICE_MS = 8;

/**
 * Does work in slices, with pauses between in which the page lives, and one at either end: what led to it, and what is
 * made of it, are tasks of their own. Rejects when the signal aborts.
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
