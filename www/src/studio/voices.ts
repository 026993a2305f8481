/** Each voice has a colour of its own, as far as they go; clips without a voice share one. */

/** How many voices have a colour: `--voice-1` to `--voice-6` in the styles. `--voice-0` is for no voice. */
const COLOURS = 6;

/** The number of a voice's colour, by the order of appearance. */
export function voiceNumber(voice: string, voices: string[]): number {
  const place = voices.indexOf(voice);
  return place < 0 ? 0 : (place % COLOURS) + 1;
}
