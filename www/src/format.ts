/** Formats times, sizes and counts for people. */

/** A position or a length in time: `0:04.2`, `12:30.0`, `1:02:03.4`. */
export function clockTime(seconds: number): string {
  const tenths = Math.round(Math.max(0, seconds) * 10);
  const [hours, minutes] = [Math.floor(tenths / 36_000), Math.floor(tenths / 600) % 60];
  const rest = ((tenths % 600) / 10).toFixed(1).padStart(4, "0");
  return hours > 0 ? `${hours}:${String(minutes).padStart(2, "0")}:${rest}` : `${minutes}:${rest}`;
}

/** A length of time in words: `0.8 seconds`, `1 minute 5 seconds`, `2 hours 3 minutes`. */
export function timeInWords(seconds: number): string {
  if (seconds < 9.95) return `${seconds.toFixed(1)} seconds`;
  const whole = Math.round(seconds);
  if (whole < 60) return count(whole, "second");
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return withRest(count(minutes, "minute"), whole % 60, "second");
  return withRest(count(Math.floor(minutes / 60), "hour"), minutes % 60, "minute");
}

/** The time that is left, rounded coarsely so that it does not flicker. */
export function timeLeftInWords(seconds: number): string {
  if (seconds < 1.5) return "about a second left";
  const step = seconds < 20 ? 1 : seconds < 60 ? 5 : 15;
  return `about ${timeInWords(Math.ceil(seconds / step) * step).replace(/^(\d)\.0 /, "$1 ")} left`;
}

/** A size: `640 bytes`, `32 KB`, `1.4 MB`. */
export function sizeInWords(bytes: number): string {
  if (bytes < 1000) return count(bytes, "byte");
  const [unit, size] = bytes < 1e6 ? ["KB", bytes / 1e3] : bytes < 1e9 ? ["MB", bytes / 1e6] : ["GB", bytes / 1e9];
  return `${size < 10 ? size.toFixed(1) : Math.round(size)} ${unit}`;
}

/** A level or a difference of levels, to a tenth and with a typographic minus: `−16.0`. */
export function decibels(number: number): string {
  return number.toFixed(1).replace("-0.0", "0.0").replace("-", "−");
}

/** `1 clip`, `14 clips`. */
export function count(number: number, noun: string): string {
  return `${number.toLocaleString("en")} ${noun}${number === 1 ? "" : "s"}`;
}

function withRest(words: string, rest: number, noun: string): string {
  return rest === 0 ? words : `${words} ${count(rest, noun)}`;
}
