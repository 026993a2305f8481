/** The page's module as wasm-bindgen makes it of `src/web/page/`, with the shapes of its plain objects. */
import type { Picture } from "../images.js";
import type { Packed } from "../metadata.js";
import type {
  Asset,
  Chapter,
  ClipSpec,
  Image,
  PreviewOptions,
  Progress,
  Timeline,
  TimelineClip,
  TimelineOptions,
} from "../types.js";
import type { AssetFacts, EngineOptions, LibrarySource } from "./messages.js";

/** Starts the module, unless it has started. */
export default function init(given: { module_or_path: WebAssembly.Module }): Promise<unknown>;

/** An asset with its times in frames. */
type AssetRecord = Pick<Asset, "id" | "name" | "text" | "voice"> & AssetFacts;

export class PageLibrary {
  static open(database?: string): Promise<PageLibrary>;
  source(timelineId: string): Promise<LibrarySource>;
  clear(): Promise<void>;
  lost(): Promise<string>;
  emptied(): Promise<string>;
  /** Records may be damaged, and hold anything. */
  assetRecords(): Promise<Record<string, unknown>[]>;
  removeStrays(): Promise<void>;
  putAsset(asset: AssetRecord, content: Blob): Promise<Asset>;
  assets(): Promise<Asset[]>;
  asset(id: string): Promise<Asset | undefined>;
  copyAsset(from: PageLibrary, id: string): Promise<boolean>;
  removeAsset(id: string): Promise<void>;
  content(assetId: string): Promise<Blob | undefined>;
  putImage(image: Picture & { id: string }): Promise<Image>;
  images(): Promise<Image[]>;
  timelineBytes(): Promise<number>;
  copyImage(from: PageLibrary, id: string): Promise<boolean>;
  image(id: string): Promise<Blob | undefined>;
  removeImage(id: string): Promise<void>;
  buildTimeline(
    head: Packed<{ id: string; name: string } & Omit<TimelineOptions, "id" | "onProgress" | "signal">>,
    clipCount: number,
    clipAt: (index: number) => Packed<ClipSpec>,
    isDraft: false,
    onProgress?: (progress: Progress) => void,
    signal?: AbortSignal,
  ): Promise<Packed<Timeline>>;
  buildTimeline(
    head: Packed<{ id: string; name: string } & Omit<TimelineOptions, "id" | "onProgress" | "signal">>,
    clipCount: number,
    clipAt: (index: number) => Packed<ClipSpec>,
    isDraft: true,
    onProgress?: (progress: Progress) => void,
    signal?: AbortSignal,
  ): Promise<LibrarySource>;
  previewChapters(
    head: Packed<{ id: string; name: string } & Omit<PreviewOptions, "source" | "assetOf">>,
    clipCount: number,
    clipAt: (index: number) => Packed<ClipSpec>,
    source: EngineOptions["chapters"],
    assetOf: (id: string) => AssetRecord | undefined,
  ): Chapter[];
  timeline(id: string): Promise<Packed<Timeline> | undefined>;
  timelineName(id: string): Promise<string | undefined>;
  timelines(): Promise<Packed<Timeline>[]>;
  saveTimeline(
    head: Packed<Omit<Timeline, "clips" | "durationSeconds">>,
    clipCount: number,
    clipAt: (index: number) => Packed<TimelineClip>,
  ): Promise<void>;
  removeTimeline(id: string): Promise<void>;
  close(): void;
}
