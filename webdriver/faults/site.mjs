/**
 * The built site, served with faults: its workers begin with `inject.js`, and a fault may change the answer for a file.
 * The server has the current fault, and counts how often it has struck, for all pages and workers together.
 */
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join } from "node:path";

const TYPES = {
  ".js": "text/javascript",
  ".wasm": "application/wasm",
  ".html": "text/html",
  ".txt": "text/plain",
};
/** The body of a page with a module, and a field for a file. */
const PAGE = '<input type="file" id="file"><script type="module" src="/page.js"></script>';
const INJECT = readFileSync(new URL("inject.js", import.meta.url), "utf8");

/**
 * Serves dist/, and a page at `/blank`.
 *
 * @param {string} [module] the module of that page; by default it has none
 * @returns {Promise<{ url: string, arm: (fault: import("./kinds.mjs").Fault | undefined) => void, struck: () =>
 *   number, close: () => Promise<void> }>} `arm` sets the fault, and `struck` tells how often it has struck
 */
export async function serveWithFaults(module) {
  let fault;
  let strikes = 0;
  const strike = () => {
    if (!fault || strikes >= (fault.times ?? 1)) return false;
    strikes += 1;
    return true;
  };
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url, "http://any");
    const answer = (type, content, status = 200) =>
      response.writeHead(status, { "content-type": type, "cache-control": "no-store" }).end(content);
    if (pathname === "/blank") return answer("text/html", `<!doctype html><title>Faults</title>${module ? PAGE : ""}`);
    if (pathname === "/page.js") return answer("text/javascript", module);
    if (pathname === "/clear") {
      response.setHeader("clear-site-data", '"storage"');
      return answer("text/plain", "Cleared\n");
    }
    if (pathname === "/inject.js") return answer("text/javascript", INJECT);
    if (pathname === "/fault") return answer("application/json", JSON.stringify(fault ?? {}));
    if (pathname === "/strike") return answer("text/plain", strike() ? "yes" : "no");
    let content;
    try {
      content = readFileSync(join("dist", pathname));
    } catch {
      return answer("text/plain", "Not found\n", 404);
    }
    if (fault?.hook === "network" && fault.files.some((file) => pathname.endsWith(file)) && strike()) {
      if (fault.action === "missing") return answer("text/plain", "Not found\n", 404);
      if (fault.action === "html") return answer("text/html", "<!doctype html><title>Sign in</title>");
      if (fault.action === "cut") return answer(TYPES[extname(pathname)], content.subarray(0, content.length / 2));
      return request.socket.destroy();
    }
    if (pathname.endsWith("/secuencia/worker.js")) content = `${INJECT}\n${content}`;
    return answer(TYPES[extname(pathname)] ?? "application/octet-stream", content);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://localhost:${server.address().port}`,
    arm(next) {
      fault = next;
      strikes = 0;
    },
    struck: () => strikes,
    close: () => new Promise((resolve) => server.close(resolve).closeAllConnections()),
  };
}
