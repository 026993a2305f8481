/**
 * The values that options take, as lists and bounds that a page can offer. The types of the options derive from these
 * lists, and the package checks options by them. The first value of a list is the default, unless its comment says
 * otherwise.
 */

/** The values that a number may have. */
export interface Bounds {
  /** The lowest value. */
  least: number;
  /** The highest value. */
  most: number;
}

/** The values that an option may have, and its default. */
export interface BoundsWithDefault extends Bounds {
  /** The value if the option is left out. */
  usual: number;
}

/** The places where a library is kept. */
export const STORAGES = ["indexeddb", "memory"] as const;

/** The browser's IndexedDB, or memory. */
export type LibraryStorage = (typeof STORAGES)[number];

/** The channel layouts of a timeline. */
export const AUDIO_LAYOUTS = ["stereo", "mono", "auto"] as const;

/** A channel layout. `auto` is mono if every clip that is heard has equal sides and no pan, else stereo. */
export type AudioLayout = (typeof AUDIO_LAYOUTS)[number];

/** The channel layout of a file. */
export type FileLayout = Exclude<AudioLayout, "auto">;

/** The sample rates of a timeline, in hertz. */
export const AUDIO_RATES = [44_100, 48_000] as const;

/** A sample rate, in hertz. */
export type AudioRate = (typeof AUDIO_RATES)[number];

/** The bit rates of an export, in bits a second. */
export const BIT_RATE: BoundsWithDefault = { least: 32_000, most: 320_000, usual: 256_000 };

/** The qualities of an export: the encoder's better search, or the faster one. */
export const QUALITIES = ["best", "draft"] as const;

/** `best`, or `draft`: about twice as fast, and a little worse at low bit rates. */
export type Quality = (typeof QUALITIES)[number];

/** The limiter's ceilings, in dBTP. A loudness preset may have a default of its own. */
export const CEILING_DB: BoundsWithDefault = { least: -40, most: 0, usual: -1 };

/** The levels of a loudness target, in LUFS or decibels of full scale. */
export const LEVEL_DB: Bounds = { least: -70, most: 0 };

/** A target by integrated loudness, as EBU R 128 measures it. */
export interface LufsTarget {
  /** LUFS, -70 to 0. */
  integratedLufs: number;
}

/** A target by the root of the mean square of all samples. */
export interface RmsTarget {
  /** Decibels of full scale, -70 to 0. */
  rmsDb: number;
}

/** The loudness that a mix is to have. */
export type LoudnessTarget = LufsTarget | RmsTarget;

/** The names of the loudness presets. None is the default. */
export const LOUDNESS_PRESETS = ["podcast", "podcast-mono", "broadcast", "audiobook"] as const;

/**
 * `podcast`: -16 LUFS, or -19 LUFS if the layout `auto` makes the file mono. `podcast-mono`: -19 LUFS, which is as loud
 * in one channel. `broadcast`: -23 LUFS, as EBU R 128 asks for. `audiobook`: -20 dB RMS under a ceiling of -3 dBTP,
 * within the limits of ACX.
 */
export type LoudnessPreset = (typeof LOUDNESS_PRESETS)[number];

/** The settings of a loudness preset. */
export interface LoudnessSettings {
  /** The loudness of the mix. */
  target: LoudnessTarget;
  /** The loudness instead, if the layout `auto` makes the file mono. Default: `target`. */
  autoMonoTarget?: LoudnessTarget;
  /** The limiter's ceiling, in dBTP, unless the export has a `ceilingDb`. */
  ceilingDb: number;
}

/** The target and the ceiling of each preset. ACX takes -23 to -18 dB RMS, with peaks up to -3 dB. */
export const LOUDNESS_SETTINGS: Readonly<Record<LoudnessPreset, LoudnessSettings>> = {
  // Two loudspeakers play a mono file 3 dB louder than it measures.
  podcast: {
    target: { integratedLufs: -16 },
    autoMonoTarget: { integratedLufs: -19 },
    ceilingDb: CEILING_DB.usual,
  },
  "podcast-mono": { target: { integratedLufs: -19 }, ceilingDb: CEILING_DB.usual },
  broadcast: { target: { integratedLufs: -23 }, ceilingDb: CEILING_DB.usual },
  audiobook: { target: { rmsDb: -20 }, ceilingDb: -3 },
};

/** The reactions of an export to clips that cannot be used. */
export const REACTIONS = ["stop", "silence"] as const;

/** `stop` fails the export and names the clips; `silence` goes on with silence in their place. */
export type Reaction = (typeof REACTIONS)[number];

/** The sources of an export's chapters by name. A `ChapterPeriod` is one too. */
export const CHAPTER_SOURCES = ["markers", "clips", "scenes", "none"] as const;

/** The shortest `ChapterPeriod`, in seconds. */
export const LEAST_CHAPTER_SECONDS = 1;

/** Chapters at equal distances. */
export interface ChapterPeriod {
  /** Seconds from one chapter to the next, 1 or more. */
  everySeconds: number;
}

/**
 * `markers`: the timeline's own chapters. `clips`: one for each audible clip. `scenes`: one for each change of the
 * clips' scene. `none`: no chapters. The rules are in docs/finished-file.md.
 */
export type ChapterSource = (typeof CHAPTER_SOURCES)[number] | ChapterPeriod;

/** The extensions of an exported file. */
export const EXTENSIONS = ["m4a", "m4b"] as const;

/** The end of a file's name. Players list an `m4b` with the audiobooks; the bytes are the same. */
export type FileExtension = (typeof EXTENSIONS)[number];

/** The kinds of text files that can go with the audio. None is the default. */
export const SIDECAR_KINDS = ["webvtt", "json", "srt", "chapters", "show-notes", "labels"] as const;

/**
 * `webvtt` is for a player's `<track>`, `json` for programs, `srt` for film players, `chapters` for podcast feeds,
 * `show-notes` for descriptions of videos and episodes, and `labels` for Audacity. Their contents are in
 * docs/sidecars.md.
 */
export type SidecarKind = (typeof SIDECAR_KINDS)[number];

/** The media types that a file's tags can have. None is the default. */
export const MEDIA_TYPES = ["music", "audiobook", "podcast"] as const;

/** A media type, by which players file the audio. */
export type MediaType = (typeof MEDIA_TYPES)[number];
