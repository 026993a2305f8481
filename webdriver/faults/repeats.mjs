/**
 * Exports half an hour 50 times in one tab, and holds the memory flat after the third (docs/reliability.md):
 *
 *     node --import tsx webdriver/faults/repeats.mjs [--minutes 30] [--exports 50] [--write]
 */
import assert from "node:assert/strict";
import { parseArgs } from "node:util";
import { rendererBytes } from "../processes.mjs";
import { writeBetween } from "./document.mjs";
import { exportAgain, startSurvivalPage } from "./survival-page.mjs";

/** The growth that is noise: pages of memory that the browser has freed and not yet given back. */
const NOISE = 0.05;
const MIB = 2 ** 20;

const { values } = parseArgs({
  options: {
    minutes: { type: "string", default: "30" },
    exports: { type: "string", default: "50" },
    write: { type: "boolean", default: false },
  },
});
const [minutes, exports] = [Number(values.minutes), Number(values.exports)];
const page = await startSurvivalPage(minutes);
const { driver, browser } = page.session;
const found = [];
try {
  for (let count = 1; count <= exports; count += 1) {
    const { bytes, wasmBytes, error } = await page.run(exportAgain, { workers: 2, quality: "draft" });
    assert.equal(error, undefined);
    await driver.sendDevToolsCommand("HeapProfiler.collectGarbage", {});
    found.push({ bytes, wasmBytes, resident: rendererBytes(browser.pid) });
    console.log(`${count}\t${mebibytes(found.at(-1).resident)} MiB, of them wasm ${mebibytes(wasmBytes)}`);
  }
} finally {
  await page.close();
}
assert.equal(new Set(found.map(({ bytes }) => bytes)).size, 1, "the files differ in size");
// Tenths at the beginning and at the end, because a single look depends on what the browser happens to hold.
const settled = found.slice(2);
const tenth = Math.max(1, Math.floor(settled.length / 10));
const first = median(settled.slice(0, tenth).map(({ resident }) => resident));
const last = median(settled.slice(-tenth).map(({ resident }) => resident));
const wasm = settled.map(({ wasmBytes }) => wasmBytes);
const [fewest, most] = [Math.min(...wasm), Math.max(...wasm)].map(mebibytes);
const sentence = [
  `${exports} exports of ${minutes} minutes in one tab: the renderer has ${mebibytes(first)} MiB after the exports 3`,
  `to ${2 + tenth}, and ${mebibytes(last)} after the last ${tenth}. A worker's module has ${fewest} to ${most} MiB.`,
].join("\n");
console.log(`\n${sentence}`);
if (values.write) writeBetween("repeats", sentence);
assert.ok(last < first * (1 + NOISE), "the renderer grows");
assert.equal(Math.max(...wasm), wasm[0], "a module grows");

function mebibytes(bytes) {
  return (bytes / MIB).toFixed(1);
}

function median(numbers) {
  return numbers.sort((one, other) => one - other)[Math.floor(numbers.length / 2)];
}
