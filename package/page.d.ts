/** The page's module as wasm-bindgen makes it of `src/web/page.rs`, with the shapes that its plain objects have. */
import type { AssetFacts } from "./messages.js";
import type { Asset, ClipSpec, Progress, Timeline, TimelineClip, TimelineOptions } from "./types.js";

export default function init(): Promise<unknown>;

export class PageLibrary {
  static open(database: string): Promise<PageLibrary>;
  putAsset(asset: Pick<Asset, "id" | "name" | "text" | "voice"> & AssetFacts, content: Blob): Promise<Asset>;
  assets(): Promise<Asset[]>;
  asset(id: string): Promise<Asset | undefined>;
  removeAsset(id: string): Promise<void>;
  buildTimeline(
    head: { id: string; name: string } & Pick<TimelineOptions, "gapSeconds" | "audioLayout" | "audioRate">,
    clips: ClipSpec[],
    onProgress?: (progress: Progress) => void,
    signal?: AbortSignal,
  ): Promise<Timeline>;
  timeline(id: string): Promise<Timeline | undefined>;
  timelines(): Promise<Timeline[]>;
  saveTimeline(head: Omit<Timeline, "clips" | "durationSeconds">, clips: TimelineClip[]): Promise<void>;
  removeTimeline(id: string): Promise<void>;
  close(): void;
}
