/**
 * Converts objects for the wasm modules and back. Other programs' metadata becomes JSON, which the modules store
 * unread.
 */
import type { Timeline } from "./types.js";

/** A timeline, or a part of one, in the modules' form. */
export type Packed<T> = T extends (infer Part)[]
  ? Packed<Part>[]
  : T extends object
    ? {
        [Field in keyof T]: Field extends "metadata"
          ? string
          : Field extends "chapters" | "clips"
            ? Packed<T[Field]>
            : T[Field];
      }
    : T;

interface Part {
  metadata?: unknown;
}

/**
 * Returns a copy without getters and proxies. An invalid timeline or part is copied unchanged: the module reports the
 * error. `where` prefixes the error for invalid metadata.
 */
export function packed<T extends object>(whole: T, where = ""): Packed<T> {
  const copy = copied(whole, where);
  for (const part of partsOf(copy)) {
    if (part?.metadata === undefined) continue;
    if (typeof part.metadata !== "object" || part.metadata === null) {
      throw new TypeError(`${where}metadata must be an object`);
    }
    part.metadata = asJson(part.metadata, where);
  }
  return copy as Packed<T>;
}

function copied<T>(whole: T, where: string): T {
  try {
    return structuredClone(whole);
  } catch (error) {
    // Very deep objects are a RangeError.
    if (!(error instanceof DOMException || error instanceof RangeError)) throw error;
    throw new TypeError(`${where}only plain data can be kept: ${error.message}`);
  }
}

/** Returns a module's timeline with all metadata as objects. */
export function unpacked(timeline: Packed<Timeline>): Timeline {
  for (const part of partsOf(timeline)) {
    if (typeof part.metadata === "string") part.metadata = JSON.parse(part.metadata);
  }
  return timeline as unknown as Timeline;
}

/** An object may hold itself, or a bigint, which JSON has not. */
function asJson(metadata: object, where: string): string {
  try {
    return JSON.stringify(metadata);
  } catch (error) {
    throw new TypeError(`${where}metadata must be JSON: ${(error as Error).message}`);
  }
}

/** Returns a timeline with its parts, or a single part: every object that may have metadata. */
function partsOf(whole: object): Part[] {
  const { chapters, clips } = Object(whole) as { chapters?: unknown; clips?: unknown };
  return [whole, ...(Array.isArray(chapters) ? chapters : []), ...(Array.isArray(clips) ? clips : [])];
}
