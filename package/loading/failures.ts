/** The errors about files that cannot be loaded. Each says which file, what came instead and what helps. */
import { SecuenciaError } from "../errors.js";

/** The remedy if a file is not where the code looks for it. */
const REMEDY =
  "Serve the package's files beside its code, name their folder as openLibrary's \"moduleUrl\", or import " +
  '"secuencia/inline.js", which has them all inside.';

/** Returns an error of code `load-failed`. */
export function loadFailed(message: string, cause?: unknown): SecuenciaError {
  return new SecuenciaError("load-failed", message, { cause });
}

/** Returns the error about a file that is not there, or is something else. */
export function notLoaded(file: string | URL, came: string, cause?: unknown): SecuenciaError {
  return loadFailed(`${file} cannot be loaded: ${came}. ${REMEDY}`, cause);
}

/** Fetches a file. Rejects if no answer comes, or one that is not OK. */
export async function fetchFile(url: string | URL, cache: RequestCache = "default"): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(url, { cache });
  } catch (cause) {
    const why =
      "the request failed. The network may be off, a Content-Security-Policy may not allow the address in " +
      "connect-src, or its server may not share it with this page's origin (CORS)";
    throw notLoaded(url, why, cause);
  }
  if (!response.ok) {
    throw notLoaded(url, `the server answered ${`${response.status} ${response.statusText}`.trim()}`);
  }
  return response;
}

/** Describes an answer that is not the file: most servers send a page for an address that they do not know. */
export function otherContent(response: Response, start: Uint8Array): string {
  const type = response.headers.get("Content-Type") ?? "no type";
  const isPage = /^\s*<(!|html|head|body)/i.test(new TextDecoder().decode(start.subarray(0, 256)));
  return isPage ? `the server sent an HTML page instead (${type})` : `the server sent something else (${type})`;
}
