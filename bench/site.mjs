/**
 * The bench's own small server. It serves a bare page with the contestants, the built package, the peers' packages and
 * the recordings. The page returns its files by PUT. Only contestants that need threads are served cross-origin
 * isolated.
 */
import { createWriteStream, rmSync } from "node:fs";
import { createServer } from "node:http";
import { basename, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { build } from "esbuild";
import sirv from "sirv";
import { RESULTS } from "./figures.mjs";
import { MATERIAL } from "./material.mjs";

const PAGES = join("target", "bench", "pages");

const FOLDERS = {
  "/pages/": PAGES,
  "/secuencia/": join("dist", "secuencia"),
  "/encoder/": join("target", "bench", "encoder"),
  "/modules/": join("bench", "node_modules"),
  "/material/": MATERIAL,
};

/** Files have an ETag, as on any server: a returning browser reuses its cached copies and compiled code. */
const FILES = { dev: true, etag: true };

/** Bundles the page and the worker, as a web developer would. */
export async function buildPages() {
  rmSync(PAGES, { recursive: true, force: true });
  await build({
    entryPoints: ["bench/contestants/page.mjs", "bench/contestants/mediabunny-worker.mjs"],
    outdir: PAGES,
    bundle: true,
    splitting: true,
    format: "esm",
    target: "es2022",
    external: ["/secuencia/*", "/encoder/*", "/modules/*"],
    logLevel: "error",
  });
}

/**
 * Serves on a free port.
 *
 * @param {{ isolated?: boolean }} [options]
 * @returns {Promise<{ url: string, close: () => Promise<void> }>}
 */
export async function serve({ isolated = false } = {}) {
  const folders = Object.entries(FOLDERS).map(([prefix, folder]) => ({ prefix, files: sirv(folder, FILES) }));
  const server = createServer(async (request, response) => {
    if (isolated) {
      response.setHeader("Cross-Origin-Opener-Policy", "same-origin");
      response.setHeader("Cross-Origin-Embedder-Policy", "require-corp");
    }
    if (request.method === "PUT") return receive(request, response);
    if (request.url === "/") {
      response.setHeader("Content-Type", "text/html");
      return response.end('<!doctype html><title>Bench</title><script type="module" src="/pages/page.js"></script>');
    }
    const notFound = () => response.writeHead(404).end();
    const found = folders.find(({ prefix }) => request.url.startsWith(prefix));
    if (!found) return notFound();
    request.url = request.url.slice(found.prefix.length - 1);
    found.files(request, response, notFound);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://localhost:${server.address().port}/`,
    close() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    },
  };
}

async function receive(request, response) {
  await pipeline(request, createWriteStream(join(RESULTS, basename(request.url))));
  response.writeHead(204).end();
}
