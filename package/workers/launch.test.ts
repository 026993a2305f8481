/** Tests of starting the page's module, with a stand-in that counts its starts. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { loadPage } from "./launch.js";

const STARTS_ONCE = `
let isStarted = false;
export const starts = [];
export default async function init() {
  if (isStarted) return;
  starts.push("start");
  await new Promise((resolve) => setTimeout(resolve));
  isStarted = true;
}`;

const FAILS_AT_FIRST = `
export const starts = [];
export default async function init() {
  starts.push("start");
  if (starts.length === 1) throw new TypeError("Failed to fetch");
}`;

/** Returns a folder with a page's module in it. The folder is removed when the test ends. */
function folderWith(source: string, t: { after(end: () => void): void }): URL {
  const folder = mkdtempSync(join(tmpdir(), "secuencia-launch-"));
  t.after(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
  writeFileSync(join(folder, "page.js"), source);
  Object.assign(globalThis, { document: { baseURI: "http://localhost/" } });
  t.after(() => Reflect.deleteProperty(globalThis, "document"));
  return pathToFileURL(folder);
}

const startsOf = (page: unknown) => (page as { starts: string[] }).starts.length;

test("libraries that are opened at the same time start the page's module once", async (t) => {
  const folder = folderWith(STARTS_ONCE, t);
  const pages = await Promise.all([loadPage(folder), loadPage(folder), loadPage(`${folder}/`)]);
  for (const page of [...pages, await loadPage(folder)]) assert.equal(startsOf(page), 1);
});

test("a start that failed is tried again by the next library", async (t) => {
  const folder = folderWith(FAILS_AT_FIRST, t);
  const together = await Promise.allSettled([loadPage(folder), loadPage(folder)]);
  for (const { status } of together) assert.equal(status, "rejected");
  assert.equal(startsOf(await loadPage(folder)), 2);
});
