/**
 * Makes names safe for every file system: an exported file's, those in an archive, and the name that a save dialog
 * proposes.
 */

/** The longest stem, in bytes of UTF-8. File systems allow 255 for the whole name; some programs add a suffix. */
const MAX_STEM_BYTES = 200;

/** Invisible marks of direction and byte order. They can make a name appear to have another extension. */
const MARKS = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/g;

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are among those that no file system takes
const REFUSED = /[\\/:*?"<>|\u0000-\u001f\u007f-\u009f\u2028\u2029\ufffe\uffff]|\p{Surrogate}/gu;

/** Names that Windows reserves for devices, in any case and before any extension. */
const DEVICE = /^(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[\d¹²³])(?=\s*(?:\.|$))/i;

/** Removes invisible marks from a name. */
export function withoutMarks(name: string): string {
  return name.replace(MARKS, "");
}

/** Replaces characters that Windows, macOS or Linux refuse. Does not limit the length or clean the ends. */
export function safeCharacters(name: string): string {
  return withoutMarks(name).replace(REFUSED, "-");
}

/** Prefixes a name that Windows reserves for a device. */
export function noDevice(name: string): string {
  return DEVICE.test(name) ? `_${name}` : name;
}

/** The file name, without extension, of an export of that name. It is safe on Windows, macOS and Linux. */
export function fileStem(name: string): string {
  // The pattern takes time quadratic in the spaces within a name, so it gets only so many.
  const start = safeCharacters(name.slice(0, 4 * MAX_STEM_BYTES));
  const stem = noDevice(start.replace(/^[\s.]+|[\s.]+$/g, ""));
  return cut(stem, MAX_STEM_BYTES).replace(/[\s.]+$/, "") || "Untitled";
}

/** Cuts a text to this many bytes of UTF-8, between characters. */
export function cut(text: string, bytes: number): string {
  // `encodeInto` writes whole characters, and stops before one that does not fit.
  const { read } = new TextEncoder().encodeInto(text, new Uint8Array(bytes));
  return text.slice(0, read);
}
