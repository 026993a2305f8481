/** The worker's module, which wasm-bindgen makes from `src/web/engine/`, with the types of its plain objects. */
import type { ExportPlan, Progress, UnreadableClip } from "../types.js";
import type { JournalFile } from "./journal.js";
import type { Leader } from "./leader.js";
import type {
  AssetFacts,
  Assignment,
  Blame,
  EngineOptions,
  EngineRange,
  ExportReport,
  LibrarySource,
  Mix,
  MixBlock,
  MixOptions,
  Pass,
  Segment,
  SilenceTrim,
  TimelineSurvey,
} from "./messages.js";
import type { Outlet } from "./outlet.js";

/** Starts the module. */
export default function init(given: { module_or_path: WebAssembly.Module }): Promise<{ memory: WebAssembly.Memory }>;

export function inspect(
  assetId: string,
  content: Blob,
  hint: string,
  trim: SilenceTrim | undefined,
  onProgress: (progress: Progress) => void,
  signal: AbortSignal,
): Promise<AssetFacts>;

export function planTimeline(
  library: LibrarySource,
  timelineId: string,
  range: EngineRange | undefined,
  onProgress: (progress: Progress) => void,
  signal: AbortSignal,
): Promise<ExportPlan>;

export function surveyTimeline(
  source: LibrarySource,
  timelineId: string,
  options: EngineOptions,
  leader: Leader,
  onProgress: (progress: Progress) => void,
  signal: AbortSignal,
): Promise<TimelineSurvey>;

export function exportTimeline(
  library: LibrarySource,
  timelineId: string,
  options: EngineOptions,
  leader: Leader,
  outlet: Outlet | undefined,
  journal: JournalFile | undefined,
  onProgress: (progress: Progress) => void,
  signal: AbortSignal,
): Promise<Omit<ExportReport, "wasmBytes" | "workers">>;

/** A helper's view of one export. */
export class Assistant {
  static prepare(library: LibrarySource, timelineId: string): Promise<Assistant>;
  begin(assignment: Assignment): boolean;
  make(number: number, pass: Pass, signal: AbortSignal): Promise<Segment>;
  free(): void;
}

/** An open preview of a timeline. */
export class Preview {
  static open(source: LibrarySource, timelineId: string, options: MixOptions, signal: AbortSignal): Promise<Preview>;
  mix(): Mix;
  unreadable(): UnreadableClip[];
  render(start: number, frames: number): MixBlock;
  free(): void;
}

/** Has the browser compile what an export will use, by mixing and encoding some noise. */
export function rehearse(signal: AbortSignal): Promise<void>;

/** Returns the clip that was being read when the module crashed. */
export function blame(): Blame | undefined;

/** Calls `onRead` with each clip that is about to be read, and without one after it. */
export function watchReading(onRead: (blame: Blame | undefined) => void): void;
