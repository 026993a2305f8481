/**
 * Exports half an hour 50 times in one tab, and holds the memory flat from the second third on (docs/reliability.md):
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
// Between two collections of garbage the renderer grows, whatever the page does. So the least of each third counts.
const settled = found.slice(2);
const third = Math.ceil(settled.length / 3);
const [first, second, last] = [0, 1, 2].map((part) =>
  Math.min(...settled.slice(part * third, (part + 1) * third).map(({ resident }) => resident)),
);
const wasm = settled.map(({ wasmBytes }) => wasmBytes);
const sentence = [
  `${exports} exports of ${minutes} minutes in one tab: from the third on, the renderer has at least ${mebibytes(first)}`,
  `MiB in the first third of them, ${mebibytes(second)} in the second and ${mebibytes(last)} in the last. A worker's`,
  `module has ${mebibytes(Math.min(...wasm))} to ${mebibytes(Math.max(...wasm))} MiB.`,
].join("\n");
console.log(`\n${sentence}`);
if (values.write) writeBetween("repeats", sentence);
assert.ok(last < second * (1 + NOISE), "the renderer grows");
assert.equal(wasm.at(-1), wasm[third], "a module grows");

function mebibytes(bytes) {
  return (bytes / MIB).toFixed(1);
}
