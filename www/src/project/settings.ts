/**
 * What a project says of its file and its sound. Each setting is one of the package's own options and goes to it as it
 * is; what is left out is as the package has it.
 */
import type { AddOptions, ExportOptions, SidecarKind, TimelineOptions } from "secuencia";
import { count } from "../format.ts";
import type { About } from "./about.ts";

/** Part of the project, and of its file. */
export interface Settings
  extends Pick<TimelineOptions, "edgeFadeSeconds" | "audioLayout" | "audioRate">,
    Pick<ExportOptions, "bitRate" | "loudness" | "ceilingDb" | "onUnreadableClip" | "timing" | "sidecars"> {
  /** For audio that is added from now on. */
  trimSilence?: Extract<AddOptions["trimSilence"], boolean>;
}

/** The words that a project file may use. The first of those that have one is what the package does by itself. */
export const LAYOUTS = ["stereo", "mono"] as const;
export const RATES = [44_100, 48_000] as const;
export const LOUDNESSES = ["podcast", "podcast-mono", "broadcast", "audiobook"] as const;
export const REACTIONS = ["stop", "silence"] as const;
export const TIMINGS = ["none", "webvtt", "json", "both"] as const;
export const SIDECARS = ["webvtt", "json", "srt", "chapters", "labels"] as const;

/** The text files that can go with the audio, in words. */
export const SIDECAR_NAMES: Record<SidecarKind, string> = {
  webvtt: "Captions (.vtt)",
  json: "Timing (.json)",
  srt: "Subtitles (.srt)",
  chapters: "Chapters (.json)",
  labels: "Audacity labels (.txt)",
};

export const BIT_RATE = 256_000;
export const BIT_RATES = { least: 32_000, most: 320_000 };
/** The lowest level of a mix and of its ceiling, in decibels; the highest is 0. */
export const LEAST_LEVEL_DB = -70;
export const LEAST_CEILING_DB = -40;
/** Past a second it is no fade against clicks any more. */
export const MAX_EDGE_FADE_SECONDS = 1;

const GOALS = {
  podcast: "−16 LUFS",
  "podcast-mono": "−19 LUFS",
  broadcast: "−23 LUFS",
  audiobook: "−20 dB RMS",
} as const;

/** Says what will be made: `stereo, 44.1 kHz, 256 kb/s, to −16 LUFS`. */
export function settingsInWords(settings: Settings & Pick<About, "extension">): string {
  const { audioLayout = LAYOUTS[0], audioRate = RATES[0], bitRate = BIT_RATE, loudness, ceilingDb } = settings;
  const words = [audioLayout, rateInWords(audioRate), bitRateInWords(bitRate)];
  if (loudness) words.push(`to ${goalInWords(loudness)}`);
  if (ceilingDb === null) words.push("no limiter");
  else if (ceilingDb !== undefined) words.push(`peaks to ${level(ceilingDb)} dBTP`);
  if (settings.extension === "m4b") words.push("as an audiobook");
  if (settings.onUnreadableClip === "silence") words.push("silence for what cannot be used");
  const texts = sidecarsOf(settings).length;
  if (texts > 0) words.push(`with ${count(texts, "text file")}`);
  return words.join(", ");
}

/** The text files that are asked for, in whichever way, each once. */
export function sidecarsOf({ timing = "none", sidecars = [] }: Settings): SidecarKind[] {
  const timings = timing === "both" ? ["webvtt", "json"] : [timing];
  return SIDECARS.filter((kind) => timings.includes(kind) || sidecars.includes(kind));
}

/** What asks for these text files, and no others. */
export function askingFor(kinds: readonly SidecarKind[]): Pick<Settings, "timing" | "sidecars"> {
  const [hasWebvtt, hasJson] = [kinds.includes("webvtt"), kinds.includes("json")];
  const further = kinds.filter((kind) => kind !== "webvtt" && kind !== "json");
  return {
    ...((hasWebvtt || hasJson) && { timing: hasWebvtt && hasJson ? "both" : hasWebvtt ? "webvtt" : "json" }),
    ...(further.length > 0 && { sidecars: further }),
  };
}

/** `44.1 kHz` */
export function rateInWords(hertz: number): string {
  return `${hertz / 1000} kHz`;
}

/** `256 kb/s` */
export function bitRateInWords(bits: number): string {
  return `${bits / 1000} kb/s`;
}

/** `−16 LUFS` */
export function goalInWords(loudness: NonNullable<Settings["loudness"]>): string {
  if (typeof loudness === "string") return GOALS[loudness];
  return "rmsDb" in loudness ? `${level(loudness.rmsDb)} dB RMS` : `${level(loudness.integratedLufs)} LUFS`;
}

/** A level with the sign that figures have in print: `−16`. */
export function level(decibels: number): string {
  return String(decibels).replace("-", "−");
}
