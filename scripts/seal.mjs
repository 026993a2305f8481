/**
 * Seals a built site: names the build after the contents of its files, and writes the service worker that keeps them,
 * with the hash by which it verifies each.
 */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

/** Whether the page never loads a file: types, texts, maps, the package's one file, and those for Node. */
export const isUnused = (file) =>
  /^(service-worker|secuencia\/(inline|node|node-worker|cli))\.js$|\.(map|d\.ts|md|txt)$|^secuencia\/(package\.json|LICENSE)/.test(
    file,
  );

/** The element of `index.html` by which the page knows its build. */
const BUILD = /<meta name="build" content="[^"]*">/;

/**
 * Seals the site in a folder, again if it was sealed and changed since.
 *
 * @param {string} folder
 * @returns {Promise<Set<string>>} the files that the service worker keeps
 */
export async function seal(folder) {
  const page = join(folder, "index.html");
  const name = (text) =>
    writeFileSync(page, readFileSync(page, "utf8").replace(BUILD, `<meta name="build" content="${text}">`));
  name("");
  const build = hashOf(JSON.stringify(hashes(folder)), "hex").slice(0, 12);
  name(build);
  await writeServiceWorker(folder, { name: build, files: hashes(folder) });
  return new Set(Object.keys(hashes(folder)));
}

/** Returns the integrity (SRI) of each file that the page can load, by its path. */
function hashes(folder) {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .filter((file) => !isUnused(file))
    .sort();
  return Object.fromEntries(
    files.map((file) => [file, `sha256-${hashOf(readFileSync(join(folder, file)), "base64")}`]),
  );
}

const hashOf = (content, form) => createHash("sha256").update(content).digest(form);

function writeServiceWorker(folder, sealed) {
  return build({
    bundle: true,
    format: "iife",
    target: "es2022",
    minify: true,
    legalComments: "none",
    entryPoints: {
      "service-worker": fileURLToPath(new URL("../www/service-worker/service-worker.ts", import.meta.url)),
    },
    outdir: folder,
    define: { BUILD: JSON.stringify(sealed) },
  });
}
