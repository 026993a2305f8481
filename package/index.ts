/**
 * Secuencia exports a timeline of audio clips to one M4A file inside a web page.
 *
 * `index.js`, `worker.js`, and the wasm modules `page.js` and `engine.js` with their `_bg.wasm` lie in one folder. The
 * page's module is loaded by `openLibrary`; the worker and the engine by the first `addAsset` or `exportAudio`.
 */
import { reviving } from "./errors.js";
import { Library } from "./library.js";
import type { LibraryOptions } from "./types.js";
import { launcher, loadPage } from "./workers/launch.js";

export * from "./choices.js";
export { discardIfEmpty } from "./destination.js";
export { SecuenciaError } from "./errors.js";
export { fileStem } from "./file-stem.js";
export type { Library } from "./library.js";
export type * from "./types.js";

/** Opens a library, an empty one if there is none of that name. */
export async function openLibrary({ database = "secuencia", moduleUrl }: LibraryOptions = {}): Promise<Library> {
  const { PageLibrary } = await loadPage(moduleUrl);
  const page = await reviving(PageLibrary.open(database));
  return new Library(page, database, launcher(moduleUrl));
}
