/** Tests of compiling a module from an address, with the answers that real servers give. */
import assert from "node:assert/strict";
import type { ServerResponse } from "node:http";
import { test } from "node:test";
import { serve } from "./test-server.js";
import { compileAt } from "./wasm.js";

/** The smallest module. */
const EMPTY = Buffer.from([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]);

const send = (status: number, type: string, body: string | Buffer) => (response: ServerResponse) =>
  response.writeHead(status, { "Content-Type": type }).end(body);

const ANSWERS: Record<string, (response: ServerResponse) => void> = {
  "/right.wasm": send(200, "application/wasm", EMPTY),
  "/other-type.wasm": send(200, "application/octet-stream", EMPTY),
  "/type-with-parameter.wasm": send(200, "application/wasm; charset=utf-8", EMPTY),
  "/missing.wasm": send(404, "text/plain", "Not found"),
  "/page.wasm": send(200, "text/html; charset=utf-8", "\n<!doctype html><title>My app</title>"),
  "/empty.wasm": send(200, "text/plain", ""),
  "/damaged.wasm": send(200, "application/wasm", Buffer.concat([EMPTY, Buffer.from([1, 99, 99])])),
  "/damaged-type.wasm": send(200, "text/plain", Buffer.concat([EMPTY, Buffer.from([1, 99, 99])])),
  "/page-as-wasm.wasm": send(200, "application/wasm", "<!doctype html>"),
  "/broken-off.wasm": (response) => {
    response.writeHead(200, { "Content-Type": "text/plain", "Content-Length": 100 }).write(EMPTY);
    setTimeout(() => response.destroy(), 50);
  },
};

const origin = await serve(({ url = "" }, response) => ANSWERS[url]?.(response));

for (const path of ["/right.wasm", "/other-type.wasm", "/type-with-parameter.wasm"]) {
  test(`${path} is compiled`, async () => {
    assert.ok((await compileAt(origin + path)) instanceof WebAssembly.Module);
  });
}

for (const [path, came] of [
  ["/missing.wasm", /the server answered 404 Not Found\. Serve the package's files/],
  ["/page.wasm", /the server sent an HTML page instead \(text\/html; charset=utf-8\)\. .*secuencia\/inline\.js/],
  ["/empty.wasm", /the server sent something else \(text\/plain\)/],
  ["/damaged.wasm", /is damaged: /],
  ["/damaged-type.wasm", /is damaged: /],
  ["/page-as-wasm.wasm", /is damaged: /],
  ["/broken-off.wasm", /it broke off/],
] as const) {
  test(`${path} is refused, with what came`, async () => {
    await assert.rejects(compileAt(origin + path), (error: Error & { code?: string }) => {
      assert.equal(error.code, "load-failed");
      assert.ok(error.message.startsWith(origin + path), error.message);
      assert.match(error.message, came);
      return true;
    });
  });
}

test("a request that fails names the policies that may be in the way", async () => {
  await assert.rejects(compileAt("http://127.0.0.1:1/page_bg.wasm"), (error: Error & { code?: string }) => {
    assert.equal(error.code, "load-failed");
    assert.match(
      error.message,
      /^http:\/\/127.0.0.1:1\/page_bg.wasm cannot be loaded: the request failed.*connect-src/,
    );
    assert.ok(error.cause instanceof TypeError);
    return true;
  });
});
