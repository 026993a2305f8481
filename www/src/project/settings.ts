/**
 * A project's settings of its file and its sound. Each is an option of the package and goes to it unchanged; one that
 * is left out has the package's default.
 */
import { AUDIO_LAYOUTS, AUDIO_RATES, type AudioLayout, BIT_RATE, LOUDNESS_SETTINGS } from "secuencia";
import type { About, Settings } from "secuencia/project.js";
import { words } from "../words/words.ts";

/** Describes the file to be made: `stereo, 44.1 kHz, 256 kb/s, at −16 LUFS`. */
export function settingsInWords(settings: Settings & Pick<About, "extension">): string {
  const { audioLayout = AUDIO_LAYOUTS[0], audioRate = AUDIO_RATES[0], bitRate = BIT_RATE.usual } = settings;
  const { loudness, ceilingDb, sidecars = [] } = settings;
  const { settings: say } = words.value;
  const facts = [say.layouts[audioLayout], say.kilohertz(audioRate), say.kilobits(bitRate)];
  if (loudness) facts.push(say.atGoal(goalInWords(loudness, audioLayout)));
  if (ceilingDb === null) facts.push(say.noLimiter);
  else if (ceilingDb !== undefined) facts.push(say.peaksUpTo(ceilingDb));
  if (settings.extension === "m4b") facts.push(say.asAudiobook);
  if (settings.onUnreadableClip === "silence") facts.push(say.silenceInPlace);
  const texts = new Set(sidecars).size;
  if (texts > 0) facts.push(say.withTexts(texts));
  return facts.join(", ");
}

/** `−16 LUFS`, or `−16 LUFS (−19 LUFS in mono)` for a preset whose target follows the layout. */
export function goalInWords(loudness: NonNullable<Settings["loudness"]>, layout?: AudioLayout): string {
  if (typeof loudness === "string") {
    const { target, autoMonoTarget } = LOUDNESS_SETTINGS[loudness];
    const inMono = layout === "auto" && autoMonoTarget ? words.value.settings.inMono(goalInWords(autoMonoTarget)) : "";
    return `${goalInWords(target)}${inMono}`;
  }
  const { number } = words.value.formats;
  return "rmsDb" in loudness ? `${number(loudness.rmsDb)} dB RMS` : `${number(loudness.integratedLufs)} LUFS`;
}
