/**
 * What the page and its workers say to each other. IDs, options and Blobs cross; audio never does.
 *
 * First of all the page hands each worker the compiled engine; a worker that gets none loads it itself. Then it gives
 * jobs, which it numbers, or has the worker assist another one. The worker does one after the other, in the order in
 * which they were asked for, and answers to each with any number of reports and one `done` or `failed`. A worker whose
 * module crashed says `crashed`, once: it must be replaced.
 */
import type { Failure } from "./errors.js";
import type {
  Chapter,
  ExportOptions,
  ExportPlan,
  ExportWarning,
  Loudness,
  LoudnessTarget,
  Progress,
  SidecarKind,
  UnreadableClip,
} from "./types.js";

/** Decode a content once, and say what it is. */
export interface InspectRequest {
  type: "inspect";
  /** For the error's sentence only. */
  assetId: string;
  content: Blob;
  /** A file's name or a MIME type. The content decides. */
  hint: string;
  trim: SilenceTrim | undefined;
}

/** What is silence, and how much of it stays at either end. */
export interface SilenceTrim {
  thresholdDb: number;
  keepSeconds: number;
}

/** Say what an export would do. */
export interface PlanRequest {
  type: "plan";
  database: string;
  timelineId: string;
}

/** Export a timeline. */
export interface ExportRequest {
  type: "export";
  database: string;
  timelineId: string;
  options: EngineOptions;
  destination: FileSystemFileHandle | undefined;
  /** How many workers there may be, the one that leads included. */
  workers: number;
}

/** How to export, with nothing left to be guessed. */
export interface EngineOptions {
  bitRate: number;
  /** The encoder's better and slower search. */
  afterburner: boolean;
  /** `null` for no limiter. */
  ceilingDb: number | null;
  loudness: LoudnessTarget | undefined;
  onUnreadableClip: "stop" | "silence";
  chapters: NonNullable<ExportOptions["chapters"]>;
  extension: "m4a" | "m4b";
  /** Assets that have crashed a decoder: they are not opened again. */
  distrustedAssets: string[];
  sidecars: SidecarKind[];
}

export type JobRequest = InspectRequest | PlanRequest | ExportRequest;

/**
 * From the page to a worker. `helpers` are at the other end of their ports; `crew.ts` says what goes through these. A
 * worker leaves what it assists when that is lost.
 */
export type Request =
  | { type: "load"; module: WebAssembly.Module | undefined }
  | (JobRequest & { job: number; helpers: MessagePort[] })
  | { type: "cancel"; job: number }
  | { type: "assist"; port: MessagePort }
  | { type: "leave" };

/** What decoding found. */
export interface AssetFacts {
  mimeType: string;
  /** The decoded length at `sampleRate`. */
  frames: number;
  sampleRate: number;
  channels: number;
  peaks: Uint8Array;
  /** In frames, where it was asked for and there is sound. */
  trim?: { start: number; end: number };
  /** Where in the content decoding may start. */
  seekIndex: Uint8Array;
  warning?: string;
}

/** What was made. */
export interface ExportReport {
  name: string;
  bytes: number;
  durationSeconds: number;
  sampleRate: number;
  channels: number;
  loudness: Loudness;
  warnings: ExportWarning[];
  unreadable: UnreadableClip[];
  chapters: Chapter[];
  sidecars: MadeSidecar[];
  /** Where there was no destination. */
  file?: Blob;
  /** The most that any worker's module holds at the end. Wasm memory never shrinks, so that is its peak. */
  wasmBytes: number;
  /** How many workers made it. */
  workers: number;
}

/** A sidecar before it has a name. */
export interface MadeSidecar {
  kind: SidecarKind;
  text: string;
}

/** The clip to blame for a crash. */
export interface Blame {
  clipId: string;
  assetId: string;
}

export type JobResult = AssetFacts | ExportPlan | ExportReport;

/** From the worker to the page. */
export type Reply =
  | { type: "progress"; job: number; progress: Progress }
  | { type: "done"; job: number; result: JobResult }
  | { type: "failed"; job: number; failure: Failure }
  | { type: "crashed"; reason: string; blame?: Blame };
