/** Serves folders, and runs the bundlers' own commands and servers. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import { resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import sirv from "sirv";
import { freePort } from "../../webdriver/engines.mjs";

/** The folder in which the tools of this folder's package.json are installed. */
export const ROOT = resolve("target/matrix");

const running = new Set();
process.on("exit", () => {
  for (const end of running) end();
});

/**
 * Serves a folder.
 *
 * @param {string} folder
 * @param {{ headers?: Record<string, string>, path?: string, isApp?: boolean }} [options] `path` is where the folder is
 *   on the server; an app's server sends its page for addresses that it does not know
 * @returns {Promise<{ url: string, close: () => Promise<void> }>}
 */
export async function serve(folder, { headers = {}, path = "/", isApp = false } = {}) {
  const setHeaders = (response) => {
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  };
  const files = sirv(folder, { dev: true, single: isApp, setHeaders });
  const server = createServer((request, response) => {
    const notFound = () => response.writeHead(404, { "Content-Type": "text/plain" }).end("Not found");
    if (!request.url.startsWith(path)) return notFound();
    request.url = request.url.slice(path.length - 1);
    files(request, response, notFound);
  });
  await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
  return {
    url: `http://localhost:${server.address().port}${path}`,
    close() {
      server.closeAllConnections();
      return new Promise((closed) => server.close(closed));
    },
  };
}

/** Runs a tool to its end. Throws with what it printed if it fails. */
export async function run(folder, script, ...args) {
  const child = start(folder, script, args);
  const [status] = await once(child, "close");
  if (status !== 0) throw new Error(`${script} ${args.join(" ")} failed:\n${child.printed()}`);
}

/** Runs a tool's server on a free port, until it answers. `args` makes its arguments from the port. */
export async function runServer(folder, path, script, args) {
  const port = await freePort();
  const child = start(folder, script, args(`${port}`));
  const close = async () => {
    const ended = child.exitCode === null && child.signalCode === null ? once(child, "close") : undefined;
    child.end();
    await ended;
  };
  const url = `http://localhost:${port}${path}`;
  for (let waited = 0; waited < 60_000; waited += 200) {
    if (child.exitCode !== null) break;
    if (
      await fetch(url).then(
        ({ ok }) => ok,
        () => false,
      )
    )
      return { url, close };
    await sleep(200);
  }
  await close();
  throw new Error(`${script} does not serve ${url}:\n${child.printed()}`);
}

/** Starts a tool: a script in ROOT's `node_modules`, or at an absolute path. */
function start(folder, script, args) {
  const child = spawn(process.execPath, [resolve(ROOT, "node_modules", script), ...args], {
    cwd: folder,
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, NEXT_TELEMETRY_DISABLED: "1", PARCEL_WORKERS: "2", NO_COLOR: "1" },
  });
  let printed = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (text) => (printed += text));
  const end = () => {
    try {
      process.kill(-child.pid, "SIGTERM");
    } catch {
      // It has ended.
    }
  };
  running.add(end);
  child.once("close", () => running.delete(end));
  return Object.assign(child, { end, printed: () => printed });
}
