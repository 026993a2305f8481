/**
 * A project's settings of its file and its sound. Each is an option of the package and goes to it unchanged; one that
 * is left out has the package's default.
 */
import { AUDIO_LAYOUTS, AUDIO_RATES, type AudioLayout, BIT_RATE, LOUDNESS_SETTINGS, type SidecarKind } from "secuencia";
import type { About, Settings } from "secuencia/project.js";
import { count } from "../format.ts";

/** The kinds of text files that can go with the audio, in words. */
export const SIDECAR_NAMES: Record<SidecarKind, string> = {
  webvtt: "Captions (.vtt)",
  json: "Timing (.json)",
  srt: "Subtitles (.srt)",
  chapters: "Chapters (.json)",
  "show-notes": "Chapter list (.txt)",
  labels: "Audacity labels (.txt)",
};

/** The channel layouts within a sentence. */
const LAYOUTS: Record<AudioLayout, string> = { stereo: "stereo", mono: "mono", auto: "mono or stereo" };

/** Describes the file to be made: `stereo, 44.1 kHz, 256 kb/s, at −16 LUFS`. */
export function settingsInWords(settings: Settings & Pick<About, "extension">): string {
  const { audioLayout = AUDIO_LAYOUTS[0], audioRate = AUDIO_RATES[0], bitRate = BIT_RATE.usual } = settings;
  const { loudness, ceilingDb, sidecars = [] } = settings;
  const words = [LAYOUTS[audioLayout], rateInWords(audioRate), bitRateInWords(bitRate)];
  if (loudness) words.push(`at ${goalInWords(loudness, audioLayout)}`);
  if (ceilingDb === null) words.push("no limiter");
  else if (ceilingDb !== undefined) words.push(`peaks up to ${level(ceilingDb)} dBTP`);
  if (settings.extension === "m4b") words.push("as an audiobook");
  if (settings.onUnreadableClip === "silence") words.push("silence in place of unusable clips");
  const texts = new Set(sidecars).size;
  if (texts > 0) words.push(`with ${count(texts, "text file")}`);
  return words.join(", ");
}

/** `44.1 kHz` */
export function rateInWords(hertz: number): string {
  return `${hertz / 1000} kHz`;
}

/** `256 kb/s` */
export function bitRateInWords(bits: number): string {
  return `${bits / 1000} kb/s`;
}

/** `−16 LUFS`, or `−16 LUFS (−19 LUFS in mono)` for a preset whose target follows the layout. */
export function goalInWords(loudness: NonNullable<Settings["loudness"]>, layout?: AudioLayout): string {
  if (typeof loudness === "string") {
    const { target, autoMonoTarget } = LOUDNESS_SETTINGS[loudness];
    const inMono = layout === "auto" && autoMonoTarget ? ` (${goalInWords(autoMonoTarget)} in mono)` : "";
    return `${goalInWords(target)}${inMono}`;
  }
  return "rmsDb" in loudness ? `${level(loudness.rmsDb)} dB RMS` : `${level(loudness.integratedLufs)} LUFS`;
}

/** A level with the sign that figures have in print: `−16`. */
export function level(decibels: number): string {
  return String(decibels).replace("-", "−");
}
