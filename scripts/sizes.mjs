/**
 * Keeps docs/sizes.md true: the sizes of all downloads, and when each happens.
 *
 * `sizes.mjs` measures dist/. It fails if a file is over its budget, or if a size in the table or in another document
 * is outdated. `sizes.mjs --write` updates the table and the documents.
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync } from "node:zlib";

const TABLE = "docs/sizes.md";

/** Groups of files that are downloaded together, each file with its budget in KiB after brotli. */
const DOWNLOADS = [
  {
    title: "By a page that uses the package, before its first import or export",
    budgets: { "secuencia/index.js": 22, "secuencia/page_bg.wasm": 107 },
  },
  {
    title: "For its workers, at the first import or export",
    budgets: { "secuencia/worker.js": 11, "secuencia/engine_bg.wasm": 880 },
  },
  {
    title: "Instead of all these, as one file, where the others are missing",
    budgets: { "secuencia/inline.js": 1200 },
  },
  {
    title: "With the first player",
    budgets: { "secuencia/player.js": 4, "secuencia/player-worklet.js": 2 },
  },
  {
    title: "With the first picture",
    budgets: { "secuencia/images.js": 3 },
  },
  {
    title: "By a page that also uses the package's other entry points",
    budgets: {
      "secuencia/follow-along.js": 5,
      "secuencia/follow-along-page.js": 7,
      "secuencia/otio.js": 12,
      "secuencia/archive.js": 6,
      "secuencia/describe.js": 6,
      "secuencia/project.js": 4,
    },
  },
  {
    title: "By a program in Node, which reads them from disk",
    budgets: { "secuencia/node.js": 31, "secuencia/node-worker.js": 12, "secuencia/cli.js": 3 },
  },
  {
    title: "By the studio page, beside the package",
    budgets: { "index.html": 1, "app.css": 5, "app.js": 52, "service-worker.js": 5 },
  },
  {
    title: "By the studio page's dialogs and panels, when they are opened",
    budgets: { "app-*.js": 32, "script.css": 2, "result.css": 1, "projects.css": 1 },
  },
  {
    title: "By the studio page in another language than English",
    budgets: { "app-es-*.js": 9 },
  },
];

/** Sentences in other documents that give the size of some files together, in whole KiB after brotli. */
const SENTENCES = [
  { path: "README.md", pattern: /(?<=a page loads )\d+(?= KiB)/, files: Object.keys(DOWNLOADS[0].budgets) },
  { path: "package/README.md", pattern: /(?<=A page loads )\d+(?= KiB)/, files: Object.keys(DOWNLOADS[0].budgets) },
  { path: "package/README.md", pattern: /(?<=the engine then, )\d+(?= KiB)/, files: Object.keys(DOWNLOADS[1].budgets) },
  { path: "README.md", pattern: /(?<=workers' code, )\d+(?= KiB)/, files: Object.keys(DOWNLOADS[1].budgets) },
  { path: "docs/faq.md", pattern: /(?<=A page loads )\d+(?= KiB)/, files: Object.keys(DOWNLOADS[0].budgets) },
  { path: "docs/install.md", pattern: /(?<=`page_bg\.wasm` \| )\d+(?= KiB)/, files: Object.keys(DOWNLOADS[0].budgets) },
  {
    path: "docs/install.md",
    pattern: /(?<=`engine_bg\.wasm` \| )\d+(?= KiB)/,
    files: Object.keys(DOWNLOADS[1].budgets),
  },
  { path: "docs/migrating.md", pattern: /(?<=the engine of )\d+(?= KiB)/, files: Object.keys(DOWNLOADS[1].budgets) },
  { path: "docs/architecture.md", pattern: /(?<=the\sstore: )\d+(?= KiB)/, files: ["secuencia/page_bg.wasm"] },
];

/**
 * The tolerance for written sizes: a share, or an absolute difference in KiB for small files. It exceeds the
 * differences between compiler versions, and stays below what would mislead a reader.
 */
const TOLERANCE = { share: 0.02, kibibytes: 0.5 };

/** @typedef {Map<string, { raw: number, brotli: number }>} Sizes of the site's code, in KiB */

const isCode = (file) => /\.(js|css|html|wasm)$/.test(file);

/** @returns {Sizes} */
export function measure(folder) {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter(({ name }) => isCode(name));
  return new Map(
    files.map((entry) => {
      const path = join(entry.parentPath, entry.name);
      const content = readFileSync(path);
      const [raw, brotli] = [content.length, brotliCompressSync(content).length].map((bytes) => bytes / 1024);
      return [relative(folder, path), { raw, brotli }];
    }),
  );
}

/**
 * Replaces the hashed names of the studio page's chunks with stable ones. Chunks that index.html preloads count as
 * part of `app.js`; a language's words become `app-es-*.js`, and all others `app-*.js`.
 *
 * @param {Sizes} sizes
 * @param {string} page index.html
 * @returns {Sizes}
 */
export function withoutHashes(sizes, page) {
  const named = new Map();
  for (const [file, { raw, brotli }] of sizes) {
    const name = stableName(file, page);
    const before = named.get(name) ?? { raw: 0, brotli: 0 };
    named.set(name, { raw: before.raw + raw, brotli: before.brotli + brotli });
  }
  return named;
}

function stableName(file, page) {
  if (!/^app-[\w-]+\.js$/.test(file)) return file;
  const [, language] = /^app-([a-z]{2})-\w+\.js$/.exec(file) ?? [];
  if (language) return `app-${language}-*.js`;
  return page.includes(file) ? "app.js" : "app-*.js";
}

/**
 * Returns the problems found, as sentences.
 *
 * @param {Sizes} sizes
 * @param {(path: string) => string} read returns a document's text
 */
export function problems(sizes, read) {
  return [...overBudget(sizes), ...outdated(sizes, read)];
}

function overBudget(sizes) {
  const budgets = Object.assign({}, ...DOWNLOADS.map((download) => download.budgets));
  const unlisted = [...sizes.keys()].filter((file) => isCode(file) && !(file in budgets));
  const over = Object.entries(budgets).filter(([file, budget]) => !(sizes.get(file)?.brotli <= budget));
  return [
    ...unlisted.map((file) => `${file} has no budget: give it one in scripts/sizes.mjs.`),
    ...over.map(([file, budget]) => `${file} has ${shown(sizes.get(file)?.brotli)} KiB of ${budget}.`),
  ];
}

function outdated(sizes, read) {
  const rows = new Map(
    [...read(TABLE).matchAll(/^\| `(.+)` \| ([\d.]+) \| ([\d.]+) \| (\d+) \|$/gm)].map(([, file, ...cells]) => [
      file,
      cells.map(Number),
    ]),
  );
  const listed = DOWNLOADS.flatMap(({ budgets }) => Object.entries(budgets));
  const isTrue = ([file, budget]) => {
    const [raw, brotli, written] = rows.get(file) ?? [];
    const size = sizes.get(file);
    return size && isNear(raw, size.raw) && isNear(brotli, size.brotli) && written === budget;
  };
  const wrong = listed.filter((entry) => !isTrue(entry)).map(([file]) => `${TABLE}: ${file}`);
  const untrue = SENTENCES.filter(
    ({ path, pattern, files }) => !isNear(Number(pattern.exec(read(path))), together(sizes, files)),
  ).map(({ path, pattern }) => `${path}: ${pattern}`);
  return [...wrong, ...untrue].map((place) => `${place} is not what it says: run \`npm run sizes\` after a build.`);
}

function isNear(written, actual) {
  return Math.abs(written - actual) <= Math.max(TOLERANCE.share * actual, TOLERANCE.kibibytes);
}

/** Returns the size of some files together, in KiB after brotli. */
const together = (sizes, files) => files.reduce((sum, file) => sum + (sizes.get(file)?.brotli ?? 0), 0);

const shown = (kibibytes) => kibibytes?.toFixed(1) ?? "none";

/** Returns the updated documents, by their paths. */
export function written(sizes, read) {
  const documents = new Map([[TABLE, table(sizes)]]);
  for (const { path, pattern, files } of SENTENCES) {
    const text = documents.get(path) ?? read(path);
    documents.set(path, text.replace(pattern, together(sizes, files).toFixed(0)));
  }
  return documents;
}

function table(sizes) {
  const sections = DOWNLOADS.map(({ title, budgets }) => {
    const files = Object.keys(budgets);
    const rows = files.map((file) => {
      const { raw, brotli } = sizes.get(file);
      return `| \`${file}\` | ${shown(raw)} | ${shown(brotli)} | ${budgets[file]} |`;
    });
    const raw = files.reduce((sum, file) => sum + sizes.get(file).raw, 0);
    const sum = `| **together** | **${shown(raw)}** | **${shown(together(sizes, files))}** | |`;
    return ["", `## ${title}`, "", "| file | as it is | brotli | budget |", "|---|---:|---:|---:|", ...rows, sum];
  });
  return `${[INTRODUCTION, ...sections.flat()].join("\n")}\n`;
}

const INTRODUCTION = `# Sizes

This page lists the downloads in KiB: each file as built, as a server with brotli sends it, and its budget. \`npm run
sizes\` measures the build, and updates this file and the sizes in other documents. \`make lint\` fails if a file exceeds
its budget, or if a written size differs from the build by more than 2 % (half a KiB for small files). The studio page's
service worker also keeps the whole site, with its sample play, for use without a network.`;

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  process.chdir(fileURLToPath(new URL("..", import.meta.url)));
  const read = (path) => readFileSync(path, "utf8");
  const sizes = withoutHashes(measure("dist"), read("dist/index.html"));
  if (process.argv.includes("--write")) {
    for (const [path, text] of written(sizes, read)) writeFileSync(path, text);
  }
  const found = problems(sizes, read);
  for (const problem of found) console.error(`sizes: ${problem}`);
  if (found.length > 0) process.exit(1);
}
