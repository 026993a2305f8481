/** Tests of starting the page's module, with a stand-in that counts its starts. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Source } from "../loading/source.js";
import { startPage } from "./launch.js";

const MODULE = {} as WebAssembly.Module;

test("the page's module starts once for all libraries, and a start that failed is tried again", async () => {
  const given: unknown[] = [];
  const glue = async () =>
    ({
      default: async ({ module_or_path }: { module_or_path: unknown }) => {
        given.push(module_or_path);
        await new Promise((resolve) => setTimeout(resolve));
      },
    }) as unknown as typeof import("./page.js");
  const compiled: string[] = [];
  const source: Source = {
    async compile(name) {
      compiled.push(name);
      if (compiled.length === 1) throw new TypeError("Failed to fetch");
      return MODULE;
    },
    startWorker: () => Promise.reject(),
    addWorklet: () => Promise.reject(),
  };

  const together = await Promise.allSettled([startPage(source, glue), startPage(source, glue)]);
  for (const { status } of together) assert.equal(status, "rejected");
  assert.deepEqual([compiled, given], [["page"], []]);

  const [page, ...others] = await Promise.all([startPage(source, glue), startPage(source, glue)]);
  for (const other of [...others, await startPage(source, glue)]) assert.equal(other, page);
  assert.deepEqual([compiled, given], [["page", "page"], [MODULE]]);
});
