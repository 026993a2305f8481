/**
 * Serves dist/ with the headers that a real host should send, examples/ under /examples/ and the API reference under
 * /api/. PORT sets the port (default 8080); if it is in use, the next free one is taken. SITE sets another folder than
 * dist/.
 */
import { existsSync } from "node:fs";
import { createServer } from "node:http";
import { fileURLToPath } from "node:url";
import sirv from "sirv";

const site = process.env.SITE ?? fileURLToPath(new URL("../dist", import.meta.url));

/** Nothing inline and nothing from other origins. Blobs are only shown (pictures) or played (the finished export). */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "style-src 'self'",
  "img-src 'self' blob:",
  "media-src 'self' blob:",
  "connect-src 'self'",
  "worker-src 'self'",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

/** typedoc's pages have inline scripts and styles. */
const REFERENCE_POLICY = CONTENT_SECURITY_POLICY.replace(/(script|style)-src 'self'/g, "$& 'unsafe-inline'");

/** Types missing from the server's list. */
const TYPES = { ".flac": "audio/flac" };

function setHeaders(response, path) {
  response.setHeader("Content-Security-Policy", CONTENT_SECURITY_POLICY);
  response.setHeader("X-Content-Type-Options", "nosniff");
  response.setHeader("Referrer-Policy", "no-referrer");
  // File names are the same in every version, so browsers must revalidate by ETag. The service worker keeps copies.
  response.setHeader("Cache-Control", "no-cache");
  const type = TYPES[path.slice(path.lastIndexOf("."))];
  if (type) response.setHeader("Content-Type", type);
}

/** In `dev`, sirv looks for each file when it is asked for: the folder may be written later, or never. */
function serveFolder(folder, policy) {
  const withPolicy = (response, path) => {
    setHeaders(response, path);
    response.setHeader("Content-Security-Policy", policy);
  };
  const path = fileURLToPath(new URL(folder, import.meta.url));
  return sirv(path, { etag: true, dev: true, setHeaders: withPolicy });
}

function notFound(_request, response) {
  response.writeHead(404, { "Content-Type": "text/plain" }).end("Not found\n");
}

if (!existsSync(site)) {
  console.error("There is no dist/: build first.");
  process.exit(1);
}
const serveSite = sirv(site, { etag: true, setHeaders });
// Folders beside the site are not part of it, so nobody who visits the studio downloads or caches them.
const besides = {
  "/examples": serveFolder("../examples", CONTENT_SECURITY_POLICY),
  "/api": serveFolder("../target/api", REFERENCE_POLICY),
};
const server = createServer((request, response) => {
  const [path, serve] = Object.entries(besides).find(([path]) => request.url.startsWith(`${path}/`)) ?? ["", serveSite];
  request.url = request.url.slice(path.length);
  serve(request, response, () => notFound(request, response));
});
let port = Number(process.env.PORT ?? 8080);
server.on("error", (error) => {
  if (error.code !== "EADDRINUSE") throw error;
  port += 1;
  server.listen(port);
});
server.on("listening", () => {
  const address = `http://localhost:${server.address().port}`;
  console.log(`Secuencia: ${address}/\nExamples:  ${address}/examples/\nReference: ${address}/api/`);
});
server.listen(port);
