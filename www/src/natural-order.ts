/** The order of files by their names, with numbers by their values. It is the same in every locale. */
const NAMES = new Intl.Collator("en", { numeric: true });

/** Sorts files in natural order: `line 2.wav` before `Line 10.wav`. */
export function inNaturalOrder<File extends { name: string }>(files: readonly File[]): File[] {
  // The collator takes `01` and `1` for the same.
  return [...files].sort(({ name: a }, { name: b }) => NAMES.compare(a, b) || (a < b ? -1 : Number(a > b)));
}
