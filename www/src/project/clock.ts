/** Positions in time as people type them: `75`, `1:15`, `1:02:03.5`. */

/** Parses a position to seconds. Undefined if the text is not one. */
export function secondsFrom(text: string): number | undefined {
  const parts = /^(?:(?:(\d+):)?(\d+):)?(\d+(?:[.,]\d+)?)$/.exec(text.trim());
  if (!parts) return undefined;
  const [, hours = "0", minutes = "0", seconds = "0"] = parts;
  return Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds.replace(",", "."));
}

/** Formats a position to the millisecond, without trailing zeros: `0:04`, `12:30.25`, `1:02:03.456`. */
export function clockText(seconds: number): string {
  const milliseconds = Math.round(Math.max(0, seconds) * 1000);
  const [hours, minutes] = [Math.floor(milliseconds / 3_600_000), Math.floor(milliseconds / 60_000) % 60];
  const rest = ((milliseconds % 60_000) / 1000)
    .toFixed(3)
    .padStart(6, "0")
    .replace(/\.?0*$/, "")
    .padEnd(2, "0");
  return hours > 0 ? `${hours}:${String(minutes).padStart(2, "0")}:${rest}` : `${minutes}:${rest}`;
}
