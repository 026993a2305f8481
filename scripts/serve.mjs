/**
 * Serves dist/ with the headers that a real host should send, examples/ under /examples/ and the API reference under
 * /api/. PORT sets the port (default 8080); if it is in use, the next free one is taken. Only this machine is answered;
 * HOST sets another address to listen on, such as 0.0.0.0 for the whole network. SITE sets another folder than dist/.
 */
import { existsSync } from "node:fs";
import { createServer } from "node:http";
import { fileURLToPath } from "node:url";
import sirv from "sirv";
import { HEADER_POLICY, REFERENCE_POLICY } from "./policy.mjs";

const site = process.env.SITE ?? fileURLToPath(new URL("../dist", import.meta.url));
const host = process.env.HOST ?? "127.0.0.1";

/** Types missing from the server's list. */
const TYPES = { ".flac": "audio/flac" };

function setHeaders(response, path) {
  response.setHeader("Content-Security-Policy", HEADER_POLICY);
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

/**
 * Whether a Range header asks for one range from a first byte on. A server may ignore any other (RFC 9110, 14.2), and
 * sirv cannot read it: it takes the last five bytes for the first five, and ends on a range that ends before it begins.
 */
function isPlainRange(range) {
  const [, first, last] = /^bytes=(\d+)-(\d*)$/.exec(range) ?? [];
  return first !== undefined && (last === "" || Number(last) >= Number(first));
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
  "/examples": serveFolder("../examples", HEADER_POLICY),
  "/api": serveFolder("../target/api", REFERENCE_POLICY),
};
const server = createServer((request, response) => {
  const { range } = request.headers;
  if (range !== undefined && !isPlainRange(range)) delete request.headers.range;
  const [path, serve] = Object.entries(besides).find(([path]) => request.url.startsWith(`${path}/`)) ?? ["", serveSite];
  request.url = request.url.slice(path.length);
  serve(request, response, () => notFound(request, response));
});
let port = Number(process.env.PORT ?? 8080);
server.on("error", (error) => {
  if (error.code !== "EADDRINUSE") throw error;
  port += 1;
  server.listen(port, host);
});
server.on("listening", () => {
  const name = ["127.0.0.1", "::1", "0.0.0.0", "::"].includes(host) ? "localhost" : host;
  const address = `http://${name}:${server.address().port}`;
  console.log(`Secuencia: ${address}/\nExamples:  ${address}/examples/\nReference: ${address}/api/`);
});
server.listen(port, host);
