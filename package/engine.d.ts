/** The worker's module as wasm-bindgen makes it of `src/web/engine.rs`, with the shapes that its plain objects have. */
import type { AssetFacts, ExportReport } from "./messages.js";
import type { Progress } from "./types.js";

export default function init(): Promise<{ memory: WebAssembly.Memory }>;

export function inspect(assetId: string, content: Blob, hint: string, signal: AbortSignal): Promise<AssetFacts>;

export function exportTimeline(
  database: string,
  timelineId: string,
  bitRate: number,
  ceilingDb: number | null,
  destination: FileSystemFileHandle | undefined,
  onProgress: (progress: Progress) => void,
  signal: AbortSignal,
): Promise<Omit<ExportReport, "wasmBytes">>;
