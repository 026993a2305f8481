/** The worker's module as wasm-bindgen makes it of `src/web/engine.rs`, with the shapes that its plain objects have. */
import type { AssetFacts, Blame, EngineOptions, ExportReport, SilenceTrim } from "./messages.js";
import type { ExportPlan, Progress } from "./types.js";

export default function init(): Promise<{ memory: WebAssembly.Memory }>;

export function inspect(
  assetId: string,
  content: Blob,
  hint: string,
  trim: SilenceTrim | undefined,
  signal: AbortSignal,
): Promise<AssetFacts>;

export function planTimeline(
  database: string,
  timelineId: string,
  onProgress: (progress: Progress) => void,
  signal: AbortSignal,
): Promise<ExportPlan>;

export function exportTimeline(
  database: string,
  timelineId: string,
  options: EngineOptions,
  destination: FileSystemFileHandle | undefined,
  onProgress: (progress: Progress) => void,
  signal: AbortSignal,
): Promise<Omit<ExportReport, "wasmBytes">>;

/** The clip that was being read when the module crashed. */
export function blame(): Blame | undefined;
