/** Files inside the code: the modules compressed, and the worker's script as text, which a Blob starts. */
import { decodeBase64 } from "../base64.js";
import type { Source } from "./source.js";
import { refused, startSource } from "./starting.js";
import { compileStream } from "./wasm.js";

/** Both modules as gzip in Base64, and the worker's script. */
export interface EmbeddedFiles {
  page: string;
  engine: string;
  worker: string;
}

/** Returns a source of such files. */
export function embedded(files: EmbeddedFiles): Source {
  return {
    compile(module) {
      const bytes = new Blob([decodeBase64(files[module])]);
      return compileStream(`${module}_bg.wasm`, bytes.stream().pipeThrough(new DecompressionStream("gzip")));
    },
    startWorker: () => startSource(files.worker, async (reason) => refused("of inline.js", reason, BLOB)),
  };
}

const BLOB =
  "It is a Blob: a Content-Security-Policy must allow blob: in worker-src, Trusted Types the policy secuencia.";
