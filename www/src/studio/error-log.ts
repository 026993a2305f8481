/**
 * The last errors of this visit, for the health report. Messages may have the names of files, clips and people in them,
 * so only the kinds of errors are kept, and the places in the page's own code.
 */

/** An error, without anything private. */
export interface LoggedError {
  at: Date;
  /** Its class, its code and its causes: `SecuenciaError storage, from InvalidStateError`. */
  kind: string;
  /** The places in the code, the innermost first: `app.js:1:2345`. */
  places: string[];
}

const MOST_ERRORS = 20;
const MOST_PLACES = 4;
const MOST_CAUSES = 4;

const log: LoggedError[] = [];

/** The last errors, oldest first. */
export const lastErrors: readonly LoggedError[] = log;

/** Notes an error, unless it is noted. */
export function logError(error: unknown): void {
  if (!isError(error) || seen.has(error)) return;
  seen.add(error);
  log.push({ at: new Date(), kind: kindOf(error), places: placesIn(error) });
  if (log.length > MOST_ERRORS) log.shift();
}

const seen = new WeakSet<Error>();

/** Notes the errors that nothing else handles. */
export function logUnhandledErrors(): void {
  addEventListener("error", ({ error }) => logError(error));
  addEventListener("unhandledrejection", ({ reason }) => logError(reason));
}

function isError(error: unknown): error is Error & { code?: unknown } {
  return error instanceof Error || error instanceof DOMException;
}

function kindOf(error: Error): string {
  const kinds: string[] = [];
  for (let one: unknown = error; isError(one) && kinds.length < MOST_CAUSES; one = one.cause) {
    kinds.push([one.name, one.code].filter((word) => typeof word === "string" && /^[\w-]{1,40}$/.test(word)).join(" "));
  }
  return kinds.join(", from ");
}

/** Finds the page's files in a stack, whose form differs between browsers. Some repeat the message in it. */
function placesIn({ stack = "", message }: Error): string[] {
  const frames = stack.replace(message, "").matchAll(/\/([\w-]+\.(?:js|wasm):[\w:[\]-]+)\)?$/gm);
  return Array.from(frames, ([, place = ""]) => place).slice(0, MOST_PLACES);
}
