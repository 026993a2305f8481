/** The loudness of a finished file in words, for someone who does not know the figures. */
import { type AudioLayout, LOUDNESS_SETTINGS, type Loudness } from "secuencia";
import type { Settings } from "secuencia/project.js";
import { decibels } from "../format.ts";

/** The use of each preset, within a sentence. */
const PURPOSES = {
  podcast: "podcasts",
  "podcast-mono": "podcasts",
  broadcast: "broadcasts",
  audiobook: "audiobooks",
} as const;

/** How far from a target a file may be that was made without one, in LU, and its highest true peak, in dBTP. */
const TOLERANCE_LU = 2;
const HIGHEST_PEAK_DB = -0.9;

/** A judgement in a few words. */
export interface Verdict {
  words: string;
  isGood: boolean;
}

/** Judges a file by the loudness that was asked for, or without one by that of podcasts. */
export function verdictOn(loudness: Loudness, asked: Settings["loudness"], layout: AudioLayout): Verdict {
  const { integratedLufs: measured, truePeakDb = Number.NEGATIVE_INFINITY, isTargetReached } = loudness;
  if (measured === undefined) return { words: "Silent, or too short to have a loudness", isGood: false };
  if (isTargetReached === false)
    return { words: "The loudness that you asked for could not be reached", isGood: false };
  if (isTargetReached) {
    const words = typeof asked === "string" ? `Loud enough for ${PURPOSES[asked]}` : "As loud as you asked";
    return { words, isGood: true };
  }
  const { target } = LOUDNESS_SETTINGS[layout === "mono" ? "podcast-mono" : "podcast"];
  const off = measured - ("integratedLufs" in target ? target.integratedLufs : 0);
  if (off < -TOLERANCE_LU) return { words: "Quieter than podcasts are", isGood: false };
  if (off > TOLERANCE_LU) return { words: "Louder than podcasts are", isGood: false };
  if (truePeakDb > HIGHEST_PEAK_DB) return { words: "As loud as podcasts, with peaks that may distort", isGood: false };
  return { words: "Loud enough for podcasts", isGood: true };
}

/** `−16.0 LUFS, peak −1.2 dBTP, range 5.1 LU, +3.4 dB applied`. Silence and very short files have no level. */
export function loudnessInWords({ integratedLufs, truePeakDb, rangeLu, gainDb }: Loudness): string {
  const words = [];
  if (integratedLufs !== undefined) words.push(`${decibels(integratedLufs)} LUFS`);
  if (truePeakDb !== undefined) words.push(`peak ${decibels(truePeakDb)} dBTP`);
  if (integratedLufs !== undefined) words.push(`range ${decibels(rangeLu)} LU`);
  if (gainDb !== 0) words.push(`${gainDb > 0 ? "+" : ""}${decibels(gainDb)} dB applied`);
  return words.join(", ") || "silence";
}
