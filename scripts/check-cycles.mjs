/**
 * `check-cycles.mjs` fails if Rust files in src/ import each other in a circle, and prints each circle as a path.
 *
 * A file imports the file that defines an item it names, by `use` or by a path in its code; re-exports are followed to
 * that file. Declaring `mod child;` is not an import, and neither is re-exporting an item that the file's own code
 * does not name. So a parent and its child make a circle only if the code of each names items of the other.
 *
 * The check reads text, and misses imports that only a compiler sees: methods and fields (so also an `impl` in another
 * file than its type), traits in scope, macros from other files, and names that a macro makes. It skips tests.
 */
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";

/** Matches every comment, string and character, so that the search sees only code. Lifetimes do not match. */
const NO_CODE =
  /\/\/[^\n]*|\/\*[\s\S]*?\*\/|\bb?r(#*)"[\s\S]*?"\1|"(?:\\[\s\S]|[^"\\])*"|'(?:\\(?:u\{\w+\}|x\w\w|.)|[^'\\\n])'/g;
const TEST = /#\[cfg\((?:test|all\(test\b[^\]]*)\)\]/g;
const USE = /(?<![\w#])(pub(?:\([^)]*\))?\s+)?use\s+([^;]+);/g;
const DEFINITION = /\b(?:fn|struct|enum|union|trait|type|const|static|mod|macro_rules!)\s+(?:mut\s+)?(\w+)/g;
const PATH = /(?<![\w:])\w+(?:::\w+)+/g;

/**
 * Finds the circles of imports among files.
 *
 * @param {Map<string, string>} sources each file's text, by its path from the folder of the crate's root file:
 *   `mix/pan.rs`
 * @returns {{ file: string, item: string }[][]} the shortest circle through each import, each circle once. Every step
 *   imports `item` from the next step's file, and the last step from the first one's.
 */
export function circlesIn(sources) {
  const modules = readModules(sources);
  const imports = new Map([...modules.values()].map((module) => [module.file, importsOf(module, modules)]));
  const circles = new Map();
  for (const [file, targets] of imports) {
    for (const target of targets.keys()) {
      const path = shortestPath(imports, target, file);
      if (!path) continue;
      // Starts at the first file in the alphabet, so that each circle is found once.
      const start = path.indexOf([...path].sort()[0]);
      const files = [...path.slice(start), ...path.slice(0, start)];
      const steps = files.map((from, index) => ({
        file: from,
        item: imports.get(from).get(files[(index + 1) % files.length]),
      }));
      circles.set(files.join(), steps);
    }
  }
  return [...circles.keys()].sort().map((key) => circles.get(key));
}

/** Returns the modules by their paths (`crate::mix::pan`), without those that exist only for tests. */
function readModules(sources) {
  const modules = new Map();
  const forTests = [];
  for (const [file, text] of sources) {
    const names = file.replace(/\.rs$/, "").split("/");
    if (["lib", "mod"].includes(names.at(-1))) names.pop();
    const path = ["crate", ...names].join("::");
    const { code, tests } = withoutTests(text.replace(NO_CODE, " ").replaceAll("$crate", "crate"));
    forTests.push(...tests.map((name) => `${path}::${name}`));
    const uses = [...code.matchAll(USE)].flatMap(([, isPublic, tree]) =>
      leaves(tree).map((leaf) => ({ ...leaf, isPublic: Boolean(isPublic) })),
    );
    const rest = code.replace(USE, " ");
    const defined = new Set([...withoutBodies(rest).matchAll(DEFINITION)].map(([, name]) => name));
    modules.set(path, { path, file, uses, defined, code: rest });
  }
  for (const test of forTests) {
    for (const path of modules.keys()) if (path === test || path.startsWith(`${test}::`)) modules.delete(path);
  }
  return modules;
}

/** Removes code that is compiled only for tests. Returns the rest, and the names of the test modules in files. */
function withoutTests(code) {
  const tests = [];
  let kept = "";
  let from = 0;
  for (const { index } of code.matchAll(TEST)) {
    if (index < from) continue;
    kept += code.slice(from, index);
    const item = code.slice(index).replace(/^(#\[[^\]]*\]\s*)+/, (attributes) => " ".repeat(attributes.length));
    let depth = 0;
    let end = 0;
    for (; end < item.length; end++) {
      if (item[end] === "{") depth++;
      if (item[end] === "}" && --depth === 0) break;
      if (item[end] === ";" && depth === 0) break;
    }
    const file = /^\s*(?:pub\s+)?mod\s+(\w+)\s*;/.exec(item);
    if (file) tests.push(file[1]);
    from = index + end + 1;
  }
  return { code: kept + code.slice(from), tests };
}

/** Returns a module's items without the contents of their braces. */
function withoutBodies(code) {
  const shorter = code.replace(/\{[^{}]*\}/g, ";");
  return shorter === code ? code : withoutBodies(shorter);
}

/**
 * Returns the paths and names in a use tree: `a::b` as `b` and `a::c` as `d` for `a::{b, c as d}`. A glob is named
 * `*`.
 */
function leaves(tree, before = []) {
  const text = tree.trim().replace(/^::/, "");
  const group = /^((?:\w+::)*)\{([\s\S]*)\}$/.exec(text);
  if (group) {
    const path = [...before, ...group[1].split("::").filter(Boolean)];
    return splitList(group[2]).flatMap((part) => leaves(part, path));
  }
  const [path, alias] = text.split(/\s+as\s+/);
  const names = [...before, ...path.split("::").map((name) => name.trim())];
  if (names.at(-1) === "self" && names.length > 1) names.pop();
  if (names.at(-1) === "*") return [{ path: names.slice(0, -1), name: "*" }];
  return [{ path: names, name: alias ?? names.at(-1) }];
}

/** Splits a list at commas outside braces. */
function splitList(text) {
  const parts = [""];
  let depth = 0;
  for (const letter of text) {
    if (letter === "{") depth++;
    if (letter === "}") depth--;
    if (letter === "," && depth === 0) parts.push("");
    else parts[parts.length - 1] += letter;
  }
  return parts.filter((part) => part.trim() !== "");
}

/** Returns the files that a module imports, each with one imported item. */
function importsOf(module, modules) {
  const imports = new Map();
  const add = (path) => {
    const found = find(module, path, modules);
    if (found?.file && found.file !== module.file && !imports.has(found.file)) imports.set(found.file, path.at(-1));
  };
  const words = new Set(module.code.match(/\w+/g));
  for (const { path, name, isPublic } of module.uses) {
    if (name !== "*" && (!isPublic || words.has(name))) add(path);
  }
  for (const [path] of module.code.matchAll(PATH)) add(path.split("::"));
  // Code names an item from a glob by a single word.
  if (module.uses.some(({ name }) => name === "*")) {
    for (const word of words) {
      if (!module.defined.has(word) && !module.uses.some(({ name }) => name === word)) add([word]);
    }
  }
  return imports;
}

/** Resolves a path from a module: to an item's file, to a module, or to nothing if it leads out of the crate. */
function find(module, [first, ...rest], modules, seen = []) {
  if (first === undefined) return { module };
  const onward = (path) => modules.has(path) && find(modules.get(path), rest, modules, seen);
  if (first === "crate") return onward("crate");
  if (first === "self") return onward(module.path);
  if (first === "super") return onward(module.path.replace(/::\w+$/, ""));
  const child = `${module.path}::${first}`;
  if (rest.length > 0 && modules.has(child)) return onward(child);
  const use = module.uses.find((one) => one.name === first);
  if (use && !seen.includes(use)) {
    const target = find(module, use.path, modules, [...seen, use]);
    return target?.module ? find(target.module, rest, modules, [...seen, use]) : target;
  }
  if (modules.has(child)) return onward(child);
  if (module.defined.has(first)) return { file: module.file };
  for (const glob of module.uses.filter((one) => one.name === "*" && !seen.includes(one))) {
    const target = find(module, glob.path, modules, [...seen, glob]);
    const found = target?.module && find(target.module, [first, ...rest], modules, [...seen, glob]);
    if (found) return found;
  }
}

/** Returns the files on a shortest path of imports, both ends included. */
function shortestPath(imports, from, to) {
  const cameFrom = new Map([[from, undefined]]);
  for (const file of cameFrom.keys()) {
    if (file === to) {
      const path = [];
      for (let step = to; step; step = cameFrom.get(step)) path.unshift(step);
      return path;
    }
    for (const next of imports.get(file)?.keys() ?? []) if (!cameFrom.has(next)) cameFrom.set(next, file);
  }
}

if (import.meta.filename === process.argv[1]) {
  // New files too, before they are committed.
  const list = ["ls-files", "--cached", "--others", "--exclude-standard", "src/*.rs"];
  const listed = execFileSync("git", list, { encoding: "utf8" }).trim().split("\n");
  const paths = listed.filter((path) => existsSync(path));
  const circles = circlesIn(new Map(paths.map((path) => [path.replace(/^src\//, ""), readFileSync(path, "utf8")])));
  for (const steps of circles) {
    const path = steps.map(({ file, item }) => `src/${file} → (${item}) `).join("");
    console.error(`circle: ${path}src/${steps[0].file}`);
  }
  if (circles.length > 0) process.exitCode = 1;
}
