/**
 * The messages between the page and its workers, and between a leader and its helpers. IDs, options, Blobs and encoded
 * segments cross. Decoded audio crosses only from a worker to a player's audio worklet.
 *
 * The page first asks each worker whether its script runs, by `start`, and hands it the compiled engine. Then it
 * gives it numbered jobs, or has it help another worker or render for a player. A worker does its jobs one after the
 * other, in the order of the requests, and answers each with any number of progress reports and one `done` or `failed`.
 * While it has a job, helps or renders, it says `alive` every second. A worker whose module crashed says `crashed`,
 * once: it must be replaced, as one that says nothing any more.
 */
import type { ChapterSource, LoudnessTarget, Reaction, SidecarKind } from "../choices.js";
import type { Failure } from "../errors.js";
import type { Chapter, ExportOptions, ExportPlan, ExportResult, Levels, Progress, UnreadableClip } from "../types.js";

/** Asks for a content to be decoded once and described. */
export interface InspectRequest {
  type: "inspect";
  /** Used only in error messages. */
  assetId: string;
  content: Blob;
  /** A file's name or a MIME type. The content takes precedence. */
  hint: string;
  trim: SilenceTrim | undefined;
}

/** How to trim silence. */
export interface SilenceTrim {
  /** The loudest peak that counts as silence, in decibels of full scale. */
  thresholdDb: number;
  /** The silence to keep at each end, in seconds. */
  keepSeconds: number;
}

/**
 * The library as a worker opens it: the name of its database and the timeline's record, or the records in memory that
 * the job reads. The page's module makes it, and the engine reads it.
 */
export type LibrarySource = DatabaseSource | { contents: Map<string, Blob> };

/** A library in a database. The record is the timeline as it was at the call, if it was there. */
export interface DatabaseSource {
  database: string;
  timeline?: object;
}

/** Asks what an export would do. */
export interface PlanRequest {
  type: "plan";
  library: LibrarySource;
  timelineId: string;
  range: EngineRange | undefined;
}

/** Asks for what the files of a timeline's chapters have in common. */
export interface SurveyRequest {
  type: "survey";
  library: LibrarySource;
  timelineId: string;
  options: EngineOptions;
  /** The most workers to use, the leader included. */
  workers: number;
}

/** Asks for an export. */
export interface ExportRequest {
  type: "export";
  library: LibrarySource;
  timelineId: string;
  options: EngineOptions;
  destination: FileSystemFileHandle | StreamPort | undefined;
  /** The most workers to use, the leader included. */
  workers: number;
  /** Under which to keep the export until it ends, so that it can go on after a crash. Not for a library in memory. */
  keep: Keep | undefined;
}

/** The facts about a kept export that only the page uses. */
export interface Keep {
  id: string;
  /** The folder that the destination is in, if it is in one. */
  folder: FileSystemDirectoryHandle | undefined;
  /** The sidecars to save in that folder. */
  savedSidecars: SidecarKind[];
  /** When it was begun, in milliseconds since 1970. */
  begun: number;
}

/** An export that was interrupted, with all that it takes to go on. */
export interface KeptExport extends Keep {
  library: DatabaseSource;
  timelineId: string;
  options: EngineOptions;
  workers: number;
  /** The file, if it went into one and the browser keeps handles. */
  destination: FileSystemFileHandle | undefined;
  /** The percentage that is made. */
  completed: number;
}

/** Asks for the interrupted exports of a database's library. */
export interface UnfinishedRequest {
  type: "unfinished";
  database: string;
}

/** Asks to remove what is kept of an export, once no worker has it. */
export interface ForgetRequest {
  type: "forget";
  id: string;
}

/** The page's end of a stream that the file goes to: each `Step` that is sent to it is answered with a `Receipt`. */
export interface StreamPort {
  port: MessagePort;
  /** Whether the stream takes a `seek`. */
  canSeek: boolean;
}

/** From the worker to the page, through a `StreamPort`. */
export type Step =
  | { type: "write"; bytes: Uint8Array<ArrayBuffer> }
  | { type: "seek"; position: number }
  | { type: "close" };

/** The answer to a `Step`, once the stream wants the next one. */
export interface Receipt {
  failure?: { name: string; message: string };
}

/** How to export, with every default filled in. */
export interface EngineOptions {
  bitRate: number;
  /** Whether the encoder uses its better and slower search. */
  afterburner: boolean;
  /** The limiter's ceiling, or `null` for no limiter. */
  ceilingDb: number | null;
  loudness: LoudnessTarget | undefined;
  /** The target instead, if the layout `auto` makes the file mono. */
  autoMonoLoudness: LoudnessTarget | undefined;
  onUnreadableClip: NonNullable<ExportOptions["onUnreadableClip"]>;
  chapters: ChapterSource;
  range: EngineRange | undefined;
  /** The gain in decibels, if it is known. Otherwise it follows from the loudness. */
  gainDb: number | undefined;
  /** The file's place among several, for its tags. */
  part: { title: string; number: number; total: number } | undefined;
  /** The file's name, which some sidecars hold. */
  fileName: string;
  /** Assets whose decoder crashed or did not end, and so are not opened again. */
  distrustedAssets: string[];
  sidecars: SidecarKind[];
}

/** A part of the timeline in seconds, up to its end if there is no `end`. */
export interface EngineRange {
  start: number;
  end: number | undefined;
}

export type JobRequest =
  | InspectRequest
  | PlanRequest
  | SurveyRequest
  | ExportRequest
  | UnfinishedRequest
  | ForgetRequest;

/**
 * From the page to a worker. `lend` has helpers join a job: orders and words go through their ports. `help` has the
 * worker help the leader at the other end of `port`, and `leave` has it leave that leader. `watch` has it say `reading`
 * before it reads a clip, and after it without a clip. `preview` has it render for the player at the other end of
 * `port`; such a worker gets no jobs.
 */
export type Request =
  | { type: "start" }
  | { type: "load"; module: WebAssembly.Module }
  | (JobRequest & { job: number })
  | { type: "lend"; job: number; ports: MessagePort[] }
  | { type: "cancel"; job: number }
  | { type: "watch" }
  | { type: "help"; port: MessagePort }
  | { type: "preview"; port: MessagePort }
  | { type: "leave" };

/** The facts of a content, as decoding found them. */
export interface AssetFacts {
  mimeType: string;
  /** The decoded length at `sampleRate`. */
  frames: number;
  sampleRate: number;
  channels: number;
  hasEqualSides: boolean;
  peaks: Uint8Array;
  /** The stretch between the silences, in frames, if it was asked for and there is sound. */
  trim?: { start: number; end: number };
  /** The places in the content at which decoding can start. */
  seekIndex: Uint8Array;
  warning?: string;
}

/** A timeline's chapters, and the gain in decibels that brings all of it to its loudness. */
export interface TimelineSurvey {
  chapters: Chapter[];
  gainDb: number;
}

/** A finished export. */
export interface ExportReport extends Omit<ExportResult, "name" | "file" | "sidecars" | "saved" | "stats"> {
  sidecars: MadeSidecar[];
  /** The file, if there was no destination. */
  file?: Blob;
  /** The most that any worker's module holds at the end. Wasm memory never shrinks, so that is its peak. */
  wasmBytes: number;
  /** The number of workers that made it. */
  workers: number;
}

/** A sidecar that has no name yet. */
export interface MadeSidecar {
  kind: SidecarKind;
  text: string;
}

/** The clip to blame for a worker's loss. */
export interface Blame {
  clipId: string;
  assetId: string;
}

export type JobResult = AssetFacts | ExportPlan | TimelineSurvey | ExportReport | KeptExport[] | undefined;

/** The answer to `start`, with the name of the worker's build. */
export type Started = { type: "started"; build: string | undefined };

/** From the worker to the page. */
export type Reply =
  | { type: "alive" }
  | { type: "reading"; blame?: Blame }
  | { type: "progress"; job: number; progress: Progress }
  | { type: "done"; job: number; result: JobResult }
  | { type: "failed"; job: number; failure: Failure }
  | { type: "crashed"; reason: string; blame?: Blame };

/** An export, and one pass over it. Both are the engine's own objects, which the package passes on unread. */
export type Assignment = object;
export type Pass = object;
/** An encoded segment: its packets, and further fields of the engine's own. */
export type Segment = { packets: Uint8Array };

/**
 * A segment that a helper is asked to make. Each pass numbers its segments from 0, so it takes the pass and the number
 * to identify one.
 */
export interface Claim {
  id: number;
  number: number;
  pass: Pass;
}

/** From a leader to a helper. Orders to begin are numbered, because a helper may join late. */
export type Order =
  | { type: "prepare"; library: LibrarySource; timelineId: string }
  | { type: "begin"; number: number; assignment: Assignment }
  | { type: "make"; claim: Claim }
  | { type: "end" };

/**
 * From a helper to its leader. `begun` is the number of the order to begin that it has followed, `claim` the claim's
 * ID, `wasmBytes` the memory that its module holds. After `gone` it says no more.
 */
export type Word =
  | { type: "ready"; begun: number }
  | { type: "made"; claim: number; segment: Segment; wasmBytes: number }
  | { type: "refused"; claim: number }
  | { type: "gone" };

/** How a timeline is mixed for a player. */
export interface MixOptions {
  gainDb: number;
  /** The limiter's ceiling, or `null` for no limiter. */
  ceilingDb: number | null;
  onUnreadableClip: Reaction;
  /** Assets that have crashed a decoder, and so are not opened again. */
  distrustedAssets: string[];
}

/** A timeline's mix. */
export interface Mix {
  sampleRate: number;
  channels: number;
  frames: number;
}

/** A part of the mix that is played again and again, in frames. */
export interface MixLoop {
  start: number;
  end: number;
}

/** A rendered block: a plane for each channel, and the levels at its end. */
export interface MixBlock extends Levels {
  planes: Float32Array<ArrayBuffer>[];
}

/** The number of whole blocks in a second. */
export const BLOCKS_A_SECOND = 10;

/**
 * From a player to its worker. `open` opens a timeline beside the one that plays, and `use` goes on with it. `sound` is
 * the port to the worklet. `seek` begins a run.
 */
export type PlayerOrder =
  | { type: "open"; id: number; library: LibrarySource; timelineId: string; options: MixOptions }
  | { type: "use"; id: number }
  | { type: "sound"; port: MessagePort }
  | { type: "seek"; run: number; frame: number; loop: MixLoop | undefined }
  | { type: "loop"; loop: MixLoop | undefined }
  | { type: "end" };

/** From the worker to the player. `failed` says that the run ends early, `lost` that more clips are silent. */
export type PlayerWord =
  | { type: "opened"; id: number; mix: Mix; unreadable: UnreadableClip[] }
  | { type: "refused"; id: number; failure: Failure }
  | { type: "failed"; run: number; failure: Failure }
  | { type: "lost"; unreadable: UnreadableClip[] };

/** From the worker to the worklet: the next block of a run, or its end. It replaces those from its number on. */
export type Sound =
  | { run: number; number: number; frame: number; planes: MixBlock["planes"]; levels: Levels }
  | { run: number; number: number; frame: number; isEnd: true };

/** From the worklet to the worker: a block has begun. */
export interface Taken {
  run: number;
  number: number;
}

/** From the player to the worklet. `sound` is the port to the worker. */
export type SpeakerOrder =
  | { type: "sound"; port: MessagePort }
  | { type: "play" }
  | { type: "pause" }
  | { type: "end" };

/** From the worklet to the player. `time` is the context's, when `frame` plays. */
export type Played =
  | { type: "at"; run: number; frame: number; time: number; levels: Levels; underruns: number }
  | { type: "paused"; run: number; frame: number }
  | { type: "ended"; run: number; frame: number };

/** Returns the name of the worklet's node. It has the build's name: a worklet of another build has another one. */
export function nodeName(build: string | undefined): string {
  return `secuencia-player-${build}`;
}
