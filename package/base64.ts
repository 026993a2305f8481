/**
 * Encodes Base64 (RFC 4648, 4) as bytes: for large contents, the browser's own functions need strings and much memory.
 */

const ALPHABET = new TextEncoder().encode("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/");
const PADDING = "=".charCodeAt(0);

/** Returns the length of this many bytes in Base64. */
export function base64Length(bytes: number): number {
  return Math.ceil(bytes / 3) * 4;
}

/** Writes Base64 into `target`, which must be large enough. Returns the written part. */
export function encodeBase64(bytes: Uint8Array, target: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  let end = 0;
  for (let at = 0; at < bytes.length; at += 3) {
    // A missing byte counts as 0.
    const bits = ((bytes[at] as number) << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0);
    target[end] = ALPHABET[bits >> 18] as number;
    target[end + 1] = ALPHABET[(bits >> 12) & 63] as number;
    target[end + 2] = ALPHABET[(bits >> 6) & 63] as number;
    target[end + 3] = ALPHABET[bits & 63] as number;
    end += 4;
  }
  const missing = base64Length(bytes.length) * 0.75 - bytes.length;
  if (missing > 0) target.fill(PADDING, end - missing, end);
  return target.subarray(0, end);
}

/** Decodes Base64. */
export function decodeBase64(base64: string): Uint8Array<ArrayBuffer> {
  const text = atob(base64);
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at += 1) bytes[at] = text.charCodeAt(at);
  return bytes;
}
