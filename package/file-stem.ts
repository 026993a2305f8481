/**
 * A name as a file's, for every file system. `src/timeline/file_stem.rs` is the same for the engine, and
 * `tests/data/file-stems.json` holds both to it.
 */

/**
 * The longest stem, in bytes of UTF-8: file systems take 255 for the whole name, and some add a suffix while writing.
 */
const MAX_STEM_BYTES = 200;

/** Marks that are not seen: of direction, and of byte order. With them a name may look as if it had another ending. */
const MARKS = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/g;

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are among those that no file system takes
const REFUSED = /[\\/:*?"<>|\u0000-\u001f\u007f-\u009f\u2028\u2029\ufffe\uffff]|\p{Surrogate}/gu;

/** Names that Windows keeps for its devices, whatever their case and what follows behind a full stop. */
const DEVICE = /^(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[\d¹²³])(?=\s*(?:\.|$))/i;

/** The name with what Windows, macOS or Linux would refuse replaced, and nothing said of its length and its ends. */
export function safeCharacters(name: string): string {
  return name.replace(MARKS, "").replace(REFUSED, "-");
}

/** The name, unless it is a device's on Windows. */
export function noDevice(name: string): string {
  return DEVICE.test(name) ? `_${name}` : name;
}

/** What a file is called that is exported from something of that name, without its extension. */
export function fileStem(name: string): string {
  const stem = noDevice(safeCharacters(name).replace(/^[\s.]+|[\s.]+$/g, ""));
  return cut(stem, MAX_STEM_BYTES).replace(/[\s.]+$/, "") || "Untitled";
}

/** As much of a text as so many bytes of UTF-8 hold, cut between characters. */
export function cut(text: string, bytes: number): string {
  // Characters are written one by one: what is not written did not fit.
  const { read } = new TextEncoder().encodeInto(text, new Uint8Array(bytes));
  return text.slice(0, read);
}
