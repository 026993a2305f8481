/**
 * What the page and its worker say to each other. IDs, options and Blobs cross; audio never does.
 *
 * The page numbers its jobs. To each, the worker answers with any number of reports and one `done` or `failed`.
 * A worker whose module panicked says `crashed`, once: it must be replaced.
 */
import type { Failure } from "./errors.js";
import type { ExportWarning, Progress } from "./types.js";

/** Decode a content once, and say what it is. */
export interface InspectRequest {
  type: "inspect";
  /** For the error's sentence only. */
  assetId: string;
  content: Blob;
  /** A file's name or a MIME type. The content decides. */
  hint: string;
}

/** Export a timeline. */
export interface ExportRequest {
  type: "export";
  database: string;
  timelineId: string;
  bitRate: number;
  /** `null` for no limiter. */
  ceilingDb: number | null;
  destination: FileSystemFileHandle | undefined;
}

export type JobRequest = InspectRequest | ExportRequest;

/** From the page to the worker. */
export type Request = (JobRequest & { job: number }) | { type: "cancel"; job: number };

/** What decoding found. */
export interface AssetFacts {
  mimeType: string;
  /** The decoded length at `sampleRate`. */
  frames: number;
  sampleRate: number;
  channels: number;
  peaks: Uint8Array;
  warning?: string;
}

/** What was made. */
export interface ExportReport {
  name: string;
  bytes: number;
  durationSeconds: number;
  sampleRate: number;
  channels: number;
  warnings: ExportWarning[];
  /** Where there was no destination. */
  file?: Blob;
  /** What the worker's module holds at the end. Wasm memory never shrinks, so that is its peak. */
  wasmBytes: number;
}

export type JobResult = AssetFacts | ExportReport;

/** From the worker to the page. */
export type Reply =
  | { type: "progress"; job: number; progress: Progress }
  | { type: "done"; job: number; result: JobResult }
  | { type: "failed"; job: number; failure: Failure }
  | { type: "crashed"; reason: string };
