/**
 * Exports a timeline of audio clips to one M4A file inside a web page. Everything begins with {@link openLibrary}.
 *
 * `index.js`, `worker.js`, `page.js`, `engine.js` and the two `_bg.wasm` files belong into one folder. `openLibrary`
 * loads the page's module; the first `addAsset` or `exportAudio` loads the worker and the engine.
 *
 * @module secuencia
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

/**
 * Opens a library. If there is none of that name, it opens a new one. Rejects with a `SecuenciaError` whose code is
 * `storage` if the browser refuses the database.
 */
export async function openLibrary({ database = "secuencia", moduleUrl }: LibraryOptions = {}): Promise<Library> {
  const { PageLibrary } = await loadPage(moduleUrl);
  const page = await reviving(PageLibrary.open(database));
  return new Library(page, database, launcher(moduleUrl));
}
