/**
 * Files that can no longer be read. A browser keeps no copy of a file that the user chose, so it cannot read one that
 * was moved, changed or deleted since. Some then give a size of 0 and read nothing, as of an empty file.
 */

/** What to say of such a file, after its name. */
export const IS_GONE = "can no longer be read. It was moved, changed or deleted since you chose it.";

/** Returns the browser's exception if it can no longer read a content. Reads one byte at most. */
export async function exceptionOf(content: Blob): Promise<unknown> {
  try {
    // A slice of nothing is always read.
    await (content.size > 0 ? content.slice(0, 1) : content).arrayBuffer();
    return undefined;
  } catch (cause) {
    return cause;
  }
}
