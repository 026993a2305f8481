/**
 * Where the package's other files are found, and the page's module started.
 *
 * Without a folder, they lie beside this file; the forms below are those by which bundlers find and bring them along.
 */

import type { Request } from "./messages.js";

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

/** Starts workers. The engine is compiled once, by the first, and shared. */
export function launcher(folder: string | URL | undefined): () => Worker {
  let engine: Promise<WebAssembly.Module | undefined> | undefined;
  return () => {
    const worker = launch(folder);
    engine ??= compileEngine(folder);
    void engine.then((module) => {
      if (!module) engine = undefined;
      worker.postMessage({ type: "load", module } satisfies Request);
    });
    return worker;
  };
}

/** A worker. Browsers load it from the page's own origin only. */
function launch(folder: string | URL | undefined): Worker {
  if (folder === undefined) return new Worker(new URL("./worker.js", import.meta.url), { type: "module" });
  return new Worker(inFolder(folder, "worker.js"), { type: "module" });
}

/** Compiled off this thread. Where that fails, as for a server that serves wasm as another type, the worker tries. */
async function compileEngine(folder: string | URL | undefined): Promise<WebAssembly.Module | undefined> {
  const url = folder === undefined ? new URL("./engine_bg.wasm", import.meta.url) : inFolder(folder, "engine_bg.wasm");
  try {
    return await WebAssembly.compileStreaming(fetch(url));
  } catch {
    return undefined;
  }
}

function inFolder(folder: string | URL, file: string): string {
  const base = new URL(folder, document.baseURI);
  if (!base.pathname.endsWith("/")) base.pathname += "/";
  return new URL(file, base).href;
}
