/** Reads the options of a caller: checks them, and fills in the defaults. */
import {
  CEILING_DB,
  CHAPTER_SOURCES,
  type ChapterSource,
  EXTENSIONS,
  type FileExtension,
  LEAST_CHAPTER_SECONDS,
  LOUDNESS_SETTINGS,
  type LoudnessPreset,
  type LoudnessSettings,
  type LoudnessTarget,
  QUALITIES,
} from "./choices.js";
import type { AddOptions, AssetDetails, ExportOptions } from "./types.js";
import type { AssetFacts, SilenceTrim } from "./workers/messages.js";

/** The level that the mix is to have, if any. */
export function loudnessTarget(loudness: ExportOptions["loudness"]): LoudnessTarget | undefined {
  return typeof loudness === "string" ? preset(loudness).target : loudness;
}

/** The ceiling if the caller gives none, in dBTP. */
export function usualCeiling(loudness: ExportOptions["loudness"]): number {
  return typeof loudness === "string" ? preset(loudness).ceilingDb : CEILING_DB.usual;
}

function preset(name: LoudnessPreset): LoudnessSettings {
  if (Object.hasOwn(LOUDNESS_SETTINGS, name)) return LOUDNESS_SETTINGS[name];
  throw new TypeError(`loudness must be a target or ${listed(Object.keys(LOUDNESS_SETTINGS))}, and not ${name}`);
}

/** How to find the silence at a content's ends, if the caller wants that. */
export function silenceTrim(trim: AddOptions["trimSilence"]): SilenceTrim | undefined {
  if (!trim) return undefined;
  return { thresholdDb: -60, keepSeconds: 0.05, ...(trim === true ? {} : trim) };
}

/** A known trim, in frames of the decoded content. Undefined if it does not overlap the content. */
export function trimIn(
  { start, end }: NonNullable<AssetDetails["trim"]>,
  { frames, sampleRate }: Pick<AssetFacts, "frames" | "sampleRate">,
): AssetFacts["trim"] {
  if (!(start >= 0 && start < end)) throw new TypeError("trim must have a start, 0 or more, and an end behind it");
  const within = (seconds: number) => Math.min(frames, Math.round(seconds * sampleRate));
  return within(start) < within(end) ? { start: within(start), end: within(end) } : undefined;
}

/** More workers than that would have too little to do, and cost memory. */
const MOST_WORKERS = 8;

/** The most workers that an export may use. */
export function workerCount(asked: number | undefined): number {
  if (asked === undefined) return Math.min(globalThis.navigator?.hardwareConcurrency || 1, MOST_WORKERS);
  if (!Number.isInteger(asked) || asked < 1) throw new TypeError(`workers must be a whole number from 1, not ${asked}`);
  return asked;
}

/** Whether the encoder uses its better and slower search. */
export function afterburner(quality: ExportOptions["quality"] = QUALITIES[0]): boolean {
  return oneOf("quality", QUALITIES, quality) === "best";
}

/** The source of the chapters. */
export function chapterSource(chapters: ChapterSource = CHAPTER_SOURCES[0]): ChapterSource {
  const everySeconds = typeof chapters === "object" ? chapters?.everySeconds : undefined;
  if (everySeconds !== undefined && Number.isFinite(everySeconds) && everySeconds >= LEAST_CHAPTER_SECONDS) {
    return { everySeconds };
  }
  if (typeof chapters === "string" && CHAPTER_SOURCES.includes(chapters)) return chapters;
  const period = `{ everySeconds }, a number from ${LEAST_CHAPTER_SECONDS}`;
  throw new TypeError(`chapters must be ${CHAPTER_SOURCES.join(", ")} or ${period}`);
}

/** The end of the file's name. */
export function fileExtension(extension: FileExtension = EXTENSIONS[0]): FileExtension {
  return oneOf("extension", EXTENSIONS, extension);
}

/** A choice. Throws a `TypeError` for anything else, with all choices. */
function oneOf<Choice extends string>(option: string, choices: readonly Choice[], value: Choice): Choice {
  if (choices.includes(value)) return value;
  throw new TypeError(`${option} must be ${listed(choices)}, and not ${value}`);
}

/** Choices as words: `best or draft`. */
export function listed(choices: readonly string[]): string {
  return new Intl.ListFormat("en-GB", { type: "disjunction" }).format(choices);
}
