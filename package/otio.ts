/**
 * Reads and writes timelines as OpenTimelineIO JSON (`.otio`). The mapping is in docs/timelines.md.
 *
 * A round trip loses nothing of a timeline, to the flick (1/705,600,000 s). Further fields of a file, at every level,
 * are kept in the metadata of the timeline, its clips and its chapters, and are written again with those that remain.
 *
 * @module secuencia/otio.js
 */
import { type OtioReadOptions, type OtioTimeline, readTimeline } from "./otio/reader.js";
import { type OtioAsset, type OtioWriteOptions, writeTimeline } from "./otio/writer.js";
import type { Timeline } from "./types.js";

export { OtioError } from "./otio/json.js";
export type { OtioMedia, OtioReadOptions, OtioTimeline } from "./otio/reader.js";
export type { OtioAsset, OtioWriteOptions } from "./otio/writer.js";

/**
 * Writes a timeline as the text of an `.otio` file. `assets` must include those that its clips play:
 * `await library.assets()`. Throws an `OtioError` for a timeline that it cannot write.
 */
export function timelineToOtio(
  timeline: Omit<Timeline, "durationSeconds">,
  assets: Iterable<OtioAsset>,
  options: OtioWriteOptions = {},
): string {
  return writeTimeline(timeline, assets, options);
}

/**
 * Reads the text of an `.otio` file. Find the result's `media` and add them before you export the timeline. Throws an
 * `OtioError` for a text that is not a timeline.
 */
export function otioToTimeline(json: string, options: OtioReadOptions = {}): OtioTimeline {
  return readTimeline(json, options);
}
