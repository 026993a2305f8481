/** Gives each voice a colour, which it keeps while the page is open. With more voices than colours, some share one. */
import { composed } from "secuencia/project.js";

/** How many voices have a colour: `--voice-1` to `--voice-6` in the styles. `--voice-0` is for no voice. */
const COLOURS = 6;

const numbers = new Map<string, number>([["", 0]]);

/** The voices that have a colour, in the order of its assignment. */
export function numberedVoices(): string[] {
  return [...numbers.keys()].filter((voice) => voice !== "");
}

/** The number of a voice's colour. */
export function voiceNumber(name: string): number {
  const voice = composed(name);
  const number = numbers.get(voice) ?? ((numbers.size - 1) % COLOURS) + 1;
  numbers.set(voice, number);
  return number;
}
