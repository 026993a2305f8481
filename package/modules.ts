/**
 * Where the package's other files are found.
 *
 * Without a folder, they lie beside this file; the forms below are those by which bundlers find and bring them along.
 */

/** The page's module. */
export function loadPage(folder: string | URL | undefined): Promise<typeof import("./page.js")> {
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
