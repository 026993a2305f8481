/** Writes figures, times, sizes and lists as people of a locale do. */

/** The minus of print, which is as wide as the plus. */
const MINUS = "−";

/** The formats of a locale. */
export type Formats = ReturnType<typeof formatsOf>;

/** Returns the formats of a locale. */
export function formatsOf(locale: string) {
  const plain = new Intl.NumberFormat(locale);
  const conjunction = new Intl.ListFormat(locale);
  const units = new Intl.ListFormat(locale, { type: "unit", style: "narrow" });
  const point = plain.format(0.5).charAt(1);

  /** A count, or a figure with up to three decimals: `3,600`, `0.25`. */
  const number = (value: number): string => plain.format(value).replace("-", MINUS);

  /** A figure with so many decimals: `5.10`. */
  const fixed = (value: number, digits: number): string => value.toFixed(digits).replace(".", point);

  /** A list in a sentence: `a, b, and c`. */
  const list = (items: Iterable<string>): string => conjunction.format(items);

  /** So many of a unit of time: `5 minutes`. */
  const unit = (value: number, name: "hour" | "minute" | "second", digits = 0): string =>
    new Intl.NumberFormat(locale, {
      ...{ style: "unit", unit: name, unitDisplay: "long" },
      ...{ minimumFractionDigits: digits, maximumFractionDigits: digits },
    }).format(value);

  const withRest = (words: string, rest: number, name: "minute" | "second"): string =>
    rest === 0 ? words : units.format([words, unit(rest, name)]);

  /** Whole seconds in the two largest units: `1 minute 5 seconds`, `2 hours 3 minutes`. */
  const wholeTime = (seconds: number): string => {
    if (seconds < 60) return unit(seconds, "second");
    const minutes = Math.floor(seconds / 60);
    if (minutes < 60) return withRest(unit(minutes, "minute"), seconds % 60, "second");
    return withRest(unit(Math.floor(minutes / 60), "hour"), minutes % 60, "minute");
  };

  return {
    number,
    fixed,
    list,

    /** A position or a length in time: `0:04.2`, `12:30.0`, `1:02:03.4`. */
    clock(seconds: number): string {
      const tenths = Math.round(Math.max(0, seconds) * 10);
      const [hours, minutes] = [Math.floor(tenths / 36_000), Math.floor(tenths / 600) % 60];
      const rest = fixed((tenths % 600) / 10, 1).padStart(4, "0");
      return hours > 0 ? `${hours}:${String(minutes).padStart(2, "0")}:${rest}` : `${minutes}:${rest}`;
    },

    /** A length of time in words: `0.8 seconds`, `1 minute 5 seconds`, `2 hours 3 minutes`. */
    time: (seconds: number): string => (seconds < 9.95 ? unit(seconds, "second", 1) : wholeTime(Math.round(seconds))),

    /** A length of time in words, rounded up so coarsely that it does not flicker while it shrinks. */
    coarseTime(seconds: number): string {
      const step = seconds < 20 ? 1 : seconds < 60 ? 5 : 15;
      return wholeTime(Math.ceil(seconds / step) * step);
    },

    /** A size: `640 bytes`, `32 KB`, `1.4 MB`. */
    size(bytes: number): string {
      if (bytes < 1000) return `${bytes} ${bytes === 1 ? "byte" : "bytes"}`;
      const [name, size] = bytes < 1e6 ? ["KB", bytes / 1e3] : bytes < 1e9 ? ["MB", bytes / 1e6] : ["GB", bytes / 1e9];
      return `${fixed(size, size < 10 ? 1 : 0)} ${name}`;
    },

    /** A moment, given in milliseconds since 1970: `Nov 30, 2026, 8:23 PM`. */
    date: (moment: number): string =>
      new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "short" }).format(moment),

    /** A level or a difference of levels, to a tenth: `−16.0`. */
    decibels: (value: number): string => fixed(Math.round(value * 10) / 10 || 0, 1).replace("-", MINUS),
  };
}
