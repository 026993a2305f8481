/**
 * The source of the package's files: two WebAssembly modules, the worker's script and the audio worklet.
 *
 * Each source promises that its calls settle, and that they reject only with a `SecuenciaError` of code `load-failed`,
 * which says what came instead and what helps.
 */
import type { SecuenciaError } from "../errors.js";
import { loadFailed } from "./failures.js";

/** The page's module has the library's records; the engine has the codecs and the jobs. */
export type ModuleName = "page" | "engine";

export interface Source {
  /** Compiles a module off this thread. */
  compile(module: ModuleName): Promise<WebAssembly.Module>;
  /** Starts a worker. Resolves once its script has run. */
  startWorker(): Promise<Worker>;
  /** Adds the player's audio worklet to a context. */
  addWorklet(worklet: Worklet): Promise<void>;
}

/** Takes the first source that works. The one that worked last is asked first from then on. */
export function firstOf(...loaders: (() => Source | Promise<Source>)[]): Source {
  let order = loaders;

  async function use<T>(work: (source: Source) => Promise<T>): Promise<T> {
    const failures: unknown[] = [];
    for (const load of order) {
      try {
        const result = await work(await load());
        order = [load, ...order.filter((other) => other !== load)];
        return result;
      } catch (error) {
        failures.push(error);
      }
    }
    throw loadFailed(failures.map((failure) => (failure as SecuenciaError).message).join(" Tried next: "), failures[0]);
  }

  return {
    compile: (module) => use((source) => source.compile(module)),
    startWorker: () => use((source) => source.startWorker()),
    addWorklet: (worklet) => use((source) => source.addWorklet(worklet)),
  };
}

/** Compiles each module once, however many libraries ask for it. A failure is not kept. */
export function compilingOnce(source: Source): Source {
  const modules = new Map<ModuleName, Promise<WebAssembly.Module>>();
  return {
    compile(name) {
      const known = modules.get(name);
      if (known) return known;
      const compiled = source.compile(name);
      modules.set(name, compiled);
      compiled.catch(() => modules.delete(name));
      return compiled;
    },
    startWorker: () => source.startWorker(),
    addWorklet: (worklet) => source.addWorklet(worklet),
  };
}
