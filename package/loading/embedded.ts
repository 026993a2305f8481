/** Files inside the code: the modules compressed, and the scripts of workers and worklet as text, for Blobs. */
import { decodeBase64 } from "../base64.js";
import type { Source } from "./source.js";
import { addAt, refused, startSource } from "./starting.js";
import { compileStream } from "./wasm.js";

/** Both modules as gzip in Base64, and both scripts. */
export interface EmbeddedFiles {
  page: string;
  engine: string;
  worker: string;
  worklet: string;
}

/** Returns a source of such files. */
export function embedded(files: EmbeddedFiles): Source {
  return {
    compile(module) {
      const bytes = new Blob([decodeBase64(files[module])]);
      return compileStream(`${module}_bg.wasm`, bytes.stream().pipeThrough(new DecompressionStream("gzip")));
    },
    startWorker: () => startSource(files.worker, async (reason) => refused("of inline.js", reason, BLOB)),
    async addWorklet(worklet) {
      const url = URL.createObjectURL(new Blob([files.worklet], { type: "text/javascript" }));
      try {
        await addAt(worklet, new URL(url));
      } finally {
        URL.revokeObjectURL(url);
      }
    },
  };
}

const BLOB =
  "It is a Blob: a Content-Security-Policy must allow blob: in worker-src, Trusted Types the policy secuencia.";
