/**
 * The files beside the built `index.js`. They are named in the forms that bundlers recognise and follow; a bundler that
 * follows them puts the files where these addresses lead.
 */
import { notLoaded } from "./failures.js";
import type { Source } from "./source.js";
import { addAt, refused, startAt, started } from "./starting.js";
import { compileAt } from "./wasm.js";

export const beside: Source = {
  async compile(module) {
    let url: URL;
    try {
      url =
        module === "page" ? new URL("./page_bg.wasm", import.meta.url) : new URL("./engine_bg.wasm", import.meta.url);
    } catch (cause) {
      throw notLoaded(`${module}_bg.wasm`, "this code does not know its own address (import.meta.url)", cause);
    }
    return compileAt(url);
  },

  async startWorker() {
    const published = publishedFolder(import.meta.url);
    if (published) return startAt(new URL("worker.js", published));
    const launch = () => new Worker(new URL("./worker.js", import.meta.url), { type: "module" });
    return started(launch, async (reason) => refused("worker.js", reason));
  },

  async addWorklet(worklet) {
    const published = publishedFolder(import.meta.url);
    const url = published ? new URL("player-worklet.js", published) : new URL("./player-worklet.js", import.meta.url);
    await addAt(worklet, url);
  },
};

/**
 * Returns the address of this code if it still has its published name, and so is not part of a bundle. Then the
 * worker's address is known, and it can start from another origin and under Trusted Types.
 */
function publishedFolder(own: string | undefined): string | undefined {
  return own && /^https?:[^?#]*\/index\.js([?#]|$)/.test(own) ? own : undefined;
}
