/** The loudness of a finished file in words, for someone who does not know the figures. */
import { type AudioLayout, LOUDNESS_SETTINGS, type Loudness } from "secuencia";
import type { Settings } from "secuencia/project.js";
import { words } from "../words/words.ts";

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
  const { loudness: say } = words.value;
  const { integratedLufs: measured, truePeakDb = Number.NEGATIVE_INFINITY, isTargetReached } = loudness;
  if (measured === undefined) return { words: say.none, isGood: false };
  if (isTargetReached === false) return { words: say.notReached, isGood: false };
  if (isTargetReached) {
    return { words: typeof asked === "string" ? say.loudEnough[asked] : say.asAsked, isGood: true };
  }
  const { target } = LOUDNESS_SETTINGS[layout === "mono" ? "podcast-mono" : "podcast"];
  const off = measured - ("integratedLufs" in target ? target.integratedLufs : 0);
  if (off < -TOLERANCE_LU) return { words: say.quieter, isGood: false };
  if (off > TOLERANCE_LU) return { words: say.louder, isGood: false };
  if (truePeakDb > HIGHEST_PEAK_DB) return { words: say.peaks, isGood: false };
  return { words: say.loudEnough.podcast, isGood: true };
}

/** `−16.0 LUFS, peak −1.2 dBTP, range 5.1 LU, +3.4 dB applied`. Silence and very short files have no level. */
export function loudnessInWords({ integratedLufs, truePeakDb, rangeLu, gainDb }: Loudness): string {
  const { formats, loudness: say } = words.value;
  const facts = [];
  if (integratedLufs !== undefined) facts.push(`${formats.decibels(integratedLufs)} LUFS`);
  if (truePeakDb !== undefined) facts.push(say.peak(truePeakDb));
  if (integratedLufs !== undefined) facts.push(say.range(rangeLu));
  if (gainDb !== 0) facts.push(say.gain(gainDb));
  return facts.join(", ") || say.silence;
}
