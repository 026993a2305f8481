/**
 * Where the package's other files are found, and the page's module started.
 *
 * Without a folder, they lie beside this file; the forms below are those by which bundlers find and bring them along.
 */

type PageModule = typeof import("./page.js");

/** The starts under way, by their module's `init`. */
const starting = new Map<PageModule["default"], Promise<unknown>>();

/**
 * The page's module, started. `init` does nothing once that is done, but while a start is under way a second one would
 * put another instance in the place of the one in use. So libraries that are opened at the same time share a start.
 */
export async function loadPage(folder: string | URL | undefined): Promise<PageModule> {
  const page = await importPage(folder);
  const init = page.default;
  if (!starting.has(init)) {
    const ended = () => starting.delete(init);
    starting.set(init, init().finally(ended));
  }
  await starting.get(init);
  return page;
}

function importPage(folder: string | URL | undefined): Promise<PageModule> {
  if (folder === undefined) return import("./page.js");
  return import(/* @vite-ignore */ /* webpackIgnore: true */ inFolder(folder, "page.js"));
}

/** A worker. Browsers load it from the page's own origin only. */
export function launchWorker(folder: string | URL | undefined): Worker {
  if (folder === undefined) return new Worker(new URL("./worker.js", import.meta.url), { type: "module" });
  return new Worker(inFolder(folder, "worker.js"), { type: "module" });
}

function inFolder(folder: string | URL, file: string): string {
  const base = new URL(folder, document.baseURI);
  if (!base.pathname.endsWith("/")) base.pathname += "/";
  return new URL(file, base).href;
}
