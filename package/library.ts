/** The library as a page uses it: plain objects in and out, promises, and one error class. */
import { BIT_RATE, REACTIONS, type SidecarKind } from "./choices.js";
import { discardIfEmpty, FolderExport, keepFile } from "./destination.js";
import { cancelled, reviving } from "./errors.js";
import { fileStem } from "./file-stem.js";
import { readPicture } from "./images.js";
import { tell } from "./listener.js";
import { packed, unpacked } from "./metadata.js";
import {
  afterburner,
  autoMonoTarget,
  chapterSource,
  fileExtension,
  loudnessTarget,
  silenceTrim,
  trimIn,
  usualCeiling,
  workerCount,
} from "./options.js";
import { savedSidecars, sidecarOf, wantedSidecars } from "./sidecars.js";
import type {
  AddOptions,
  Asset,
  AssetDetails,
  Chapter,
  ClipSpec,
  ExportOptions,
  ExportPlan,
  ExportResult,
  Image,
  JobOptions,
  KnownAsset,
  PreviewOptions,
  Progress,
  Timeline,
  TimelineClip,
  TimelineOptions,
} from "./types.js";
import { WorkerClient } from "./workers/client.js";
import { Helpers } from "./workers/helpers.js";
import type { WorkerLink } from "./workers/link.js";
import type { LibrarySource } from "./workers/messages.js";
import type { PageLibrary } from "./workers/page.js";

/**
 * An open library of audio, pictures and timelines; `openLibrary` gives one. Any method may reject with a
 * `SecuenciaError` whose code is `storage` or `quota-exceeded`.
 */
export class Library {
  readonly #page: PageLibrary;
  /** Contents come from anywhere: one that crashes its worker must not end an export. */
  readonly #inspector: WorkerClient;
  readonly #exporter: WorkerClient;
  /** Settles once the exports so far have their targets. */
  #targeted: Promise<unknown> = Promise.resolve();

  /** @internal */
  constructor(page: PageLibrary, launch: () => WorkerLink) {
    this.#page = page;
    this.#inspector = new WorkerClient(launch);
    this.#exporter = new WorkerClient(launch, new Helpers(launch));
  }

  /**
   * Adds a content: decodes it once, in a worker, and stores it with the facts that decoding found. Rejects with
   * `invalid-audio`, and stores nothing, if it has no audio that can be decoded.
   */
  async addAsset(content: Blob, details: AssetDetails = {}, options: AddOptions = {}): Promise<Asset> {
    if (!(content instanceof Blob)) throw new TypeError("addAsset takes the content as a Blob");
    const { id = crypto.randomUUID(), text = "", voice = "" } = details;
    const name = details.name ?? (content instanceof File ? content.name : "");
    const trim = details.trim ? undefined : silenceTrim(options.trimSilence);
    const facts = await this.#inspector.inspect({ assetId: id, content, hint: name || content.type, trim }, options);
    if (options.signal?.aborted) throw cancelled();
    const known = details.trim && trimIn(details.trim, facts);
    return reviving(this.#page.putAsset({ id, name, text, voice, ...facts, ...(known && { trim: known }) }, content));
  }

  /** Every asset, in the order in which they were added. */
  assets(): Promise<Asset[]> {
    return reviving(this.#page.assets());
  }

  /** The asset of that ID, if there is one. */
  asset(id: string): Promise<Asset | undefined> {
    return reviving(this.#page.asset(String(id)));
  }

  /**
   * Copies an asset from another library, under the same ID and without decoding it again. Resolves once all of it is
   * stored; with false if the other library has no such asset.
   */
  copyAsset(id: string, from: Library): Promise<boolean> {
    return reviving(this.#page.copyAsset(from.#page, String(id)));
  }

  /** Removes an asset and its content. Timelines that play it stay, but cannot be exported. */
  removeAsset(id: string): Promise<void> {
    return reviving(this.#page.removeAsset(String(id)));
  }

  /** An asset's content as it was added, if there is such an asset. */
  content(assetId: string): Promise<Blob | undefined> {
    return reviving(this.#page.content(String(assetId)));
  }

  /**
   * Adds a picture for tags and chapters, under a new ID or the given one. PNG and JPEG are stored as they are; other
   * kinds are converted. Rejects with `invalid-image`, and stores nothing, if the browser cannot read it.
   */
  async addImage(content: Blob, { id = crypto.randomUUID() }: { id?: string } = {}): Promise<Image> {
    if (!(content instanceof Blob)) throw new TypeError("addImage takes the picture as a Blob");
    return reviving(this.#page.putImage({ id, ...(await readPicture(content)) }));
  }

  /** The ID of every picture. */
  images(): Promise<string[]> {
    return reviving(this.#page.images());
  }

  /**
   * Copies a picture from another library, under the same ID. Resolves with false if the other library has no such
   * picture.
   */
  copyImage(id: string, from: Library): Promise<boolean> {
    return reviving(this.#page.copyImage(from.#page, String(id)));
  }

  /** The picture of that ID, if there is one. */
  image(id: string): Promise<Blob | undefined> {
    return reviving(this.#page.image(String(id)));
  }

  /** Removes a picture. Timelines that show it stay, and are exported without it. */
  removeImage(id: string): Promise<void> {
    return reviving(this.#page.removeImage(String(id)));
  }

  /**
   * Makes a timeline of clips and saves it. A string means a clip of the whole asset of that ID. Clips whose asset is
   * not audio are left out. Rejects with `missing-asset` for an asset that is not in the library, with
   * `invalid-audio` for a clip that asks for more than its asset has, with `no-audio-elements` if no clip is left, and
   * with a `TypeError` for a value of the wrong type. Until the timeline is saved, an abort leaves nothing behind. The
   * clips are read one by one while it works: do not change them until it is done.
   */
  async buildTimeline(
    name: string,
    clips: readonly (string | ClipSpec)[],
    options: TimelineOptions = {},
  ): Promise<Timeline> {
    const { onProgress, signal, id = crypto.randomUUID(), ...head } = options;
    const { count, specAt } = specsOf(clips);
    const listener = onProgress && ((progress: Progress) => tell(onProgress, progress));
    const built = this.#page.buildTimeline(packed({ ...head, id, name }), count, specAt, listener, signal);
    return unpacked(await reviving(built));
  }

  /**
   * Returns the chapters that an export of such a timeline will have, as `result.chapters`. Clips without an asset are
   * left out. Nothing is read from the library or kept in it, so a page can ask at every change.
   */
  previewChapters(name: string, clips: readonly (string | ClipSpec)[], options: PreviewOptions): Chapter[] {
    const { source, assetOf, ...head } = options;
    const { count, specAt } = specsOf(clips);
    const recordOf = (id: string) => {
      const asset = assetOf(id);
      return asset && assetRecord(id, asset);
    };
    const made = chapterSource(source);
    return this.#page.previewChapters(packed({ ...head, id: "", name }), count, specAt, made, recordOf);
  }

  /** The timeline of that ID, if there is one. */
  async timeline(id: string): Promise<Timeline | undefined> {
    const timeline = await reviving(this.#page.timeline(String(id)));
    return timeline && unpacked(timeline);
  }

  /** Every timeline, in the order in which they were first saved. */
  async timelines(): Promise<Timeline[]> {
    return (await reviving(this.#page.timelines())).map(unpacked);
  }

  /**
   * Saves a timeline, and replaces the one that has its ID. Rejects with a `TypeError` that names the field if it is
   * not a timeline. Whether its assets have the audio that it asks for shows on export. Its clips are read one by one:
   * do not change them until it is saved.
   */
  async saveTimeline(timeline: Omit<Timeline, "durationSeconds">): Promise<void> {
    if (!Array.isArray(timeline?.clips)) throw new TypeError("the timeline: clips must be an array");
    const { clips, ...head } = timeline;
    const clipAt = (index: number) => packed(clips[index] as TimelineClip, `clips[${index}]: `);
    return reviving(this.#page.saveTimeline(packed(head), clips.length, clipAt));
  }

  /** Removes a timeline. Its assets stay. */
  removeTimeline(id: string): Promise<void> {
    return reviving(this.#page.removeTimeline(String(id)));
  }

  /** Plans an export without making it: names the clips that cannot be used, and the reasons. Writes nothing. */
  async planExport(timelineId: string, options: JobOptions = {}): Promise<ExportPlan> {
    const library = await reviving(this.#page.source(String(timelineId)));
    return this.#exporter.plan({ library, timelineId: String(timelineId) }, options);
  }

  /**
   * Exports a timeline to M4A. One export runs at a time; others wait for their turn, in the order of the calls.
   * Rejects with a `SecuenciaError`, whose codes are listed in docs/embedding.md, with an `AbortError` if its signal is
   * aborted, and with a `TypeError` for an option with a value that it does not take.
   *
   * Only a finished export replaces a file as `destination`. If the export fails, an empty file, as a save dialog
   * leaves it, is removed. In a folder nothing is replaced, and a failed export leaves nothing.
   */
  async exportAudio(timelineId: string, options: ExportOptions = {}): Promise<ExportResult> {
    const { onProgress, signal } = options;
    const engineOptions = {
      bitRate: options.bitRate ?? BIT_RATE.usual,
      afterburner: afterburner(options.quality),
      ceilingDb: options.ceilingDb === undefined ? usualCeiling(options.loudness) : options.ceilingDb,
      loudness: loudnessTarget(options.loudness),
      autoMonoLoudness: autoMonoTarget(options.loudness),
      onUnreadableClip: options.onUnreadableClip ?? REACTIONS[0],
      chapters: chapterSource(options.chapters),
      distrustedAssets: [],
      sidecars: wantedSidecars(options),
    };
    const workers = workerCount(options.workers);
    const started = performance.now();
    const toSave = savedSidecars(options);
    // One after the other, so that exports keep the order of their calls.
    const target = this.#targeted.then(() => this.#target(String(timelineId), options, toSave));
    this.#targeted = target.catch(() => {});
    const { name, library, destination, folder } = await target;
    let cleared: Promise<void> | undefined;
    const exported = this.#exporter.export(
      {
        library,
        timelineId: String(timelineId),
        options: { ...engineOptions, fileName: name },
        destination,
        workers,
      },
      { ...(onProgress && { onProgress }), ...(signal && { signal }) },
      () => {
        cleared = folder ? folder.discard() : discardIfEmpty(destination);
      },
    );
    const {
      file,
      wasmBytes,
      workers: made,
      ...report
    } = await exported.catch(async (error) => {
      // A cancel rejects at once, before the worker has let go of the file.
      await cleared;
      throw error;
    });
    const sidecars = report.sidecars.map((sidecar) => sidecarOf(sidecar, name));
    const forFolder = sidecars.filter(({ kind }) => toSave.includes(kind));
    const notSaved = (await folder?.save(forFolder, signal)) ?? [];
    const wallSeconds = (performance.now() - started) / 1000;
    return {
      name,
      ...report,
      warnings: [...report.warnings, ...notSaved],
      sidecars,
      ...(folder && { saved: folder.names }),
      ...(file && { file: new File([file], name, { type: "audio/mp4" }) }),
      stats: {
        wallSeconds,
        realTimeFactor: report.durationSeconds / wallSeconds,
        workers: made,
        peakWasmBytes: wasmBytes,
      },
    };
  }

  /** Finds the timeline, and names the exported file. Creates it if the destination is a folder. */
  async #target(timelineId: string, options: ExportOptions, toSave: SidecarKind[]): Promise<Target> {
    const { destination } = options;
    const library = await reviving(this.#page.source(timelineId));
    const extension = fileExtension(options.extension);
    // Some builds of WebKit have no such handles.
    if (typeof FileSystemFileHandle !== "undefined" && destination instanceof FileSystemFileHandle) {
      await keepFile(destination);
      return { name: destination.name, library, destination };
    }
    // If there is no such timeline, the worker will report that.
    const timelineName = await reviving(this.#page.timelineName(timelineId));
    const stem = fileStem(timelineName ?? "");
    if (destination === undefined) return { name: `${stem}.${extension}`, library };
    if (typeof FileSystemDirectoryHandle === "undefined" || !(destination instanceof FileSystemDirectoryHandle)) {
      throw new TypeError("exportAudio takes the destination as a FileSystemFileHandle or a FileSystemDirectoryHandle");
    }
    if (timelineName === undefined) return { name: "", library };
    const folder = await FolderExport.begin(destination, stem, extension, toSave);
    return { name: folder.audio.name, library, destination: folder.audio, folder };
  }

  /** Removes everything: every asset, picture and timeline. It succeeds completely or changes nothing. */
  clear(): Promise<void> {
    return reviving(this.#page.clear());
  }

  /** Stops all jobs, ends the workers and closes the database. A library in memory is gone then. */
  async close(): Promise<void> {
    await Promise.all([this.#inspector.close(), this.#exporter.close()]);
    this.#page.close();
  }
}

/** The library and the file of an export. A returned file has no destination. One in a folder has that folder. */
interface Target {
  name: string;
  library: LibrarySource;
  destination?: FileSystemFileHandle;
  folder?: FolderExport;
}

/** Clips as the page's module takes them: one by one, each by its place. */
function specsOf(clips: readonly (string | ClipSpec)[]) {
  const given = [...clips];
  const specAt = (index: number) => {
    const clip = given[index] as string | ClipSpec;
    return packed(typeof clip === "string" ? { assetId: clip } : clip, `clips[${index}]: `);
  };
  return { count: given.length, specAt };
}

/** An asset as the page's module keeps it, with its times in whole frames again and without its bytes. */
function assetRecord(id: string, { name, mimeType, text, channels, sampleRate, durationSeconds, trim }: KnownAsset) {
  const framesOf = (seconds: number) => Math.round(seconds * sampleRate);
  return {
    ...{ id, name, mimeType, text, voice: "", channels, sampleRate },
    frames: framesOf(durationSeconds),
    hasEqualSides: false,
    peaks: new Uint8Array(),
    seekIndex: new Uint8Array(),
    ...(trim && { trim: { start: framesOf(trim.start), end: framesOf(trim.end) } }),
  };
}
