/** Tests of files of another build: they are recognised, fetched again past all caches, and else refused in words. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { serve } from "./test-server.js";

// The built code has this name in it. Imports come after it.
Object.assign(globalThis, { PACKAGE_BUILD: "this" });
const { compileAt, compileStream } = await import("./wasm.js");
const { started } = await import("./starting.js");

/** The smallest module of a build, with the build's name in a custom section. */
const moduleOf = (build: string) => {
  const section = Buffer.from(`\u0009secuencia${build}`);
  return Buffer.concat([Buffer.from([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 0, section.length]), section]);
};
const NAMELESS = Buffer.from([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]);

/** The answers to one address: the first request's, and every later one's. */
const ANSWERS: Record<string, [Buffer, Buffer]> = {
  "/right.wasm": [moduleOf("this"), moduleOf("other")],
  "/stale.wasm": [moduleOf("old"), moduleOf("this")],
  "/nameless.wasm": [NAMELESS, moduleOf("this")],
  "/other.wasm": [moduleOf("new"), moduleOf("new")],
};
const asked: string[] = [];
const origin = await serve(({ url = "", headers }, response) => {
  const isAgain = asked.includes(url);
  asked.push(url);
  assert.equal(headers["cache-control"], isAgain ? "no-cache" : undefined);
  response.writeHead(200, { "Content-Type": "application/wasm" }).end(ANSWERS[url]?.[isAgain ? 1 : 0]);
});

for (const [path, requests] of Object.entries({ "/right.wasm": 1, "/stale.wasm": 2, "/nameless.wasm": 2 })) {
  test(`${path} is compiled after ${requests} of its requests`, async () => {
    assert.ok((await compileAt(origin + path)) instanceof WebAssembly.Module);
    assert.equal(asked.filter((one) => one === path).length, requests);
  });
}

test("a module that stays of another build is refused, with what helps", async () => {
  await assert.rejects(compileAt(`${origin}/other.wasm`), (error: Error & { code?: string }) => {
    assert.equal(error.code, "load-failed");
    assert.match(error.message, /other\.wasm is of another version than this code: .* Reload the page\./);
    assert.equal((error.cause as Error).message, "its build is new, this code's is this");
    return true;
  });
});

test("a module from inside inline.js is refused too", async () => {
  await assert.rejects(compileStream("page_bg.wasm", new Blob([moduleOf("old")]).stream()), { code: "load-failed" });
  assert.ok(await compileStream("page_bg.wasm", new Blob([moduleOf("this")]).stream()));
});

test("a worker of another build is ended and refused", async () => {
  for (const build of ["old", undefined, "this"]) {
    let isEnded = false;
    const worker = {
      onmessage: (_event: object) => {},
      postMessage: () => worker.onmessage({ data: { type: "started", build } }),
      terminate: () => (isEnded = true),
    };
    const starting = started(
      () => worker as unknown as Worker,
      () => assert.fail("it has an error of its own"),
    );
    if (build === "this") assert.equal(await starting, worker as unknown);
    else await assert.rejects(starting, { code: "load-failed", message: /worker's script is of another version/ });
    assert.equal(isEnded, build !== "this");
  }
});
