/** The built site on a free port, served by the same script as `make serve`. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const SERVE = fileURLToPath(new URL("../scripts/serve.mjs", import.meta.url));

/**
 * Serves dist/, or another folder. The server ends with `close`, or at the latest with this process.
 *
 * @param {string} [folder]
 * @returns {Promise<{ url: string, close: () => Promise<void> }>}
 */
export async function serveSite(folder) {
  const server = spawn(process.execPath, [SERVE], {
    stdio: ["ignore", "pipe", "inherit"],
    env: { ...process.env, PORT: "0", ...(folder && { SITE: folder }) },
  });
  const end = () => server.kill();
  process.on("exit", end);
  const closed = once(server, "close");
  for await (const line of createInterface({ input: server.stdout })) {
    const url = /http:\S+/.exec(line)?.[0];
    if (!url) continue;
    return {
      url,
      async close() {
        process.off("exit", end);
        end();
        await closed;
      },
    };
  }
  throw new Error("The site could not be served.");
}
