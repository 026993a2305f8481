/**
 * The values that options take, as lists and bounds that a page can offer. The types of the options derive from these
 * lists, and the package checks options by them. The first value of a list is the default, unless its comment says
 * otherwise.
 */

/** Channel layouts: `audioLayout` of a timeline. */
export const AUDIO_LAYOUTS = ["stereo", "mono"] as const;

/** Sample rates in hertz: `audioRate` of a timeline. */
export const AUDIO_RATES = [44_100, 48_000] as const;

/** Bit rates of an export, in bits a second: the bounds, and the default. */
export const BIT_RATE = { least: 32_000, most: 320_000, usual: 256_000 } as const;

/** Efforts of the encoder: `quality` of an export. */
export const QUALITIES = ["best", "draft"] as const;

/** True-peak ceilings, in dBTP: the bounds, and the default without a loudness preset. */
export const CEILING_DB = { least: -40, most: 0, usual: -1 } as const;

/** Levels that an export can be brought to, in LUFS or decibels of full scale: the bounds. */
export const LEVEL_DB = { least: -70, most: 0 } as const;

/** Loudness presets by name: the target of each, and its ceiling in dBTP. There is no default. */
export const LOUDNESS_PRESETS = {
  podcast: { target: { integratedLufs: -16 }, ceilingDb: CEILING_DB.usual },
  "podcast-mono": { target: { integratedLufs: -19 }, ceilingDb: CEILING_DB.usual },
  broadcast: { target: { integratedLufs: -23 }, ceilingDb: CEILING_DB.usual },
  // ACX takes -23 to -18 dB RMS, with peaks up to -3 dB.
  audiobook: { target: { rmsDb: -20 }, ceilingDb: -3 },
} as const;

/** Reactions of an export to clips that cannot be used: `onUnreadableClip`. */
export const REACTIONS = ["stop", "silence"] as const;

/** Sources of an export's chapters by name. A period is one too: `{ everySeconds }`. */
export const CHAPTER_SOURCES = ["markers", "clips", "scenes", "none"] as const;

/** The shortest period of `{ everySeconds }`, in seconds. */
export const LEAST_CHAPTER_SECONDS = 1;

/** Extensions of an exported file's name. The bytes are the same. */
export const EXTENSIONS = ["m4a", "m4b"] as const;

/** Kinds of text files that can go with the audio. None is the default. */
export const SIDECAR_KINDS = ["webvtt", "json", "srt", "chapters", "labels"] as const;

/** Media types that a file can have in its tags. None is the default. */
export const MEDIA_TYPES = ["music", "audiobook", "podcast"] as const;
