/**
 * The package's own files in Node: the modules are read from disk, and a worker is a thread. `loading/own.ts` does the
 * same for browsers.
 */
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { Worker as Thread, type TransferListItem } from "node:worker_threads";
import { loadFailed } from "../loading/failures.js";
import { compilingOnce } from "../loading/source.js";
import { started } from "../loading/starting.js";
import type { Request } from "../workers/messages.js";
import { SyncBlob } from "./sync-blob.js";

const REMEDY = "The package's files must be together: install it again, or leave it out of a server's bundle.";

/** The modules beside this code, and threads that run `node-worker.js`. */
export const threads = compilingOnce({
  async compile(module) {
    const file = fileURLToPath(new URL(`./${module}_bg.wasm`, import.meta.url));
    try {
      return await WebAssembly.compile(await readFile(file));
    } catch (cause) {
      throw loadFailed(`${file} cannot be loaded: ${(cause as Error).message}. ${REMEDY}`, cause);
    }
  },
  addWorklet: () => Promise.reject(loadFailed("Node has no audio output")),
  startWorker: () =>
    started(
      () => new ThreadWorker() as unknown as Worker,
      async (reason) => loadFailed(`The thread of node-worker.js did not start: ${reason}. ${REMEDY}`),
    ),
});

/** A thread with the part of a browser's `Worker` that the package uses. */
class ThreadWorker {
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onerror: ((event: { message: string; preventDefault(): void }) => void) | null = null;
  readonly #thread = new Thread(new URL("./node-worker.js", import.meta.url));

  constructor() {
    this.#thread.on("message", (data) => this.onmessage?.({ data }));
    const lost = (message: string) => this.onerror?.({ message, preventDefault() {} });
    this.#thread.on("error", ({ message }: Error) => lost(message));
    this.#thread.on("exit", (code) => lost(`the thread ended with code ${code}`));
  }

  postMessage(request: Request, transfer: Transferable[] = []): void {
    this.#thread.postMessage(plain(request), transfer as TransferListItem[]);
  }

  terminate(): void {
    this.onerror = null;
    void this.#thread.terminate();
  }
}

/** Returns the request with its contents as plain data: a `SyncBlob` would arrive as an empty Blob. */
function plain(request: Request): object {
  if ("content" in request) return { ...request, content: plainBlob(request.content) };
  if (!("library" in request) || "database" in request.library) return request;
  const { contents, ...records } = request.library;
  const library = { ...records, contents: new Map([...contents].map(([id, content]) => [id, plainBlob(content)])) };
  return { ...request, library };
}

function plainBlob(content: Blob): object {
  if (content instanceof SyncBlob) return content.asPlain();
  throw new TypeError("in Node, a content is a file");
}
