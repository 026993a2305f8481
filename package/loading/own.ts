/** The package's own files, if the caller names none: those beside the code, or else those in `inline.js`. */
import { beside } from "./beside.js";
import { embedded } from "./embedded.js";
import { notLoaded } from "./failures.js";
import { compilingOnce, firstOf } from "./source.js";

export const own = compilingOnce(firstOf(() => beside, inline));

/** Loads `inline.js`. It has a megabyte, so a page that has the other files never does. */
async function inline() {
  try {
    return embedded((await import("./inline.js")).files);
  } catch (cause) {
    throw notLoaded("inline.js", (cause as Error).message, cause);
  }
}
