/**
 * Keeps LICENSES/THIRD-PARTY.txt true: every part by others that ships in the package or the site, with its licence's
 * text, as MIT, BSD and others demand. deny.toml says which licences, sources and crates are allowed.
 *
 * `licences.mjs` fails if the list is outdated; `licences.mjs --write` writes it.
 */
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const LIST = "LICENSES/THIRD-PARTY.txt";

/** npm packages that the build puts into files, beside the `dependencies` of package.json: these are in node.js. */
const BUNDLED = ["image-size"];

/** Licences whose whole text is a file of its own in LICENSES. */
const APART = { "MPL-2.0": "MPL-2.0.txt", "CC0-1.0": "minimp3.txt" };

/** A crate whose manifest does not say all: the C++ in it has a licence of its own. */
const CLARIFIED = { "fdk-aac-sys": { licence: "MIT AND FDK-AAC", text: "The text for the C++ is in FDK-AAC.txt." } };

/**
 * @typedef {{ name: string, version: string, licence: string, source: string, folder: string, authors: string[] }} Part
 */

/**
 * Returns the crates that are compiled into the modules. Procedural macros run in the compiler, so neither they nor
 * what only they need ships.
 *
 * @returns {Part[]}
 */
function crates() {
  const args = ["--format-version", "1", "--locked", "--filter-platform", "wasm32-unknown-unknown"];
  const features = ["--no-default-features", "--features", "engine,page"];
  const json = execFileSync("cargo", ["metadata", ...args, ...features], { encoding: "utf8", maxBuffer: 1 << 28 });
  const { packages, resolve } = JSON.parse(json);
  const packageOf = new Map(packages.map((one) => [one.id, one]));
  const nodeOf = new Map(resolve.nodes.map((node) => [node.id, node]));
  const isMacro = (id) => packageOf.get(id).targets.some(({ kind }) => kind.includes("proc-macro"));
  const found = new Set();
  const add = (id) => {
    if (found.has(id) || isMacro(id)) return;
    found.add(id);
    for (const { pkg, dep_kinds } of nodeOf.get(id).deps) if (dep_kinds.some(({ kind }) => kind === null)) add(pkg);
  };
  add(resolve.root);
  found.delete(resolve.root);
  return [...found].map((id) => {
    const { name, version, license, repository, manifest_path, authors } = packageOf.get(id);
    const source = repository ?? `https://crates.io/crates/${name}`;
    return {
      name,
      version,
      licence: CLARIFIED[name]?.licence ?? license,
      source,
      folder: dirname(manifest_path),
      authors,
    };
  });
}

/** @returns {Part[]} */
function npmPackages() {
  const { dependencies } = JSON.parse(readFileSync("package.json", "utf8"));
  const found = new Map();
  const add = (name) => {
    if (found.has(name)) return;
    const folder = join("node_modules", name);
    const manifest = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    const { version, license: licence, author, repository, dependencies: more = {} } = manifest;
    const source = repository?.url ?? repository ?? `https://www.npmjs.com/package/${name}`;
    found.set(name, { name, version, licence, source, folder, authors: [author?.name ?? author].filter(Boolean) });
    for (const one of Object.keys(more)) add(one);
  };
  for (const name of [...Object.keys(dependencies), ...BUNDLED]) add(name);
  return [...found.values()];
}

/** Returns the texts of a part's licence, as it has them: of a choice, those of MIT. */
function textsOf(part) {
  const clarified = CLARIFIED[part.name];
  return [...(clarified ? [clarified.text] : []), ...ownTexts(part)];
}

function ownTexts({ name, licence, folder, authors }) {
  const files = readdirSync(folder).filter((file) => /^(licen[cs]e|copying|copyright|notice|unlicense)/i.test(file));
  const texts = files
    .filter((file) => existsSync(join(folder, file)) && !/\.(html|rtf)$/i.test(file))
    .map((file) => ({ file, text: readFileSync(join(folder, file), "utf8").replaceAll("\r\n", "\n").trim() }));
  const isChoice = / OR |\//.test(licence);
  const chosen = isChoice
    ? texts.filter(({ file, text }) => /mit/i.test(file) || /^(the )?mit license/i.test(text))
    : texts;
  const used = chosen.length > 0 ? chosen : texts;
  const apart = Object.entries(APART).find(([id]) => licence === id);
  if (apart) return [`The text is in ${apart[1]}.`];
  if (used.length > 0) return used.map(({ text }) => text);
  if (/\bMIT\b/.test(licence)) return [mit(authors.length > 0 ? authors.join(", ") : `the authors of ${name}`)];
  throw new Error(`${name} has no text of its licence, ${licence}.`);
}

const mit = (owners) => `MIT License

Copyright (c) ${owners}

${readFileSync("LICENSE-MIT", "utf8")
  .replace(/^[\s\S]*?(?=Permission is hereby granted)/, "")
  .trim()}`;

/** Returns the list: the parts, then each text once, with the parts that it is for. */
function list() {
  const parts = [...crates(), ...npmPackages()].sort((a, b) =>
    `${a.name} ${a.version}` < `${b.name} ${b.version}` ? -1 : 1,
  );
  const partsOf = new Map();
  for (const part of parts) {
    for (const text of textsOf(part)) partsOf.set(text, [...(partsOf.get(text) ?? []), `${part.name} ${part.version}`]);
  }
  const rows = parts.map(({ name, version, licence, source }) => `${name} ${version}\n    ${licence}\n    ${source}`);
  const texts = [...partsOf].map(([text, names]) => `${"=".repeat(80)}\n${names.join(", ")}\n\n${text}`);
  return `${[INTRODUCTION, rows.join("\n"), ...texts].join("\n\n")}\n`;
}

const INTRODUCTION = `Parts by others in Secuencia: in its modules of WebAssembly, its JavaScript and its studio page.

README.md beside this file says what the main parts do. The Rust standard library, by the Rust project's developers, is
in both modules too, under MIT OR Apache-2.0 (https://github.com/rust-lang/rust). FDK-AAC.txt, Opus.txt, minimp3.txt and
MPL-2.0.txt have licences of their own files. \`node scripts/licences.mjs --write\` writes this list.`;

if (import.meta.filename === process.argv[1]) {
  process.chdir(fileURLToPath(new URL("..", import.meta.url)));
  const made = list();
  if (process.argv.includes("--write")) writeFileSync(LIST, made);
  else if (!existsSync(LIST) || readFileSync(LIST, "utf8") !== made) {
    console.error(`licences: ${LIST} is outdated: run \`node scripts/licences.mjs --write\`.`);
    process.exitCode = 1;
  }
}
