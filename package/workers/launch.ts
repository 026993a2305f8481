/**
 * Finds the package's other files, starts the page's module and starts workers.
 *
 * Without a folder, those files are beside the built `index.js`. They are named in the forms that bundlers recognise
 * and follow.
 */

import type { Request } from "./messages.js";

type PageModule = typeof import("./page.js");

/** The starts under way, by their module's `init`. */
const starting = new Map<PageModule["default"], Promise<unknown>>();

/**
 * Loads and starts the page's module. `init` does nothing once the module has started, but a second call during the
 * start would replace the instance in use. So libraries that open at the same time share one start.
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

/** Returns a function that starts workers. Its first call compiles the engine, which all workers share. */
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

/** Starts a worker. Browsers load one only from the page's own origin. */
function launch(folder: string | URL | undefined): Worker {
  if (folder === undefined) return new Worker(new URL("./worker.js", import.meta.url), { type: "module" });
  return new Worker(inFolder(folder, "worker.js"), { type: "module" });
}

/**
 * Compiles the engine off this thread. Undefined if that fails, such as when a server sends wasm with the wrong type.
 * In that case the worker loads it.
 */
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
