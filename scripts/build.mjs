/**
 * Builds the site into dist/: the package in dist/secuencia/, and the studio page that uses it. The wasm modules come
 * from scripts/build-wasm.sh, which must run first. Fails if a file is too large to keep offline.
 */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { chmodSync, cpSync, existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { basename, dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { differences } from "./check-declarations.mjs";
import { META_POLICY } from "./policy.mjs";
import { isUnused, seal } from "./seal.mjs";

process.chdir(fileURLToPath(new URL("..", import.meta.url)));

const WASM = "target/wasm";
/** The largest size of any file in the site. The engine is by far the largest. */
const MAX_KIBIBYTES = 3 * 1024;

/** wasm-bindgen's JavaScript, which goes into the files that use it. */
const wasmGlue = {
  name: "wasm-glue",
  setup: ({ onResolve }) =>
    onResolve({ filter: /\/(page|engine)\.js$/ }, ({ path }) => ({ path: join(process.cwd(), WASM, basename(path)) })),
};

/**
 * The name of the package's build. Each of its files has it, so that files of different builds, which a cache or a
 * server in the middle of an update may give, are recognised before they are used together.
 */
const BUILD = nameOf([
  ...["page.js", "page_bg.wasm", "engine.js", "engine_bg.wasm"].map((file) => `${WASM}/${file}`),
  ...readdirSync("package", { recursive: true })
    .filter((file) => /(?<!\.test)\.(ts|css|json)$/.test(file))
    .sort()
    .map((file) => `package/${file}`),
]);

const common = { bundle: true, format: "esm", target: "es2022", minify: true, legalComments: "none" };
/** The package's files come with maps, so that its users' tools show its sources. */
const published = {
  ...common,
  outdir: "dist/secuencia",
  sourcemap: true,
  define: { PACKAGE_BUILD: JSON.stringify(BUILD) },
};

rmSync("dist", { recursive: true, force: true });
await buildPackage();
await buildPage();
check(await seal("dist"));

/**
 * Builds the package: the page's and the worker's scripts, both wasm modules, all of these as one file, the
 * follow-along player and all types.
 */
async function buildPackage() {
  await build({
    ...published,
    entryPoints: {
      index: "package/index.ts",
      otio: "package/otio.ts",
      archive: "package/archive.ts",
      describe: "package/describe.ts",
      project: "package/project.ts",
      images: "package/images.ts",
      player: "package/player.ts",
      "player-worklet": "package/player-worklet.ts",
    },
    external: ["./inline.js", "./images.js", "./player.js"],
    plugins: [wasmGlue],
  });
  // The worker runs as a module and, from a Blob, as a classic script.
  await build({
    ...published,
    format: "iife",
    entryPoints: { worker: "package/workers/worker.ts" },
    plugins: [wasmGlue],
  });
  for (const file of ["page_bg.wasm", "engine_bg.wasm"]) {
    writeFileSync(`dist/secuencia/${file}`, withName(readFileSync(`${WASM}/${file}`)));
  }
  await buildInline();
  await buildForNode();
  await buildFollowAlong();
  for (const file of ["package.json", "README.md", "llms.txt"]) cpSync(`package/${file}`, `dist/secuencia/${file}`);
  cpSync("CHANGELOG.md", "dist/secuencia/CHANGELOG.md");
  // Anyone who redistributes the modules must include their licences; FDK's requires its whole text.
  for (const path of ["LICENSE-MIT", "LICENSE-APACHE", "LICENSES"]) {
    cpSync(path, `dist/secuencia/${path}`, { recursive: true });
  }
  for (const module of ["page", "engine"]) checkDeclarations(module);
  const types = ["--project", "package/tsconfig.json", "--outDir", "dist/secuencia"];
  execFileSync("node_modules/.bin/tsc", types, { stdio: "inherit" });
  execFileSync("node_modules/.bin/tsc", ["--project", "package/node/tsconfig.json", ...types.slice(2)], {
    stdio: "inherit",
  });
  // The compiler does not copy hand-written types.
  cpSync("package/workers/page.d.ts", "dist/secuencia/workers/page.d.ts");
  checkTypes("dist/secuencia");
}

/** Returns the name of a build that is made of these files. */
function nameOf(files) {
  if (!existsSync(WASM)) fail(`There is no ${WASM}: run scripts/build-wasm.sh first.`);
  const hash = createHash("sha256");
  for (const file of files) hash.update(`${file}\n`).update(readFileSync(file));
  return hash.digest("hex").slice(0, 12);
}

/** Returns a module with the build's name in a custom section: ID 0, its length, and a name with its own length. */
function withName(module) {
  const [name, content] = ["secuencia", BUILD].map((text) => Buffer.from(text));
  const section = Buffer.concat([Buffer.from([name.length]), name, content]);
  return Buffer.concat([module, Buffer.from([0, section.length]), section]);
}

/** Fails if a module's hand-written declarations are not those of its functions. */
function checkDeclarations(module) {
  const [made, stated] = [`${WASM}/${module}.d.ts`, `package/workers/${module}.d.ts`];
  const found = differences(readFileSync(made, "utf8"), readFileSync(stated, "utf8"));
  if (found.length > 0) fail(`${stated}: ${found.join("; ")}`);
}

/** Fails if a published type file imports one that is not published. */
function checkTypes(folder) {
  for (const file of readdirSync(folder, { recursive: true }).filter((name) => name.endsWith(".d.ts"))) {
    const named = readFileSync(join(folder, file), "utf8").matchAll(/(?:from |import\()"(\.[^"]+)\.js"/g);
    for (const [, path] of named) {
      if (!existsSync(join(folder, dirname(file), `${path}.d.ts`)))
        fail(`${file} refers to ${path}.d.ts: it is not there`);
    }
  }
}

/** Builds the package as one file, with the other built files inside. */
async function buildInline() {
  const wasm = (file) => gzipSync(readFileSync(`dist/secuencia/${file}`), { level: 9 }).toString("base64");
  // A Blob has no map beside it.
  const script = (file) => readFileSync(`dist/secuencia/${file}`, "utf8").replace(/\n\/\/# sourceMappingURL=.*/, "");
  const FILES = {
    page: wasm("page_bg.wasm"),
    engine: wasm("engine_bg.wasm"),
    worker: script("worker.js"),
    worklet: script("player-worklet.js"),
  };
  const ownFilesInside = {
    name: "own-files-inside",
    setup: ({ onResolve }) =>
      onResolve({ filter: /\/own\.js$/ }, () => ({ path: join(process.cwd(), "package/loading/own-inline.ts") })),
  };
  await build({
    ...published,
    entryPoints: ["package/inline.ts"],
    define: { ...published.define, FILES: JSON.stringify(FILES) },
    plugins: [wasmGlue, ownFilesInside],
  });
}

/** Builds the entry point and the command for Node, and the script of its threads. */
async function buildForNode() {
  const nodes = (name) => ({ path: join(process.cwd(), `package/node/${name}.ts`) });
  const forNode = {
    name: "for-node",
    setup({ onResolve }) {
      // The module that replaces another may import that one.
      const isOwn = ({ importer }) => importer.includes("/package/node/");
      onResolve({ filter: /\/engine\.js$/ }, (from) => (isOwn(from) ? undefined : nodes("engine")));
      onResolve({ filter: /\/images\.js$/ }, (from) => (isOwn(from) ? undefined : nodes("picture")));
      onResolve({ filter: /^\.\.\/node\.js$/ }, () => ({ path: "./node.js", external: true }));
    },
  };
  await build({
    ...published,
    platform: "node",
    target: "node20",
    // A player needs a page.
    external: ["./player.js"],
    entryPoints: { node: "package/node.ts", cli: "package/node/cli.ts", "node-worker": "package/node/worker.ts" },
    plugins: [forNode, wasmGlue],
    // The package's list of modules with side effects names its built files, not these.
    ignoreAnnotations: true,
  });
  chmodSync("dist/secuencia/cli.js", 0o755);
}

/** Builds the follow-along player, and the module that writes pages: it inlines the player as text with its hash. */
async function buildFollowAlong() {
  const inline = (text) => ({ text, hash: `sha256-${createHash("sha256").update(text).digest("base64")}` });
  const compact = async (path, options = {}) => {
    const built = await build({ ...common, entryPoints: [path], write: false, plugins: [styleAsText], ...options });
    return built.outputFiles[0].text.trim();
  };
  const styleAsText = {
    name: "style-as-text",
    setup: ({ onLoad }) =>
      onLoad({ filter: /\.css$/ }, async ({ path }) => ({
        contents: await compact(path, { plugins: [] }),
        loader: "text",
      })),
  };
  const INLINE = {
    script: inline(await compact("package/follow-along/opened.ts", { format: "iife" })),
    style: inline(await compact("package/follow-along/page.css", { plugins: [] })),
  };
  await build({
    ...published,
    entryPoints: ["package/follow-along.ts", "package/follow-along-page.ts"],
    external: ["./follow-along-page.js"],
    define: { ...published.define, INLINE: JSON.stringify(INLINE) },
    plugins: [styleAsText],
  });
}

/** Builds the page. It imports the package by name, as any bundled page would, and loads it from the served folder. */
async function buildPage() {
  const servedPackage = {
    name: "served-package",
    setup: ({ onResolve }) =>
      onResolve({ filter: /^secuencia(\/|$)/ }, ({ path }) => ({
        path: path === "secuencia" ? "./secuencia/index.js" : `./${path}`,
        external: true,
      })),
  };
  const { metafile } = await build({
    ...common,
    entryPoints: { app: "www/src/main.tsx" },
    outdir: "dist",
    jsx: "automatic",
    jsxImportSource: "preact",
    plugins: [servedPackage],
    // Code that only a rarely opened dialog needs loads with that dialog.
    splitting: true,
    chunkNames: "app-[name]-[hash]",
    metafile: true,
    define: { VERSION: JSON.stringify(JSON.parse(readFileSync("package/package.json", "utf8")).version) },
  });
  for (const name of ["app", "script", "result", "projects"]) {
    await build({ ...common, entryPoints: { [name]: `www/styles/${name}.css` }, outdir: "dist" });
  }
  for (const path of ["index.html", "manifest.webmanifest", "icons", "sample"]) {
    cpSync(`www/${path}`, `dist/${path}`, { recursive: true });
  }
  // Code shared with later chunks is in a file of its own. Preloading it loads it in parallel with the page's script.
  const shared = metafile.outputs["dist/app.js"].imports.filter(
    ({ kind, path }) => kind === "import-statement" && path.startsWith("dist/"),
  );
  const preloads = shared
    .map(({ path }) => `<link rel="modulepreload" href="${relative("dist", path)}">\n    `)
    .join("");
  const page = readFileSync("dist/index.html", "utf8")
    .replace('<script type="module"', `${preloads}$&`)
    .replace('Content-Security-Policy" content="', `$&${META_POLICY}`);
  writeFileSync("dist/index.html", page);
}

/** Prints the site's size. Fails if a file is too large or not kept offline. */
function check(kept) {
  const entries = readdirSync("dist", { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const sizes = entries.map((entry) => {
    const path = join(entry.parentPath, entry.name);
    return { file: relative("dist", path), kibibytes: statSync(path).size / 1024 };
  });
  const total = sizes.reduce((sum, { kibibytes }) => sum + kibibytes, 0);
  console.log(`dist/ has ${sizes.length} files, ${total.toFixed(0)} KiB. What is downloaded: docs/sizes.md.`);
  const named = (files) => files.map(({ file }) => file).join(", ");
  const tooLarge = sizes.filter(({ kibibytes }) => kibibytes > MAX_KIBIBYTES);
  if (tooLarge.length > 0) fail(`Over ${MAX_KIBIBYTES} KiB: ${named(tooLarge)}`);
  const notKept = sizes.filter(({ file }) => !isUnused(file) && !kept.has(file));
  if (notKept.length > 0) fail(`Not kept offline: ${named(notKept)}`);
}

function fail(message) {
  console.error(message);
  process.exit(1);
}
