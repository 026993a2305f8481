/**
 * The limits of what is read from files, which anyone may have made: high above any real project, and low enough that
 * no file makes a page hang or run out of memory. docs/limits.md lists them for users.
 */

/** The most files of an archive, and the largest list of them, in bytes. */
export const MOST_FILES = 100_000;
export const MOST_DIRECTORY_BYTES = 32 << 20;

/** The longest path of a file in an archive, in characters, and the most folders in it. */
export const MOST_PATH_CHARACTERS = 1000;
export const MOST_FOLDERS = 32;

/**
 * The most bytes that the compressed files of an archive may come to: always so many, or so many times the archive's
 * own size, but never more than a gigabyte. Audio hardly gets smaller in a zip, and our own archives are not
 * compressed.
 */
export const ALLOWED_INFLATED_BYTES = 64 << 20;
export const MOST_INFLATION = 20;
export const MOST_INFLATED_BYTES = 1 << 30;

/** The largest JSON (a project file, a timeline), in bytes, since it is read whole. */
export const MOST_JSON_BYTES = 64 << 20;

/** The deepest nesting of JSON, in levels. Browsers cannot store, and programs cannot write, much deeper objects. */
export const MOST_LEVELS = 200;

/**
 * The most values in a timeline of another editor, since it is read on the page's own thread, and the most fields of
 * one object in it. Objects of very many fields take several times as long.
 */
export const MOST_VALUES = 2_000_000;
export const MOST_FIELDS = 10_000;

/** The most clips of a project, and the most entries of its other lists: chapters, lines, files, pictures. */
export const MOST_CLIPS = 100_000;
export const MOST_LISTED = 100_000;

/** The longest text of a project, in characters, and the longest name: of a project, a file, a clip, a voice. */
export const MOST_TEXT_CHARACTERS = 100_000;
export const MOST_NAME_CHARACTERS = 1000;

/** The most faults of one file that are told one by one. */
export const MOST_FAULTS = 20;

/** The largest picture, in bytes and in pixels. Decoding takes four bytes a pixel. */
export const MOST_PICTURE_BYTES = 32 << 20;
export const MOST_PIXELS = 64_000_000;

/** The largest description of an audio file that is read (a header, a tag, a list of markers), and its most parts. */
export const MOST_DESCRIPTION_BYTES = 64 << 20;
export const MOST_PARTS = 10_000;

/** Whether a value has more than so many levels of objects and lists. */
export function isDeeper(value: unknown, levels = MOST_LEVELS): boolean {
  if (typeof value !== "object" || value === null) return false;
  return levels === 0 || Object.values(value).some((part) => isDeeper(part, levels - 1));
}
