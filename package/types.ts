/** The package's shapes. Times are seconds as numbers; everything is a plain object. */
import type {
  AUDIO_LAYOUTS,
  AUDIO_RATES,
  CHAPTER_SOURCES,
  EXTENSIONS,
  LOUDNESS_PRESETS,
  MEDIA_TYPES,
  QUALITIES,
  REACTIONS,
  SIDECAR_KINDS,
} from "./choices.js";

/** A channel layout. */
export type AudioLayout = (typeof AUDIO_LAYOUTS)[number];

/** A sample rate, in hertz. */
export type AudioRate = (typeof AUDIO_RATES)[number];

/** What is known of a stored piece of audio. */
export interface Asset {
  id: string;
  /** What to call it: the file's name, as a rule. */
  name: string;
  /** The content's type as decoding found it, such as `audio/mpeg`. */
  mimeType: string;
  /** The decoded length, after the encoder's delay and padding are trimmed. */
  durationSeconds: number;
  /** The content's own sample rate, in hertz. */
  sampleRate: number;
  /** The content's own channel count. */
  channels: number;
  /** The spoken line. */
  text: string;
  /** Who speaks it. */
  voice: string;
  /** The waveform: the peak magnitude of equal stretches of the content, 255 being full scale. */
  peaks: Uint8Array;
  /** What clips play of it that do not say, in seconds, where `trimSilence` found silence at its ends. */
  trim?: { start: number; end: number };
  /** What decoding found amiss, in words; the audio that could be read is used. */
  warning?: string;
}

/** What the caller says of an asset on adding it. */
export interface AssetDetails {
  /** Made up if left out. An asset that has it already is replaced. */
  id?: string;
  /** A file's own name if left out. */
  name?: string;
  text?: string;
  voice?: string;
  /** What clips play of it that do not say, in seconds, where that is known: then `trimSilence` looks for nothing. */
  trim?: { start: number; end: number };
}

/** One clip as it is asked for. An asset's ID alone stands for the whole asset. */
export interface ClipSpec {
  assetId: string;
  id?: string;
  name?: string;
  /** Where it starts; after the clip before it on its lane, and the gap, if left out. */
  offset?: number;
  /** How long it lasts; to the asset's end, or to that of its `trim`, if left out. */
  duration?: number;
  /** Where in the asset it starts; 0, or where its `trim` starts, if left out. */
  sourceStart?: number;
  /** 0, the primary lane, if left out. */
  lane?: number;
  /** Gain in decibels; 0 if left out. */
  volumeDb?: number;
  isMuted?: boolean;
  /** How long it takes to come in; the timeline's `edgeFadeSeconds` if left out. Curves: docs/sound.md. */
  fadeIn?: number;
  /** How long it takes to go; the timeline's `edgeFadeSeconds` if left out. */
  fadeOut?: number;
  /** From -1, all left, to 1, all right; 0 if left out. A mono export has no sides, and ignores it. */
  pan?: number;
  /** What is said in it; the asset's text if left out. */
  text?: string;
  /** Who says it; the asset's voice if left out. */
  voice?: string;
  /** The heading of the scene that it belongs to. */
  scene?: string;
  /** What other programs keep with it. It is kept, and not looked at. */
  metadata?: Metadata;
}

/** What other programs keep with a part of a timeline: anything that JSON can say. */
export type Metadata = Record<string, unknown>;

/** A clip in its place. */
export interface TimelineClip {
  id: string;
  name: string;
  assetId: string;
  offset: number;
  duration: number;
  sourceStart: number;
  lane: number;
  volumeDb: number;
  isMuted: boolean;
  /** Seconds; 0 if left out. */
  fadeIn?: number;
  /** Seconds; 0 if left out. */
  fadeOut?: number;
  /** -1 to 1; 0 if left out. */
  pan?: number;
  /** What is said in it; the asset's text if left out. */
  text?: string;
  /** Who says it; the asset's voice if left out. */
  voice?: string;
  /** The heading of the scene that it belongs to. */
  scene?: string;
  metadata?: Metadata;
}

/** Where a chapter begins. It ends where the next one does, or the timeline. */
export interface ChapterMarker {
  title: string;
  /** Seconds from the timeline's start. */
  offset: number;
  /** The ID of its picture: see `addImage`. */
  image?: string;
  metadata?: Metadata;
}

/** What an exported file says of itself beside its sound. What is left out is not written. */
export interface Tags {
  /** The timeline's name if left out. */
  title?: string;
  artist?: string;
  album?: string;
  albumArtist?: string;
  composer?: string;
  narrator?: string;
  genre?: string;
  /** A year, or a date as ISO 8601 writes it. */
  year?: string;
  track?: { number: number; total?: number };
  disc?: { number: number; total?: number };
  comment?: string;
  description?: string;
  longDescription?: string;
  copyright?: string;
  /** As BCP 47 names it: `en`, `pt-BR`. */
  language?: string;
  grouping?: string;
  mediaType?: (typeof MEDIA_TYPES)[number];
  /** The IDs of its pictures, the first one being its cover: see `addImage`. */
  covers?: string[];
}

/** What is known of a stored picture. */
export interface Image {
  id: string;
  mimeType: "image/jpeg" | "image/png";
  /** In pixels. */
  width: number;
  /** In pixels. */
  height: number;
  /** The file's size. */
  bytes: number;
}

/** Clips on lanes. */
export interface Timeline {
  id: string;
  name: string;
  audioLayout: AudioLayout;
  audioRate: AudioRate;
  clips: TimelineClip[];
  chapters?: ChapterMarker[];
  tags?: Tags;
  metadata?: Metadata;
  /** The latest end of any clip. Computed; ignored by `saveTimeline`. */
  durationSeconds: number;
}

/** What the job is doing. */
export type Phase =
  | "validating"
  | "converting"
  | "finalizing"
  | "loading"
  | "filtering"
  | "composing"
  | "measuring"
  | "encoding"
  | "done";

/**
 * A progress report. At most ten come in a second, fewer where a bar would not move, and `completed` never goes back.
 */
export interface Progress {
  /** How much of the whole is done, 0 to 100. `buildTimeline` is 0 to 30 of it, `exportAudio` 30 to 100. */
  completed: number;
  phase: Phase;
  /** The phase in words. */
  message: string;
  /** How long the rest should take, once there is something to measure it by. */
  secondsLeft?: number;
}

/** What every long job takes. */
export interface JobOptions {
  onProgress?: (progress: Progress) => void;
  /** Aborting it rejects the job with an `AbortError` and leaves nothing behind. */
  signal?: AbortSignal;
}

/** How to add an asset. */
export interface AddOptions {
  /**
   * Finds the silence at the content's ends, and keeps it out of clips that do not say what they play. The content
   * itself stays whole. `true` is for a threshold of -60 dB of full scale, with 0.05 s of silence kept at either end.
   */
  trimSilence?: boolean | { thresholdDb?: number; keepSeconds?: number };
  /** Aborting it rejects with an `AbortError`, and keeps nothing. */
  signal?: AbortSignal;
}

/** How to build a timeline. */
export interface TimelineOptions extends JobOptions {
  /** Made up if left out. A timeline that has it already is replaced. */
  id?: string;
  /** Silence between neighbours on a lane; 0 if left out. */
  gapSeconds?: number;
  /** The fades of clips that do not say theirs, such as 0.005 against clicks at joins; 0 if left out. */
  edgeFadeSeconds?: number;
  /** `stereo` if left out. */
  audioLayout?: AudioLayout;
  /** 44100 if left out. */
  audioRate?: AudioRate;
  /** Where chapters begin. */
  chapters?: ChapterMarker[];
  /** What the exported file says of itself. */
  tags?: Tags;
  /** What other programs keep with the timeline. */
  metadata?: Metadata;
}

/** How to export. */
export interface ExportOptions extends JobOptions {
  /**
   * A file from `showSaveFilePicker`: it is replaced only by a finished export. Or a folder from `showDirectoryPicker`,
   * for reading and writing: the audio and its sidecars become new files in it. Left out: `result.file` holds the
   * audio.
   */
  destination?: FileSystemFileHandle | FileSystemDirectoryHandle;
  /** Bits a second, 32,000 to 320,000; 256,000 if left out. */
  bitRate?: number;
  /** `best` if left out. A `draft` takes about half the time, and sounds a little worse at low bit rates. */
  quality?: (typeof QUALITIES)[number];
  /** The true-peak limiter's ceiling in dBTP, -40 to 0; -1 if left out, and `null` for no limiter. */
  ceilingDb?: number | null;
  /** How loud the mix shall be. It is heard once before it is encoded, and brought there by one gain. */
  loudness?: LoudnessPreset | LoudnessTarget;
  /** What to do about clips that cannot be used: fail and name them, the default, or go on with silence there. */
  onUnreadableClip?: (typeof REACTIONS)[number];
  /** The source of the file's chapters; `markers` if left out. */
  chapters?: ChapterSource;
  /** The end of `result.name`; `m4a` if left out. */
  extension?: FileExtension;
  /** How many workers may make it, from 1 on; one for each core, up to 8, if left out. The file is the same. */
  workers?: number;
  /** The text files that go with the audio; none if left out: docs/sidecars.md. */
  sidecars?: readonly SidecarKind[];
  /** Which of those are saved, too, where the destination is a folder: all, if left out. The result has the others. */
  savedSidecars?: readonly SidecarKind[];
}

/**
 * `webvtt` is for a player's `<track>`, `json` for programs, `srt` for players of films, `chapters` for podcast feeds,
 * and `labels` for Audacity.
 */
export type SidecarKind = (typeof SIDECAR_KINDS)[number];

/**
 * The source of a file's chapters: the timeline's `markers`, each audible one of its `clips`, each of its `scenes`, or
 * a time of at least one second between chapters. The rules: docs/finished-file.md.
 */
export type ChapterSource = (typeof CHAPTER_SOURCES)[number] | { everySeconds: number };

/** The end of a file's name. Players list an `m4b` with the audiobooks; the bytes are the same. */
export type FileExtension = (typeof EXTENSIONS)[number];

/** A text file that goes with the audio. */
export interface Sidecar {
  kind: SidecarKind;
  /** What it is to be called, beside the audio. */
  name: string;
  /** Its MIME type. */
  type: string;
  text: string;
}

/**
 * `podcast`: -16 LUFS, for stereo. `podcast-mono`: -19 LUFS, as loud in one channel. `broadcast`: -23 LUFS, EBU R 128.
 * `audiobook`: -20 dB RMS under a ceiling of -3 dBTP unless another is given, within what ACX asks for.
 */
export type LoudnessPreset = keyof typeof LOUDNESS_PRESETS;

/** A level from -70 to 0: integrated loudness in LUFS, or the root of the mean square in dB of full scale. */
export type LoudnessTarget = { integratedLufs: number } | { rmsDb: number };

/** How loud a mix is, as it was encoded. Silence has no level. */
export interface Loudness {
  /** Integrated loudness by EBU R 128, in LUFS. Left out for less than 0.4 s as well. */
  integratedLufs?: number;
  /** The loudness range, in LU. */
  rangeLu: number;
  /** The largest true peak of any channel, in dBTP. */
  truePeakDb?: number;
  /** The root of the mean square of all samples, in dB of full scale. */
  rmsDb?: number;
  /** The gain that was applied to reach the target, in decibels, -60 to 60; 0 without one. */
  gainDb: number;
  /**
   * Whether the mix is within 0.1 of the target. It is not where more gain would only be limited away or would be over
   * 60 dB, and where the mix is silent or too short to have a loudness. Left out without a target.
   */
  isTargetReached?: boolean;
}

/** A clip that cannot be used, and why. */
export interface UnreadableClip {
  clipId: string;
  assetId: string;
  code: "missing-asset" | "invalid-audio";
  message: string;
}

/** What an export would do. */
export interface ExportPlan {
  durationSeconds: number;
  /** How many clips would be heard. */
  clips: number;
  /** Those that cannot be. */
  unreadable: UnreadableClip[];
}

/** Something that did not go as it should, and did not stop the export. */
export interface ExportWarning {
  message: string;
  /** The clip that it is about, and its asset, where it is about one. */
  clipId?: string;
  assetId?: string;
}

/** A chapter of a finished file. */
export interface Chapter {
  title: string;
  /** Seconds: the time of a sample, exactly. */
  startTime: number;
  /** Where the next one starts, or the file ends. */
  endTime: number;
}

/** A finished export. */
export interface ExportResult {
  /**
   * The file's name. If no destination was given, it is `{timeline's name}.m4a` or `.m4b`; characters that file systems
   * refuse are replaced.
   */
  name: string;
  /** The file, where no destination was given. */
  file?: File;
  bytes: number;
  durationSeconds: number;
  sampleRate: number;
  channels: number;
  loudness: Loudness;
  warnings: ExportWarning[];
  /** Clips that could not be used, and are silent. */
  unreadable: UnreadableClip[];
  /** What the file has; empty for none. */
  chapters: Chapter[];
  /** The text files that were asked for. One that could not be made or saved is among the warnings. */
  sidecars: Sidecar[];
  /** The names of what lies in the folder now, where one was given; the audio's is the first. */
  saved?: string[];
  stats: ExportStats;
}

/** What the export cost. */
export interface ExportStats {
  wallSeconds: number;
  /** Seconds of audio made in a second. */
  realTimeFactor: number;
  /** How many workers made it. */
  workers: number;
  /** The most memory that any one worker's module held. */
  peakWasmBytes: number;
}

/** Where the library lies. */
export interface LibraryOptions {
  /** The IndexedDB database's name; `secuencia` if left out, which every page of the origin has that names none. */
  database?: string;
  /** The folder that holds the package's files, where a bundler moved its code away from them. */
  moduleUrl?: string | URL;
}

/** What went wrong, for a program. */
export type ErrorCode =
  | "empty-timeline"
  | "no-audio-elements"
  | "timeline-not-found"
  | "missing-asset"
  | "invalid-audio"
  | "invalid-image"
  | "quota-exceeded"
  | "storage"
  | "export-failed";
