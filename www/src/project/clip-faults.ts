/** What is wrong with the times of a clip that is being edited, in words. */
import { laterWords } from "../words/later.ts";
import type { Extent } from "./placement.ts";

/** A sentence if a clip skips all of its audio, and otherwise an empty text. */
export function skipFault(
  { sourceStart = 0 }: { sourceStart?: number | undefined },
  audio: Extent | undefined,
): string {
  if (!audio || sourceStart < audio.durationSeconds) return "";
  return laterWords.value.clipEditor.skipsAll(audio.durationSeconds);
}

/** A sentence if a clip's fades do not fit into it, and otherwise an empty text. */
export function fadesFault(
  { fadeIn = 0, fadeOut = 0 }: { fadeIn?: number | undefined; fadeOut?: number | undefined },
  length: number,
): string {
  const together = fadeIn + fadeOut;
  if (length === 0 || together <= length) return "";
  return laterWords.value.clipEditor.fadesTooLong(together, length);
}
