/** Reads the options of a caller: checks them, and fills in the defaults. */
import { fields, isPlain, wrong } from "./arguments.js";
import {
  BIT_RATE,
  type Bounds,
  CEILING_DB,
  CHAPTER_SOURCES,
  type ChapterSource,
  EXTENSIONS,
  type FileExtension,
  LEAST_CHAPTER_SECONDS,
  LEVEL_DB,
  type LibraryStorage,
  LOUDNESS_SETTINGS,
  type LoudnessPreset,
  type LoudnessSettings,
  type LoudnessTarget,
  QUALITIES,
  REACTIONS,
  type Reaction,
  STORAGES,
} from "./choices.js";
import type { AddOptions, AssetDetails, ExportOptions } from "./types.js";
import type { AssetFacts, EngineRange, SilenceTrim } from "./workers/messages.js";

/** Returns the loudness that the mix should have, or undefined if the caller wants none. */
export function loudnessTarget(loudness: ExportOptions["loudness"]): LoudnessTarget | undefined {
  if (loudness === undefined) return undefined;
  if (typeof loudness === "string") return preset(loudness).target;
  const [[name, level] = [], ...others] = isPlain(loudness) ? Object.entries(loudness) : [];
  if ((name === "integratedLufs" || name === "rmsDb") && others.length === 0) {
    within(`loudness.${name}`, LEVEL_DB, level);
    return loudness;
  }
  throw wrong("loudness", "a preset’s name, { integratedLufs } or { rmsDb }", loudness);
}

/** Returns the level that it is to have instead, if the layout `auto` makes the file mono. */
export function autoMonoTarget(loudness: ExportOptions["loudness"]): LoudnessTarget | undefined {
  return typeof loudness === "string" ? preset(loudness).autoMonoTarget : undefined;
}

/** Returns the default ceiling, in dBTP, for when the caller gives none. */
function usualCeiling(loudness: ExportOptions["loudness"]): number {
  return typeof loudness === "string" ? preset(loudness).ceilingDb : CEILING_DB.usual;
}

function preset(name: LoudnessPreset): LoudnessSettings {
  if (Object.hasOwn(LOUDNESS_SETTINGS, name)) return LOUDNESS_SETTINGS[name];
  throw new TypeError(`loudness must be a target or ${listed(Object.keys(LOUDNESS_SETTINGS))}, and not ${name}`);
}

/** Returns the settings for trimming silence at a content's ends, or undefined if the caller does not want that. */
export function silenceTrim(trim: AddOptions["trimSilence"]): SilenceTrim | undefined {
  if (!trim) return undefined;
  if (trim !== true && !isPlain(trim)) throw wrong("trimSilence", "true, false or an object", trim);
  const { thresholdDb = -60, keepSeconds = 0.05 } = trim === true ? {} : trim;
  if (!Number.isFinite(thresholdDb)) throw wrong("trimSilence.thresholdDb", "a number of decibels", thresholdDb);
  if (!(keepSeconds >= 0)) throw wrong("trimSilence.keepSeconds", "a number of seconds, 0 or more", keepSeconds);
  return { thresholdDb, keepSeconds };
}

/** Converts a trim from seconds to frames of the decoded content. Undefined if it does not overlap the content. */
export function trimIn(
  { start, end }: NonNullable<AssetDetails["trim"]>,
  { frames, sampleRate }: Pick<AssetFacts, "frames" | "sampleRate">,
): AssetFacts["trim"] {
  if (!(start >= 0 && start < end)) throw new TypeError("trim must have a start, 0 or more, and a later end");
  const within = (seconds: number) => Math.min(frames, Math.round(seconds * sampleRate));
  return within(start) < within(end) ? { start: within(start), end: within(end) } : undefined;
}

/** Returns the part of the timeline to export, or undefined for all of it. */
export function timeRange(range: ExportOptions["range"]): EngineRange | undefined {
  if (range === undefined) return undefined;
  const { start = 0, end } = fields("range", range);
  const isBehind = end === undefined || (typeof end === "number" && end > start);
  if (Number.isFinite(start) && start >= 0 && isBehind) return { start, end };
  throw new TypeError("range must have a start, 0 or more, and an end behind it, both in seconds");
}

/** The most workers by default. More of them would have too little to do, and cost memory. */
const MOST_WORKERS = 8;

/** Returns the most workers that an export may use. */
export function workerCount(asked: number | undefined, cores = globalThis.navigator?.hardwareConcurrency): number {
  if (asked === undefined) return Math.min(cores || 1, MOST_WORKERS);
  if (!Number.isInteger(asked) || asked < 1) throw new TypeError(`workers must be a whole number from 1, not ${asked}`);
  return asked;
}

/** Returns the bit rate, in bits a second. */
export function bitRate(bits: number = BIT_RATE.usual): number {
  return within("bitRate", BIT_RATE, bits);
}

/** Returns the limiter's ceiling in dBTP, or null for no limiter. */
export function ceilingDb({
  ceilingDb,
  loudness,
}: {
  ceilingDb?: ExportOptions["ceilingDb"] | undefined;
  loudness?: ExportOptions["loudness"];
}): number | null {
  if (ceilingDb === undefined) return usualCeiling(loudness);
  return ceilingDb === null ? null : within("ceilingDb", CEILING_DB, ceilingDb);
}

/** The largest gain, up or down, as an export finds it. */
const GAIN_DB: Bounds = { least: -60, most: 60 };

/** Returns the gain before the limiter, in decibels. */
export function gainDb(decibels = 0): number {
  return within("gainDb", GAIN_DB, decibels);
}

/** Returns the reaction to clips that cannot be used. */
export function reaction(to: Reaction = REACTIONS[0]): Reaction {
  return oneOf("onUnreadableClip", REACTIONS, to);
}

/** Returns whether the encoder should use its better and slower search. */
export function afterburner(quality: ExportOptions["quality"] = QUALITIES[0]): boolean {
  return oneOf("quality", QUALITIES, quality) === "best";
}

/** Returns the source of the chapters. Throws a `TypeError` if it is not a valid one. */
export function chapterSource(chapters: ChapterSource = CHAPTER_SOURCES[0]): ChapterSource {
  const everySeconds = typeof chapters === "object" ? chapters?.everySeconds : undefined;
  if (everySeconds !== undefined && Number.isFinite(everySeconds) && everySeconds >= LEAST_CHAPTER_SECONDS) {
    return { everySeconds };
  }
  if (typeof chapters === "string" && CHAPTER_SOURCES.includes(chapters)) return chapters;
  const period = `{ everySeconds }, a number from ${LEAST_CHAPTER_SECONDS}`;
  throw new TypeError(`chapters must be ${CHAPTER_SOURCES.join(", ")} or ${period}`);
}

/** Returns where a library is kept. */
export function storageOf(storage: LibraryStorage = STORAGES[0]): LibraryStorage {
  return oneOf("storage", STORAGES, storage);
}

/** Returns the extension for the file's name. */
export function fileExtension(extension: FileExtension = EXTENSIONS[0]): FileExtension {
  return oneOf("extension", EXTENSIONS, extension);
}

/** Returns `value` if it is one of the choices. Otherwise throws a `TypeError` that lists them. */
function oneOf<Choice extends string>(option: string, choices: readonly Choice[], value: Choice): Choice {
  if (choices.includes(value)) return value;
  throw new TypeError(`${option} must be ${listed(choices)}, and not ${String(value)}`);
}

/** Returns a number if it is within the bounds. Otherwise throws a `TypeError` that names them. */
function within(option: string, { least, most }: Bounds, value: unknown): number {
  if (typeof value === "number" && value >= least && value <= most) return value;
  throw wrong(option, `a number from ${least} to ${most}`, value);
}

/** Joins choices into a phrase, such as `best or draft`. */
export function listed(choices: readonly string[]): string {
  return new Intl.ListFormat("en-GB", { type: "disjunction" }).format(choices);
}
