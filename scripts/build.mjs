/**
 * Builds the site into dist/: the package as it is served, in dist/secuencia/, and the studio page that uses it.
 * The wasm modules come from scripts/build-wasm.sh, which runs first. Fails if a file is too large to be kept offline.
 */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync } from "node:zlib";
import { build } from "esbuild";

process.chdir(fileURLToPath(new URL("..", import.meta.url)));

const WASM = "target/wasm";
/** No file of the site may be larger; offline caches skip what is. */
const MAX_BYTES = 2 * 1024 * 1024;

const common = { bundle: true, format: "esm", target: "es2022", minify: true, legalComments: "none" };

rmSync("dist", { recursive: true, force: true });
await buildPackage();
await buildPage();
const kept = await buildServiceWorker();
check(kept);

/** The package: the page's and the worker's script, their types, and the two wasm modules beside them. */
async function buildPackage() {
  if (!existsSync(WASM)) fail(`There is no ${WASM}: run scripts/build-wasm.sh first.`);
  await build({
    ...common,
    entryPoints: ["package/index.ts", "package/worker.ts", "package/otio.ts", "package/archive.ts"],
    outdir: "dist/secuencia",
    external: ["./page.js", "./engine.js"],
  });
  for (const file of ["page.js", "page_bg.wasm", "engine.js", "engine_bg.wasm"]) {
    cpSync(`${WASM}/${file}`, `dist/secuencia/${file}`);
  }
  cpSync("package/package.json", "dist/secuencia/package.json");
  // Whoever passes the modules on passes on the licences of what is in them: FDK's asks for its whole text.
  for (const path of ["LICENSE-MIT", "LICENSE-APACHE", "LICENSES"]) {
    cpSync(path, `dist/secuencia/${path}`, { recursive: true });
  }
  const types = ["--project", "package/tsconfig.json", "--outDir", "dist/secuencia"];
  execFileSync("node_modules/.bin/tsc", types, { stdio: "inherit" });
}

/** The page. It names the package as any page with a bundler would, and loads it from the served folder. */
async function buildPage() {
  const servedPackage = {
    name: "served-package",
    setup: ({ onResolve }) =>
      onResolve({ filter: /^secuencia(\/|$)/ }, ({ path }) => {
        const file = path.slice("secuencia/".length) || "index.js";
        return { path: `./secuencia/${file}`, external: true };
      }),
  };
  await build({
    ...common,
    entryPoints: { app: "www/src/main.tsx" },
    outdir: "dist",
    jsx: "automatic",
    jsxImportSource: "preact",
    plugins: [servedPackage],
  });
  await build({ ...common, entryPoints: { app: "www/styles/app.css" }, outdir: "dist" });
  for (const path of ["index.html", "manifest.webmanifest", "icons", "sample"]) {
    cpSync(`www/${path}`, `dist/${path}`, { recursive: true });
  }
}

/** The service worker, last: it lists every file of the site with its content's hash. Returns what it keeps. */
async function buildServiceWorker() {
  const precache = servedFiles().map((url) => ({
    url,
    revision: createHash("sha256")
      .update(readFileSync(`dist/${url}`))
      .digest("hex")
      .slice(0, 16),
  }));
  await build({
    ...common,
    format: "iife",
    entryPoints: { "service-worker": "www/service-worker/service-worker.ts" },
    outdir: "dist",
    define: { PRECACHE: JSON.stringify(precache), "process.env.NODE_ENV": '"production"' },
  });
  return new Set(precache.map(({ url }) => url));
}

function servedFiles() {
  return readdirSync("dist", { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative("dist", join(entry.parentPath, entry.name)))
    .sort();
}

/** Prints each file's size, as it is and as a server would compress it, and refuses what would not work offline. */
function check(kept) {
  const sizes = servedFiles().map((url) => {
    const content = readFileSync(`dist/${url}`);
    return { url, raw: content.length, brotli: brotliCompressSync(content).length };
  });
  const shown = sizes.filter(({ url }) => !url.startsWith("sample/"));
  const kilobytes = (bytes) => `${(bytes / 1024).toFixed(1)} KiB`.padStart(12);
  for (const { url, raw, brotli } of shown) console.log(`${kilobytes(raw)} ${kilobytes(brotli)} br  ${url}`);
  const total = (list, key) => list.reduce((sum, file) => sum + file[key], 0);
  console.log(`${kilobytes(total(sizes, "raw"))} ${kilobytes(total(sizes, "brotli"))} br  in all, with the sample`);
  const tooLarge = sizes.filter(({ raw }) => raw > MAX_BYTES);
  if (tooLarge.length > 0) fail(`Over ${MAX_BYTES} bytes: ${tooLarge.map(({ url }) => url).join(", ")}`);
  const notKept = sizes.filter(({ url }) => url !== "service-worker.js" && !kept.has(url));
  if (notKept.length > 0) fail(`Not kept offline: ${notKept.map(({ url }) => url).join(", ")}`);
}

function fail(message) {
  console.error(message);
  process.exit(1);
}
