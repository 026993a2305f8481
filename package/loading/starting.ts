/**
 * Starts workers from an address, and finds out whether they run: a browser reports a script that it cannot load by an
 * event without a reason, or not at all.
 */
import { SecuenciaError } from "../errors.js";
import type { Request, Started } from "../workers/messages.js";
import { OtherBuild, otherBuild } from "./build.js";
import { fetchFile, loadFailed, notLoaded, otherContent } from "./failures.js";
import { trusted } from "./trusted.js";

/** How long a worker's script may take to load, in milliseconds. */
const PATIENCE = 60_000;

/**
 * Starts the worker at an address. Browsers start one only from the page's own origin, so others take a detour. A
 * script of another build is fetched again, past all caches.
 */
export async function startAt(url: URL): Promise<Worker> {
  try {
    return await startCached(url);
  } catch (error) {
    if (!((error as SecuenciaError).cause instanceof OtherBuild)) throw error;
    await fetchFile(url, "reload");
    return startCached(url);
  }
}

function startCached(url: URL): Promise<Worker> {
  if (url.origin === self.origin) {
    const launch = () => new Worker(trusted(url.href), { type: "module" });
    return started(launch, (reason) => refusal(url, reason));
  }
  return startSource(`importScripts(${JSON.stringify(url.href)});`, (reason) => refusal(url, reason, FOREIGN));
}

const FOREIGN = "The address is of another origin, so the worker is a Blob: worker-src must allow blob:.";

/**
 * Starts a worker from the text of a script. It is a classic worker: in a sandboxed frame, Chromium refuses a Blob as a
 * module worker.
 */
export async function startSource(
  script: string,
  failure: (reason: string) => Promise<SecuenciaError>,
): Promise<Worker> {
  const url = URL.createObjectURL(new Blob([script], { type: "text/javascript" }));
  try {
    return await started(() => new Worker(trusted(url)), failure);
  } finally {
    URL.revokeObjectURL(url);
  }
}

/**
 * Resolves with a worker once it answers. `failure` makes the error if it does not, from the browser's words. Rejects
 * if the worker is of another build.
 */
export async function started(
  launch: () => Worker,
  failure: (reason: string) => Promise<SecuenciaError>,
): Promise<Worker> {
  let worker: Worker | undefined;
  let patience: ReturnType<typeof setTimeout> | undefined;
  try {
    return await new Promise<Worker>((resolve, reject) => {
      const fresh = launch();
      if (typeof fresh?.postMessage !== "function") throw new TypeError("it is no Worker");
      worker = fresh;
      fresh.onmessage = ({ data }: MessageEvent<Started>) => {
        if (data?.type !== "started") return;
        const error = otherBuild("The worker's script", data.build);
        if (error) reject(error);
        else resolve(fresh);
      };
      // For a script that cannot be loaded, the event has no message.
      fresh.onerror = (event) => {
        event.preventDefault?.();
        reject(new Error(event.message ?? ""));
      };
      patience = setTimeout(() => reject(new Error("it did not answer within a minute")), PATIENCE);
      fresh.postMessage({ type: "start" } satisfies Request);
    });
  } catch (error) {
    worker?.terminate();
    throw error instanceof SecuenciaError ? error : await failure((error as Error).message);
  } finally {
    clearTimeout(patience);
  }
}

/** Adds the audio worklet at an address. */
export async function addAt(worklet: Worklet, url: URL): Promise<void> {
  try {
    await worklet.addModule(url.href);
  } catch (cause) {
    const why = `${(cause as Error).message} A Content-Security-Policy must allow it in script-src`;
    throw notLoaded(url, why, cause);
  }
}

/** Explains why the worker at an address does not run. */
async function refusal(url: URL, reason: string, hint = ""): Promise<SecuenciaError> {
  try {
    const response = await fetchFile(url);
    const start = new Uint8Array(await response.arrayBuffer());
    if (!/javascript/i.test(response.headers.get("Content-Type") ?? "")) {
      return notLoaded(url, otherContent(response, start));
    }
  } catch (error) {
    return error as SecuenciaError;
  }
  return refused(url.href, reason, hint);
}

/** Returns the error about a script that is there, but which the browser does not run as a worker. */
export function refused(script: string, reason: string, hint = ""): SecuenciaError {
  const said = reason ? ` (${reason})` : "";
  const policies = "A Content-Security-Policy must allow the script in worker-src, Trusted Types the policy secuencia.";
  return loadFailed(`The browser did not start the worker ${script}${said}. ${hint || policies}`);
}
