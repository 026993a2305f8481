/** Compiles a module from its address, and says what came if that was something else. */
import { buildOf, otherBuild } from "./build.js";
import { fetchFile, loadFailed, notLoaded, otherContent } from "./failures.js";

/** The first bytes of every WebAssembly module: "\0asm". */
const MAGIC = [0x00, 0x61, 0x73, 0x6d];

/**
 * Fetches and compiles a module. One of another build is fetched again, past all caches. Rejects with `load-failed`.
 */
export async function compileAt(url: string | URL): Promise<WebAssembly.Module> {
  const module = await compileFetched(url, "default");
  if (!otherBuild(url, buildOf(module))) return module;
  return ofThisBuild(url, await compileFetched(url, "reload"));
}

async function compileFetched(url: string | URL, cache: RequestCache): Promise<WebAssembly.Module> {
  const response = await fetchFile(url, cache);
  // Compiling from the response lets the browser keep the compiled code with the file, which takes the right type.
  if (response.headers.get("Content-Type") === "application/wasm") {
    return WebAssembly.compileStreaming(response).catch((cause) => Promise.reject(damaged(url, cause)));
  }
  const bytes = await response.arrayBuffer().catch((cause) => Promise.reject(notLoaded(url, "it broke off", cause)));
  const start = new Uint8Array(bytes);
  if (MAGIC.some((byte, at) => start[at] !== byte)) throw notLoaded(url, otherContent(response, start));
  return WebAssembly.compile(bytes).catch((cause) => Promise.reject(damaged(url, cause)));
}

/** Compiles a module from a stream of its bytes. */
export async function compileStream(name: string, stream: ReadableStream<Uint8Array>): Promise<WebAssembly.Module> {
  const response = new Response(stream as ReadableStream<Uint8Array<ArrayBuffer>>, {
    headers: { "Content-Type": "application/wasm" },
  });
  const compiled = WebAssembly.compileStreaming(response).catch((cause) => Promise.reject(damaged(name, cause)));
  return ofThisBuild(name, await compiled);
}

function ofThisBuild(file: string | URL, module: WebAssembly.Module): WebAssembly.Module {
  const error = otherBuild(file, buildOf(module));
  if (error) throw error;
  return module;
}

function damaged(file: string | URL, cause: unknown) {
  return loadFailed(`${file} is damaged: ${(cause as Error).message}`, cause);
}
