/** Checks that the browser has what the package needs, and names what is missing before anything is loaded. */
import { SecuenciaError } from "../errors.js";
import { loadFailed } from "./failures.js";

/** The smallest module with an instruction of WebAssembly SIMD: `(func (result v128) (i8x16.splat (i32.const 0)))`. */
// biome-ignore format: the sections of a module, one a line
const SIMD = new Uint8Array([
  0, 0x61, 0x73, 0x6d, 1, 0, 0, 0,
  1, 5, 1, 0x60, 0, 1, 0x7b,
  3, 2, 1, 0,
  10, 8, 1, 6, 0, 0x41, 0, 0xfd, 15, 0x0b,
]);

/** Throws an error of code `unsupported`, or `load-failed` if the page's own policy is in the way. */
export function requireSupport(): void {
  const browsers = "Chromium 91, Firefox 89 and Safari 16.4 have all of it, and so do newer ones";
  if (typeof Worker === "undefined") {
    throw unsupported("There are no workers here (Worker). Open the library in a page or in a dedicated worker.");
  }
  if (typeof WebAssembly === "undefined" || !WebAssembly.validate(SIMD)) {
    throw unsupported(`The browser has no WebAssembly with SIMD. ${browsers}, unless WebAssembly is turned off.`);
  }
  try {
    // Some browsers ask the policy when a module is compiled, others when it is started.
    new WebAssembly.Instance(new WebAssembly.Module(SIMD));
  } catch (cause) {
    const remedy = "add 'wasm-unsafe-eval' to its script-src";
    throw loadFailed(`The page's Content-Security-Policy forbids WebAssembly: ${remedy}.`, cause);
  }
}

/** Throws an error of code `unsupported` if there is no database. */
export function requireDatabases(): void {
  if (typeof indexedDB === "undefined") {
    const other = 'Open one with storage: "memory", which needs none.';
    throw unsupported(`There is no IndexedDB here, which keeps the library. ${other}`);
  }
}

function unsupported(message: string): SecuenciaError {
  return new SecuenciaError("unsupported", message);
}
