/** Opens libraries: checks the browser, starts the page's module and opens the database. */
import { fields, text } from "./arguments.js";
import { reviving } from "./errors.js";
import { Library } from "./library.js";
import { given } from "./loading/given.js";
import { own } from "./loading/own.js";
import { requireDatabases, requireSupport } from "./loading/support.js";
import { storageOf } from "./options.js";
import type { LibraryOptions } from "./types.js";
import { launcher, startPage } from "./workers/launch.js";

/**
 * Opens a library. If there is none of that name, it opens a new one. Rejects with a `SecuenciaError` whose code is
 * `storage` if the browser refuses the database, `unsupported` if it lacks what the package needs, and `load-failed` if
 * a file of the package cannot be loaded; and with a `TypeError` for an option of the wrong type.
 */
export async function openLibrary(options: LibraryOptions = {}): Promise<Library> {
  const { database = "secuencia", storage, ...files } = fields("the options", options);
  text("database", database);
  const isKept = storageOf(storage) === "indexeddb";
  requireSupport();
  if (isKept) requireDatabases();
  const source = given(files, own);
  const { PageLibrary } = await startPage(source);
  const page = await reviving(PageLibrary.open(isKept ? database : undefined));
  return new Library(page, launcher(source), isKept, (worklet) => source.addWorklet(worklet));
}
