/** Opens a library in the memory of this process. */
import { Library } from "../library.js";
import { launcher, startPage } from "../workers/launch.js";
import { threads } from "./threads.js";

/**
 * Opens an empty library in this process's memory. Its contents are read from disk or from shared memory when they are
 * needed. `close` it when you are done: its threads keep the process alive.
 */
export async function openLibrary(): Promise<Library> {
  const { PageLibrary } = await startPage(threads);
  return new Library(await PageLibrary.open(undefined), launcher(threads));
}
