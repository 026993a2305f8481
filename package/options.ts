/** What the words and the blanks in a caller's options stand for. */
import type { AddOptions, AssetDetails, ExportOptions, LoudnessPreset, LoudnessTarget } from "./types.js";
import type { AssetFacts, EngineOptions, SilenceTrim } from "./workers/messages.js";

interface Preset {
  target: LoudnessTarget;
  ceilingDb: number;
}

/** In dBTP: room for what the codec adds to peaks. */
const CEILING = -1;

const PRESETS: Record<LoudnessPreset, Preset> = {
  podcast: { target: { integratedLufs: -16 }, ceilingDb: CEILING },
  "podcast-mono": { target: { integratedLufs: -19 }, ceilingDb: CEILING },
  broadcast: { target: { integratedLufs: -23 }, ceilingDb: CEILING },
  // ACX takes -23 to -18 dB RMS, with peaks up to -3 dB.
  audiobook: { target: { rmsDb: -20 }, ceilingDb: -3 },
};

/** The level that is asked for, if one is. */
export function loudnessTarget(loudness: ExportOptions["loudness"]): LoudnessTarget | undefined {
  return typeof loudness === "string" ? preset(loudness).target : loudness;
}

/** The ceiling where the caller does not give one. */
export function usualCeiling(loudness: ExportOptions["loudness"]): number {
  return typeof loudness === "string" ? preset(loudness).ceilingDb : CEILING;
}

function preset(name: LoudnessPreset): Preset {
  if (!Object.hasOwn(PRESETS, name)) {
    throw new TypeError(`loudness must be a target or one of ${Object.keys(PRESETS).join(", ")}, and not ${name}`);
  }
  return PRESETS[name];
}

/** What is silence at a content's ends, if it is to be found. */
export function silenceTrim(trim: AddOptions["trimSilence"]): SilenceTrim | undefined {
  if (!trim) return undefined;
  return { thresholdDb: -60, keepSeconds: 0.05, ...(trim === true ? {} : trim) };
}

/** A trim that is known, in frames of what decoding found; none where nothing of it lies in there. */
export function trimIn(
  { start, end }: NonNullable<AssetDetails["trim"]>,
  { frames, sampleRate }: Pick<AssetFacts, "frames" | "sampleRate">,
): AssetFacts["trim"] {
  if (!(start >= 0 && start < end)) throw new TypeError("trim must have a start, 0 or more, and an end behind it");
  const within = (seconds: number) => Math.min(frames, Math.round(seconds * sampleRate));
  return within(start) < within(end) ? { start: within(start), end: within(end) } : undefined;
}

/** More workers than that find too little to do, and cost memory. */
const MOST_WORKERS = 8;

/** How many workers an export may have. */
export function workerCount(asked: number | undefined): number {
  if (asked === undefined) return Math.min(globalThis.navigator?.hardwareConcurrency || 1, MOST_WORKERS);
  if (!Number.isInteger(asked) || asked < 1) throw new TypeError(`workers must be a whole number from 1, not ${asked}`);
  return asked;
}

/** Whether the encoder takes the time for its better search. */
export function afterburner(quality: ExportOptions["quality"] = "best"): boolean {
  if (quality !== "best" && quality !== "draft") {
    throw new TypeError(`quality must be best or draft, and not ${quality}`);
  }
  return quality === "best";
}

/** What chapters are made of. */
export function chapterSource(chapters: ExportOptions["chapters"] = "markers"): EngineOptions["chapters"] {
  const everySeconds = typeof chapters === "object" ? chapters?.everySeconds : undefined;
  if (everySeconds !== undefined && Number.isFinite(everySeconds) && everySeconds >= 1) return { everySeconds };
  if (typeof chapters === "string" && CHAPTER_SOURCES.includes(chapters)) return chapters;
  throw new TypeError(`chapters must be ${CHAPTER_SOURCES.join(", ")} or { everySeconds }, a number from 1`);
}

const CHAPTER_SOURCES = ["markers", "clips", "scenes", "none"];

/** What the file's name ends with. */
export function fileExtension(extension: ExportOptions["extension"] = "m4a"): EngineOptions["extension"] {
  if (extension !== "m4a" && extension !== "m4b") {
    throw new TypeError(`extension must be m4a or m4b, and not ${extension}`);
  }
  return extension;
}
