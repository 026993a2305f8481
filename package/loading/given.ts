/** Files that the caller of `openLibrary` named. What is named has no fallback: an error is better than a guess. */
import type { LibraryOptions } from "../types.js";
import { compilingOnce, type ModuleName, type Source } from "./source.js";
import { addAt, refused, startAt, started } from "./starting.js";
import { compileAt } from "./wasm.js";

export type GivenFiles = Pick<LibraryOptions, "moduleUrl" | "createWorker" | "wasmUrls">;

/** Returns a source of the given files, which takes the others from `own`. */
export function given({ moduleUrl, createWorker, wasmUrls = {} }: GivenFiles, own: Source): Source {
  const folder = moduleUrl === undefined ? undefined : folderAt(moduleUrl);
  const urlOf = (module: ModuleName) => {
    const url = wasmUrls[module];
    if (url !== undefined) return resolved(url, `wasmUrls.${module}`);
    return folder && new URL(`${module}_bg.wasm`, folder);
  };
  const urls = { page: urlOf("page"), engine: urlOf("engine") };
  return compilingOnce({
    compile(module) {
      const url = urls[module];
      return url ? compileAt(url) : own.compile(module);
    },
    startWorker() {
      if (createWorker) return started(createWorker, async (reason) => refused("of createWorker", reason, CHECK));
      return folder ? startAt(new URL("worker.js", folder)) : own.startWorker();
    },
    addWorklet: (worklet) => (folder ? addAt(worklet, new URL("player-worklet.js", folder)) : own.addWorklet(worklet)),
  });
}

const CHECK = 'It must run the package\'s "worker.js", as a script of its own or bundled.';

function folderAt(moduleUrl: string | URL): URL {
  const folder = resolved(moduleUrl, "moduleUrl");
  if (!folder.pathname.endsWith("/")) folder.pathname += "/";
  return folder;
}

/** Resolves an address against the page's, or against the worker's if this runs in one. */
function resolved(url: string | URL, option: string): URL {
  try {
    return new URL(url, globalThis.document?.baseURI ?? location.href);
  } catch {
    throw new TypeError(`openLibrary: ${option} is not an address: ${url}`);
  }
}
