/** Tests of the server: which ranges it answers, what no request can end, and who can reach it. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { networkInterfaces, tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { serveSite } from "../webdriver/site.mjs";

const folder = mkdtempSync(join(tmpdir(), "secuencia-serve-"));
writeFileSync(join(folder, "index.html"), "0123456789");
let site;
before(async () => {
  site = await serveSite(folder);
});
after(async () => {
  await site?.close();
  rmSync(folder, { recursive: true });
});

const ask = async (range) => {
  const response = await fetch(site.url, { headers: { Range: range } });
  return { status: response.status, text: await response.text() };
};

test("a range gets its bytes, and one behind the end is refused", async () => {
  assert.deepEqual(await ask("bytes=2-5"), { status: 206, text: "2345" });
  assert.deepEqual(await ask("bytes=8-"), { status: 206, text: "89" });
  assert.deepEqual(await ask("bytes=8-99"), { status: 206, text: "89" });
  assert.deepEqual(await ask("bytes=10-"), { status: 416, text: "" });
});

test("a range that is malformed, or of another form, gets the whole file", async () => {
  const others = [
    "bytes=5-2",
    "bytes=-2",
    "bytes=0-1,3-4",
    "bytes=a-b",
    "bytes=-",
    "bytes=",
    "lines=1-2",
    "5-2",
    "bytes=1--2",
  ];
  for (const range of others) assert.deepEqual(await ask(range), { status: 200, text: "0123456789" }, range);
});

test("malformed addresses do not end it", async () => {
  const { hostname, port } = new URL(site.url);
  for (const path of ["/%", "//", "/../../etc/passwd", "/%00", "/examples/%2e%2e/%2e%2e/Makefile", "*"]) {
    const status = await new Promise((resolve, reject) => {
      const socket = connect(Number(port), hostname, () =>
        socket.write(`GET ${path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`),
      );
      socket.once("data", (data) => resolve(Number(String(data).split(" ")[1])));
      socket.once("error", reject);
      socket.once("close", () => resolve(0));
    });
    assert.ok([200, 400, 404].includes(status), `${path}: ${status}`);
  }
  assert.equal((await fetch(site.url)).status, 200);
});

test("it is reached from this machine alone, unless HOST says otherwise", async () => {
  const { port } = new URL(site.url);
  const own = Object.values(networkInterfaces())
    .flat()
    .find(({ family, internal }) => family === "IPv4" && !internal);
  if (!own) return;
  await assert.rejects(fetch(`http://${own.address}:${port}/`));
});
