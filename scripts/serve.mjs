/**
 * Serves dist/ with the headers that a real host should send, and examples/ under /examples/. PORT sets the port
 * (default 8080); if it is in use, the next free one is taken. SITE sets another folder than dist/.
 */
import { existsSync } from "node:fs";
import { createServer } from "node:http";
import { fileURLToPath } from "node:url";
import sirv from "sirv";

const site = process.env.SITE ?? fileURLToPath(new URL("../dist", import.meta.url));
const EXAMPLES = "/examples";

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

function notFound(_request, response) {
  response.writeHead(404, { "Content-Type": "text/plain" }).end("Not found\n");
}

if (!existsSync(site)) {
  console.error("There is no dist/: build first.");
  process.exit(1);
}
const serveSite = sirv(site, { etag: true, setHeaders });
// They are not part of the site, so nobody who visits the studio downloads or caches them.
const serveExamples = sirv(fileURLToPath(new URL("../examples", import.meta.url)), { etag: true, setHeaders });
const server = createServer((request, response) => {
  const isExample = request.url.startsWith(`${EXAMPLES}/`);
  if (isExample) request.url = request.url.slice(EXAMPLES.length);
  const serve = isExample ? serveExamples : serveSite;
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
  console.log(`Secuencia: ${address}/\nExamples:  ${address}${EXAMPLES}/`);
});
server.listen(port);
