/**
 * Objects on their way to the wasm modules and back. What other programs keep with a timeline crosses as JSON: the
 * modules keep it, and do not look at it.
 */
import type { Timeline } from "./types.js";

/** A timeline, or a part of one, as the modules have it. */
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
 * A copy without getters, proxies and surprises. What is no timeline, or no part of one, stays as it is: the module
 * says what is wrong. `where` begins the sentence about metadata that is none.
 */
export function packed<T extends object>(whole: T, where = ""): Packed<T> {
  const copy = structuredClone(whole);
  for (const part of partsOf(copy)) {
    if (part?.metadata === undefined) continue;
    if (typeof part.metadata !== "object" || part.metadata === null) {
      throw new TypeError(`${where}metadata must be an object`);
    }
    part.metadata = JSON.stringify(part.metadata);
  }
  return copy as Packed<T>;
}

/** The timeline that a module gave, with everything that was kept with it and its parts. */
export function unpacked(timeline: Packed<Timeline>): Timeline {
  for (const part of partsOf(timeline)) {
    if (typeof part.metadata === "string") part.metadata = JSON.parse(part.metadata);
  }
  return timeline as unknown as Timeline;
}

/** A timeline and its parts, or one of these: whatever may have something kept with it. */
function partsOf(whole: object): Part[] {
  const { chapters, clips } = Object(whole) as { chapters?: unknown; clips?: unknown };
  return [whole, ...(Array.isArray(chapters) ? chapters : []), ...(Array.isArray(clips) ? clips : [])];
}
