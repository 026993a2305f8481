/** The positions and labels of the marks on the timeline's ruler. */
import { words } from "../words/words.ts";

const STEPS = [0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600];

/** The seconds between two marks, chosen so that they are at least `minPixels` apart. */
export function markStep(pixelsPerSecond: number, minPixels: number): number {
  return STEPS.find((step) => step * pixelsPerSecond >= minPixels) ?? 3600;
}

/** A mark's label: `0:05`, `1:02:00`. */
export function markLabel(seconds: number): string {
  const two = (number: number) => String(Math.floor(number)).padStart(2, "0");
  const [hours, minutes] = [Math.floor(seconds / 3600), (seconds / 60) % 60];
  const tenth = Number.isInteger(seconds) ? "" : words.value.formats.fixed(0.5, 1).slice(1);
  return `${hours > 0 ? `${hours}:${two(minutes)}` : Math.floor(minutes)}:${two(seconds % 60)}${tenth}`;
}
