/** Tests of browsers that lack something. Node is one: it has no workers of a browser, and no database. */
import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { requireDatabases, requireSupport } from "./support.js";

const { WebAssembly: all } = globalThis;

/** Puts a stand-in for a global into its place, until the test ends. */
function stub(name: "Worker" | "WebAssembly", value: unknown) {
  Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
}

afterEach(() => {
  stub("WebAssembly", all);
  Reflect.deleteProperty(globalThis, "Worker");
});

test("a place without workers is named", () => {
  assert.throws(requireSupport, { code: "unsupported", message: /no workers here/ });
});

test("a browser with workers and WebAssembly SIMD has what is needed", () => {
  stub("Worker", class {});
  requireSupport();
});

test("a browser without WebAssembly, or without its SIMD, is told from one that has both", () => {
  stub("Worker", class {});
  const isUnsupported = { code: "unsupported", message: /no WebAssembly with SIMD/ };
  stub("WebAssembly", undefined);
  assert.throws(requireSupport, isUnsupported);
  stub("WebAssembly", { ...all, validate: () => false });
  assert.throws(requireSupport, isUnsupported);
});

test("the module that asks for SIMD is valid only with it", () => {
  let asked = new Uint8Array();
  stub("Worker", class {});
  stub("WebAssembly", {
    validate(bytes: Uint8Array<ArrayBuffer>) {
      asked = bytes;
      return false;
    },
  });
  assert.throws(requireSupport);
  assert.ok(all.validate(asked));
  // The instruction without SIMD's prefix is another one, of no such type.
  assert.ok(!all.validate(asked.map((byte) => (byte === 0xfd ? 0x01 : byte))));
});

test("a browser that forbids WebAssembly by the page's policy names the directive", () => {
  stub("Worker", class {});
  const refuse = class {
    constructor() {
      throw new Error("violates the policy");
    }
  };
  stub("WebAssembly", { validate: () => true, Module: refuse });
  assert.throws(requireSupport, { code: "load-failed", message: /'wasm-unsafe-eval'/ });
});

test("a place without databases is told what needs none", () => {
  assert.throws(requireDatabases, { code: "unsupported", message: /storage: "memory"/ });
});
