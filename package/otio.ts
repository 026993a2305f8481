/**
 * Timelines in and out, as OpenTimelineIO JSON (`.otio`): what maps to what is in docs/timelines.md.
 *
 * A round trip loses nothing that a timeline has, to the flick. What a file has beyond that, every field at every
 * level, is kept in the metadata of the timeline, its clips and its chapters, and comes out again with what is left of
 * them.
 */
import { type OtioReadOptions, type OtioTimeline, readTimeline } from "./otio/reader.js";
import { type OtioAsset, type OtioWriteOptions, writeTimeline } from "./otio/writer.js";
import type { Timeline } from "./types.js";

export { OtioError } from "./otio/json.js";
export type { OtioMedia, OtioReadOptions, OtioTimeline } from "./otio/reader.js";
export type { OtioAsset, OtioWriteOptions } from "./otio/writer.js";

/** Writes a timeline. `assets` are those that its clips play: `await library.assets()`. Throws an `OtioError`. */
export function timelineToOtio(
  timeline: Omit<Timeline, "durationSeconds">,
  assets: Iterable<OtioAsset>,
  options: OtioWriteOptions = {},
): string {
  return writeTimeline(timeline, assets, options);
}

/** Reads a timeline. Its clips play assets that are to be found: see `media`. Throws an `OtioError`. */
export function otioToTimeline(json: string, options: OtioReadOptions = {}): OtioTimeline {
  return readTimeline(json, options);
}
