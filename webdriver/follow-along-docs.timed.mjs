/** The code to copy from docs/follow-along.md works unchanged. */
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { writeTone } from "./audio.mjs";
import { engineNames, openBrowser } from "./engines.mjs";
import { webvttOf } from "./player.mjs";

const LINES = [
  { start: 0.5, end: 2, voice: "PIP", text: "One & two" },
  { start: 1.5, end: 3, voice: "ODETTE", text: "Three" },
  { start: 3, end: 4, text: "Four" },
];
const folder = mkdtempSync(join(tmpdir(), "follow-along-docs-"));
let server;
before(async () => {
  const [, snippet] = /```html\n(.*?)```/s.exec(readFileSync("docs/follow-along.md", "utf8"));
  const files = {
    "/": ["text/html", `<!doctype html><meta charset="utf-8">${snippet}`],
    "/play.vtt": ["text/vtt", webvttOf(LINES)],
    // Every browser plays WAV, even with this name.
    "/play.m4a": ["audio/wav", readFileSync(writeTone(join(folder, "tone.wav"), { frequency: 440, seconds: 5 }))],
  };
  server = createServer(({ url, headers }, response) => {
    const [type, content] = files[url] ?? ["text/plain", ""];
    const body = Buffer.from(content);
    // Chromium seeks only if the server supports range requests.
    const [, from] = /^bytes=(\d+)-$/.exec(headers.range ?? "") ?? [];
    const range = from !== undefined && { "Content-Range": `bytes ${from}-${body.length - 1}/${body.length}` };
    response.writeHead(range ? 206 : files[url] ? 200 : 404, {
      "Content-Type": type,
      "Accept-Ranges": "bytes",
      ...range,
    });
    response.end(body.subarray(Number(from ?? 0)));
  });
  await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
});
after(() => {
  server.closeAllConnections();
  server.close();
  rmSync(folder, { recursive: true, force: true });
});

for (const engine of engineNames) {
  test(`${engine}: the snippet lists the lines, marks those being spoken, and jumps`, async () => {
    const { driver, close } = await openBrowser(engine);
    try {
      await driver.get(`http://127.0.0.1:${server.address().port}/`);
      const { lines, marked } = await driver.executeAsyncScript(tryOut, [1, 1.7, 2.5, 3.5, 4.5]);
      assert.deepEqual(lines, ["PIP: One & two", "ODETTE: Three", "Four"]);
      assert.deepEqual(marked, [[0], [0, 1], [1], [2], []]);
      const clicked = await driver.executeAsyncScript(clickLast);
      assert.ok(Math.abs(clicked.time - 3) < 0.01);
      assert.deepEqual(clicked.marked, [2]);
    } finally {
      await close();
    }
  });
}

// The functions below run in the page.

async function tryOut(times, done) {
  const audio = document.querySelector("audio");
  const wait = (milliseconds) => new Promise((next) => setTimeout(next, milliseconds));
  window.lines = () => [...document.querySelectorAll("#script button")];
  window.marked = () => window.lines().flatMap((line, index) => (line.ariaCurrent === "true" ? [index] : []));
  window.arrive = async () => {
    while (audio.seeking) await wait(10);
    await wait(200);
  };
  while (audio.readyState < 1 || window.lines().length === 0) await wait(10);
  const marked = [];
  for (const time of times) {
    audio.currentTime = time;
    await window.arrive();
    marked.push(window.marked());
  }
  done({ lines: window.lines().map((line) => line.textContent), marked });
}

async function clickLast(done) {
  window.lines().at(-1).click();
  await window.arrive();
  done({ time: document.querySelector("audio").currentTime, marked: window.marked() });
}
