/**
 * `secuencia/follow-along.js`: a player that shows the script and marks the line being spoken, in a page or as a file
 * of its own. It needs nothing else of the package, and plays any sound with any WebVTT.
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
 * Makes one .html file of it all, which opens from disk and plays with no network. The sound goes into it as Base64, so
 * the file is a third larger; it is read in slices, and never held whole in memory.
 */
export async function followAlongPage(options: FollowAlongPageOptions): Promise<Blob> {
  const { makePage } = await import("./follow-along-page.js");
  return makePage(options);
}
