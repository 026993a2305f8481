/**
 * A player that shows the script and marks the line being spoken, in a page or as a file of its own. It needs nothing
 * else of the package, and plays any sound with any WebVTT.
 *
 * @module secuencia/follow-along.js
 */
import type { FollowAlongPageOptions } from "./follow-along-page.js";

export type {
  FollowAlong,
  FollowAlongChapter,
  FollowAlongLabels,
  FollowAlongOptions,
} from "./follow-along/options.js";
export { followAlong } from "./follow-along/player.js";
export type { FollowAlongPageOptions } from "./follow-along-page.js";

/**
 * Makes one .html file that opens from disk and plays with no network. It contains the sound as Base64, so it is a
 * third larger than the sound. The sound is read in slices, and is never whole in memory.
 */
export async function followAlongPage(options: FollowAlongPageOptions): Promise<Blob> {
  const { makePage } = await import("./follow-along-page.js");
  return makePage(options);
}
