/** Contents in every form that a page has them in, as Blobs. */
import { wrong } from "./arguments.js";
import { SecuenciaError } from "./errors.js";
import { type PcmAudio, wavOf } from "./pcm.js";

/** A file in any form. An address is fetched. */
export type FileContent = Blob | ArrayBuffer | ArrayBufferView | URL | string | Response;

/** Audio in any form: a file, or samples. */
export type ClipContent = FileContent | AudioBuffer | PcmAudio;

/** Reads a content. Errors begin with `where`, its name for the caller. */
export async function blobOf(content: unknown, where: string, signal?: AbortSignal): Promise<Blob> {
  if (is<Blob>(content, "Blob", "File")) return content instanceof Blob ? content : new Blob([content]);
  if (isBytes(content)) return new Blob([bytesOf(content)]);
  if (isAddress(content)) return fetched(content, where, signal);
  if (is<Response>(content, "Response")) return bodyOf(content, where);
  if (isAudioBuffer(content)) {
    const channels = Array.from({ length: content.numberOfChannels }, (_, index) => content.getChannelData(index));
    return wavOf({ channels, sampleRate: content.sampleRate }, where);
  }
  if (isPcm(content)) return wavOf(content, where);
  throw wrong(
    `${where}: the content`,
    "a Blob, bytes, a URL, a Response, an AudioBuffer or { channels, sampleRate }",
    content,
  );
}

/** Returns the content as it is now, if it is bytes that its owner may change. */
export function takenNow(content: ClipContent): ClipContent {
  return isBytes(content) ? new Blob([bytesOf(content)]) : content;
}

/** Returns the name that a content brings with it: a file's, or the last part of its address; or an empty text. */
export function nameOf(content: unknown): string {
  if (is<File>(content, "File")) return content.name;
  const address = is<Response>(content, "Response") ? content.url : content;
  if (!isAddress(address) || address === "") return "";
  const { protocol, pathname } = resolved(address) ?? {};
  if (!protocol?.startsWith("http")) return "";
  const last = pathname?.slice(pathname.lastIndexOf("/") + 1) ?? "";
  try {
    return decodeURIComponent(last);
  } catch {
    return last;
  }
}

/** Whether this is a content by itself, and not an object that has one. */
export function isContent(value: unknown): value is ClipContent {
  const isFile = is(value, "Blob", "File", "Response") || isBytes(value) || isAddress(value);
  return isFile || isAudioBuffer(value) || isPcm(value);
}

/** Returns a value by which equal contents are found: the same object, or the same address. */
export function identityOf(content: unknown): unknown {
  return isAddress(content) ? (resolved(content)?.href ?? content) : content;
}

/** Whether the value is of one of these classes, of this window or of another, such as a frame's. */
function is<T>(value: unknown, ...names: string[]): value is T {
  return names.includes(Object.prototype.toString.call(value).slice(8, -1));
}

function isBytes(value: unknown): value is ArrayBuffer | ArrayBufferView {
  return ArrayBuffer.isView(value) || is(value, "ArrayBuffer", "SharedArrayBuffer");
}

function isAddress(value: unknown): value is string | URL {
  return typeof value === "string" || is(value, "URL");
}

/** Workers have no `AudioBuffer`. */
function isAudioBuffer(value: unknown): value is AudioBuffer {
  return typeof (value as Partial<AudioBuffer> | null)?.getChannelData === "function";
}

function isPcm(value: unknown): value is PcmAudio {
  return typeof value === "object" && value !== null && "channels" in value && "sampleRate" in value;
}

/** Returns a copy, because Blobs take no shared memory. */
function bytesOf(content: ArrayBuffer | ArrayBufferView): BlobPart {
  return ArrayBuffer.isView(content)
    ? new Uint8Array(content.buffer, content.byteOffset, content.byteLength).slice()
    : new Uint8Array(content).slice();
}

async function fetched(address: string | URL, where: string, signal: AbortSignal | undefined): Promise<Blob> {
  const url = resolved(address);
  if (!url) throw new TypeError(`${where}: ${address} is not an address`);
  let response: Response;
  try {
    response = await fetch(url, signal ? { signal } : {});
  } catch (cause) {
    signal?.throwIfAborted();
    throw failed(where, url.href, `the request failed: ${(cause as Error).message}`, cause);
  }
  return bodyOf(response, where, url.href, signal);
}

async function bodyOf(response: Response, where: string, url = response.url, signal?: AbortSignal): Promise<Blob> {
  if (!response.ok) throw failed(where, url, `the server answered ${response.status} ${response.statusText}`.trim());
  if (response.bodyUsed) throw new TypeError(`${where}: the body of the Response has been read already`);
  try {
    return await response.blob();
  } catch (cause) {
    signal?.throwIfAborted();
    throw failed(where, url, `the answer broke off: ${(cause as Error).message}`, cause);
  }
}

function failed(where: string, url: string, reason: string, cause?: unknown): SecuenciaError {
  const message = `${where}: ${url || "the Response"} could not be loaded: ${reason}.`;
  return new SecuenciaError("load-failed", message, { cause });
}

function resolved(address: string | URL): URL | undefined {
  try {
    return new URL(address, globalThis.document?.baseURI ?? globalThis.location?.href);
  } catch {
    return undefined;
  }
}
