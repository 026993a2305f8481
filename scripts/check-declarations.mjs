/**
 * Fails if a wasm module's hand-written declarations differ from those that wasm-bindgen wrote:
 *
 *     node scripts/check-declarations.mjs target/wasm/page.d.ts package/workers/page.d.ts
 *
 * wasm-bindgen knows the functions and `any`; the hand-written file has the shapes of the plain objects. They must
 * have the same functions, classes and methods, each with as many parameters, the same ones optional, and a promise in
 * the same places. The installed TypeScript has no stable parser for scripts, and both files are plain: this reads them
 * by itself.
 */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** Written for every module, and called by wasm-bindgen's own JavaScript, or not at all. */
const COMMON = new Set(["start", "initSync"]);

/**
 * Compares two files' declarations. Returns a sentence for each difference.
 *
 * @param {string} made by wasm-bindgen
 * @param {string} stated by hand
 */
export function differences(made, stated) {
  const [real, claimed] = [callsIn(made), callsIn(stated)];
  const missing = [...real].filter(([name]) => !claimed.has(name) && !name.endsWith(".free"));
  const wrong = [...claimed].filter(([name, call]) => real.get(name) !== call);
  return [
    ...missing.map(([name, call]) => `${name} is not declared: ${call}`),
    ...wrong.map(([name, call]) => `${name} is declared as ${call}; it is ${real.get(name) ?? "not there"}`),
  ];
}

/** Returns each function and method of a file, by name, as `(required, optional?) → promise`. */
function callsIn(text) {
  const source = text.replace(/\/\*.*?\*\/|\/\/[^\n]*/gs, "");
  const calls = new Map();
  for (const { 1: name, index } of source.matchAll(/^export function (\w+)(?=\()/gm)) {
    if (!COMMON.has(name)) calls.set(name, callAt(source, source.indexOf("(", index)));
  }
  for (const { 1: name, index } of source.matchAll(/^export class (\w+)(?= \{)/gm)) {
    const body = within(source, source.indexOf("{", index));
    for (const { 1: isStatic, 2: method, index: start } of body.matchAll(/^ +(static )?(\w+)(?=\()/gm)) {
      calls.set(`${name}${isStatic ? "::" : "."}${method}`, callAt(body, body.indexOf("(", start)));
    }
  }
  return calls;
}

/** Describes the call whose parameters open at a place. */
function callAt(source, open) {
  const parameters = within(source, open);
  const result = source.slice(open + parameters.length + 2).match(/^: *([^;]*)/)?.[1] ?? "";
  const marks = partsOf(parameters).map((parameter) => (/^\w+\?:/.test(parameter) ? "optional" : "required"));
  return `(${marks.join(", ")}) → ${result.startsWith("Promise<") ? "promise" : "value"}`;
}

/** Returns the text inside the bracket that opens at a place. */
function within(source, open) {
  let depth = 0;
  for (let place = open; place < source.length; place++) {
    if ("([{".includes(source[place])) depth++;
    if (")]}".includes(source[place])) depth--;
    if (depth === 0) return source.slice(open + 1, place);
  }
  throw new Error("check-declarations: a bracket is not closed");
}

/** Splits parameters at the commas between them. */
function partsOf(parameters) {
  const parts = [""];
  let depth = 0;
  for (const char of parameters.replaceAll("=>", "→")) {
    if ("([{<".includes(char)) depth++;
    if (")]}>".includes(char)) depth--;
    if (char === "," && depth === 0) parts.push("");
    else parts[parts.length - 1] += char;
  }
  return parts.map((part) => part.trim()).filter((part) => part !== "");
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [made, stated] = process.argv.slice(2);
  if (!made || !stated) {
    console.error("check-declarations: name the file of wasm-bindgen, and the one by hand");
    process.exit(1);
  }
  const found = differences(readFileSync(made, "utf8"), readFileSync(stated, "utf8"));
  for (const sentence of found) console.error(`check-declarations: ${stated}: ${sentence}`);
  if (found.length > 0) process.exitCode = 1;
}
