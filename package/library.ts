/** The library as a page uses it: plain objects in and out, promises, and one error class. */
import { Adding } from "./adding.js";
import { blob, fields, isPlain, job, list, text, wrong } from "./arguments.js";
import { checkAssets } from "./check.js";
import type { SidecarKind } from "./choices.js";
import { discardIfEmpty, FolderExport, isPermitted, keepFile } from "./destination.js";
import { reviving, SecuenciaError } from "./errors.js";
import { fileStem } from "./file-stem.js";
import { freshId } from "./fresh-id.js";
import { hasKept } from "./kept.js";
import { tell } from "./listener.js";
import { notLoaded } from "./loading/failures.js";
import { type Packed, packed, unpacked } from "./metadata.js";
import {
  afterburner,
  autoMonoTarget,
  bitRate,
  ceilingDb,
  chapterSource,
  fileExtension,
  loudnessTarget,
  reaction,
  timeRange,
  workerCount,
} from "./options.js";
import type { Player } from "./player.js";
import { Playing } from "./playing.js";
import { partOf, steady } from "./progress.js";
import { isPrivate, requireRoom } from "./room.js";
import { savedSidecars, sidecarOf, wantedSidecars } from "./sidecars.js";
import type {
  AddAllOptions,
  AddOptions,
  AddOutcome,
  Asset,
  AssetDetails,
  AssetFault,
  AssetToAdd,
  Chapter,
  ChapterFilesOptions,
  ClipSpec,
  ExportOptions,
  ExportPlan,
  ExportResult,
  FileResult,
  Image,
  KnownAsset,
  PlanOptions,
  PlayerOptions,
  PreviewOptions,
  Progress,
  ResumeOptions,
  Tags,
  Timeline,
  TimelineClip,
  TimelineDraft,
  TimelineOptions,
  UnfinishedExport,
  Usage,
} from "./types.js";
import { type ExportLimits, WorkerClient } from "./workers/client.js";
import { Clients } from "./workers/clients.js";
import { Helpers } from "./workers/helpers.js";
import type { WorkerLink } from "./workers/link.js";
import type { EngineOptions, ExportRequest, KeptExport, LibrarySource } from "./workers/messages.js";
import type { PageLibrary } from "./workers/page.js";
import { StreamTarget } from "./workers/stream.js";

/** The most exports at the same time. Each has a worker that leads it, whose memory does not depend on the cores. */
const MOST_EXPORTS = 4;

/**
 * An open library of audio, pictures and timelines; `openLibrary` gives one. A method rejects with a `SecuenciaError`,
 * whose code may always be `storage` or `quota-exceeded`; with a `TypeError` for an argument of the wrong type; or with
 * the reason of its signal, by default an `AbortError`.
 */
export class Library {
  /**
   * Resolves with the error of all later calls, if the library is lost: another tab deletes it, or opens it with a
   * newer version of the page. Ask the user to reload the page. `close` does not resolve it.
   */
  readonly lost: Promise<SecuenciaError>;
  /**
   * Resolves with an error of code `storage` if the browser closed the library, as when the site's data is cleared, and
   * it was empty when the next call opened it again. Later calls work, on the empty library.
   */
  readonly emptied: Promise<SecuenciaError>;
  readonly #page: PageLibrary;
  readonly #readers: Clients;
  readonly #adding: Adding;
  readonly #exporters: Clients;
  readonly #helpers: Helpers;
  readonly #playing: Playing;
  /** Settles once the exports so far have their targets. */
  #targeted: Promise<unknown> = Promise.resolve();

  /** @internal */
  constructor(
    page: PageLibrary,
    launch: () => WorkerLink,
    isKept = false,
    addWorklet?: (worklet: Worklet) => Promise<void>,
  ) {
    this.#page = page;
    const told = (message: string) => new SecuenciaError("storage", message);
    this.lost = page.lost().then(told);
    this.emptied = page.emptied().then(told);
    this.#readers = new Clients(() => new WorkerClient(launch));
    this.#adding = new Adding(page, this.#readers, isKept);
    // A worker that has read contents, and has nothing to do now, saves the start of another one.
    const launchOrTake = () => this.#readers.takeWorker() ?? launch();
    this.#helpers = new Helpers(launchOrTake);
    this.#exporters = new Clients(() => new WorkerClient(launchOrTake, this.#helpers));
    const sourceOf = (timeline: string | TimelineDraft) => this.#sourceOf(timeline);
    this.#playing = new Playing({ launch: launchOrTake, sourceOf, ...(addWorklet && { addWorklet }) });
  }

  /**
   * Adds a content: decodes it once, in a worker, and stores it with the facts that decoding found. Rejects with
   * `invalid-audio`, and stores nothing, if it has no audio that can be decoded.
   */
  addAsset(content: Blob, details: AssetDetails = {}, options: AddOptions = {}): Promise<Asset> {
    return this.#adding.one(content, details, options);
  }

  /**
   * Adds several contents, which workers read at the same time. Resolves with what became of each, in the order in
   * which they were given and are stored: its asset, or the error that `addAsset` would reject with. If the signal is
   * aborted it rejects, and those that were stored before stay.
   */
  addAssets(contents: Iterable<Blob | AssetToAdd>, options: AddAllOptions = {}): Promise<AddOutcome[]> {
    return this.#adding.all(contents, options);
  }

  /** Every asset, in the order in which they were added. */
  async assets(): Promise<Asset[]> {
    return reviving(this.#page.assets());
  }

  /** The asset of that ID, if there is one. */
  async asset(id: string): Promise<Asset | undefined> {
    return reviving(this.#page.asset(text("id", id)));
  }

  /**
   * Copies an asset from another library, under the same ID and without decoding it again. Resolves once all of it is
   * stored; with false if the other library has no such asset.
   */
  async copyAsset(id: string, from: Library): Promise<boolean> {
    return reviving(this.#page.copyAsset(Library.#pageOf(from), text("id", id)));
  }

  /** Removes an asset and its content. Timelines that play it stay, but cannot be exported. */
  async removeAsset(id: string): Promise<void> {
    return reviving(this.#page.removeAsset(text("id", id)));
  }

  /** An asset's content as it was added, if there is such an asset. */
  async content(assetId: string): Promise<Blob | undefined> {
    return reviving(this.#page.content(text("assetId", assetId)));
  }

  /**
   * Adds a picture for tags and chapters, under a new ID or the given one. PNG and JPEG keep their pixels as they are;
   * other kinds are converted. What a picture tells about its maker, such as the place, is left out. Rejects with
   * `invalid-image`, and stores nothing, if the browser cannot read it, or if it has more than 64 million pixels or 32
   * MB.
   */
  async addImage(content: Blob, details: { id?: string } = {}): Promise<Image> {
    blob("the picture", content);
    const id = text("id", fields("the details", details).id ?? freshId());
    const picture = await (await pictures()).readPicture(content);
    if ("fault" in picture) throw new SecuenciaError("invalid-image", picture.fault, { cause: picture.cause });
    return reviving(this.#page.putImage({ id, ...picture }));
  }

  /** The facts of every picture, in the order of their IDs. */
  images(): Promise<Image[]> {
    return reviving(this.#page.images());
  }

  /**
   * Copies a picture from another library, under the same ID. Resolves with false if the other library has no such
   * picture.
   */
  async copyImage(id: string, from: Library): Promise<boolean> {
    return reviving(this.#page.copyImage(Library.#pageOf(from), text("id", id)));
  }

  /** The picture of that ID, if there is one. */
  async image(id: string): Promise<Blob | undefined> {
    return reviving(this.#page.image(text("id", id)));
  }

  /** Removes a picture. Timelines that show it stay, and are exported without it. */
  async removeImage(id: string): Promise<void> {
    return reviving(this.#page.removeImage(text("id", id)));
  }

  /**
   * Makes a timeline of clips and saves it. A string means a clip of the whole asset of that ID. Clips whose asset is
   * not audio are left out. Rejects with `missing-asset` for an asset that is not in the library, with `bad-clip` for a
   * clip that asks for more than its asset has, and with `no-audio-elements` if no clip is left. Until the timeline is
   * saved, an abort leaves nothing behind. The clips are read one by one while it works: do not change them until it is
   * done.
   */
  async buildTimeline(
    name: string,
    clips: readonly (string | ClipSpec)[],
    options: TimelineOptions = {},
  ): Promise<Timeline> {
    const { onProgress, signal, id, ...head } = job(options);
    const { count, specAt } = specsOf(clips);
    const timeline = headOf({ ...head, id: text("id", id ?? freshId()), name: text("name", name) });
    const listener = onProgress && ((progress: Progress) => tell(onProgress, progress));
    const built = this.#page.buildTimeline(timeline, count, specAt, false, listener, signal);
    return unpacked(await reviving(built, signal));
  }

  /**
   * Returns the chapters that an export of such a timeline will have, as `result.chapters`. Clips without an asset are
   * left out. Nothing is read from the library or kept in it, so a page can ask at every change.
   */
  previewChapters(name: string, clips: readonly (string | ClipSpec)[], options: PreviewOptions): Chapter[] {
    const { source, assetOf, ...head } = fields("the options", options);
    if (typeof assetOf !== "function") throw wrong("assetOf", "a function", assetOf);
    const { count, specAt } = specsOf(clips);
    const recordOf = (id: string) => {
      const asset = assetOf(id);
      return asset && assetRecord(id, asset);
    };
    const made = chapterSource(source);
    return this.#page.previewChapters(
      headOf({ ...head, id: "", name: text("name", name) }),
      count,
      specAt,
      made,
      recordOf,
    );
  }

  /** The timeline of that ID, if there is one. */
  async timeline(id: string): Promise<Timeline | undefined> {
    const timeline = await reviving(this.#page.timeline(text("id", id)));
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
    const { clips, ...head } = fields("the timeline", timeline);
    list("the timeline: clips", clips, "clips");
    const clipAt = (index: number) => packed(clips[index] as TimelineClip, `clips[${index}]: `);
    return reviving(this.#page.saveTimeline(headOf(head), clips.length, clipAt));
  }

  /** Removes a timeline. Its assets stay. */
  async removeTimeline(id: string): Promise<void> {
    return reviving(this.#page.removeTimeline(text("id", id)));
  }

  /**
   * Plans an export without making it: names the clips that cannot be used, and the reasons. Writes nothing. With a
   * `range`, only the clips that are heard in it count.
   */
  async planExport(timelineId: string, options: PlanOptions = {}): Promise<ExportPlan> {
    text("timelineId", timelineId);
    const range = timeRange(job(options).range);
    const library = await reviving(this.#page.source(timelineId));
    return this.#exporter.plan({ library, timelineId, range }, options);
  }

  /**
   * Exports a timeline to M4A. Up to four exports run at the same time and share the workers; others wait for their
   * turn. Rejects as all methods do; the codes are listed in docs/errors.md. Without a destination, the result has the
   * file.
   *
   * Only a finished export replaces a file as `destination`. If the export fails, an empty file, as a save dialog
   * leaves it, is removed. In a folder nothing is replaced, and a failed export leaves nothing. A stream is closed
   * after the last byte, or aborted with what the export rejects with. If the stream itself fails, its reason is the
   * `cause` of an `export-failed`.
   */
  exportAudio(timelineId: string, options?: ExportOptions & { destination?: never }): Promise<FileResult>;
  exportAudio(timelineId: string, options: ExportOptions): Promise<ExportResult>;
  async exportAudio(timelineId: string, options: ExportOptions = {}): Promise<ExportResult> {
    const { destination } = fields("the options", options);
    try {
      text("timelineId", timelineId);
      const isKept = options.resumable ?? true;
      return (await this.#export(timelineId, job(options), engineSettings(options), undefined, isKept)).result;
    } catch (error) {
      // Its other end must not wait for ever. This is without effect if the job has aborted it already.
      if (destination instanceof WritableStream) destination.abort(error).catch(() => {});
      throw error;
    }
  }

  /**
   * The exports of this library that were interrupted, as by a crash or a closed tab, the oldest first. Those that run
   * in any tab are not among them. `resumeExport` goes on with one, `forgetExport` removes it.
   */
  async unfinishedExports(): Promise<UnfinishedExport[]> {
    return (await this.#unfinished()).map(({ id, options, destination, folder, begun, completed }) => ({
      ...{ id, fileName: options.fileName, begun: new Date(begun), completed },
      ...(folder ? { destination: folder } : destination && { destination }),
    }));
  }

  /**
   * Goes on with an interrupted export, with its timeline, options and destination as they were. Finished parts are not
   * made again, and the file has the same bytes. Call it from a click: the browser asks whether the page may write to
   * the destination. If it may not, or if the destination was a stream, the result has the file. Rejects as
   * `exportAudio` does, and with `export-failed` if there is no such export.
   */
  async resumeExport(id: string, options: ResumeOptions = {}): Promise<ExportResult> {
    text("id", id);
    const { destination } = job(options);
    const found = (await this.#unfinished()).find((kept) => kept.id === id);
    if (!found) throw new SecuenciaError("export-failed", "Export failed: there is nothing of it to go on with");
    const { library, timelineId, options: settings, workers, folder, savedSidecars, begun } = found;
    const target: Target = { name: settings.fileName, library };
    if (destination instanceof WritableStream) target.stream = new StreamTarget(destination);
    else if (destination) target.destination = destination;
    else if (folder && (await isPermitted(folder))) {
      target.folder = await FolderExport.resume(folder, settings.fileName, savedSidecars);
      target.destination = target.folder.audio;
    } else if (found.destination && (await isPermitted(found.destination))) target.destination = found.destination;
    if (target.destination) await keepFile(target.destination);
    const keep = { id, folder: target.folder && folder, savedSidecars, begun };
    return (await this.#make(target, { timelineId, options: settings, workers, keep }, limitsOf(options))).result;
  }

  /** Removes what is kept of an interrupted export. */
  async forgetExport(id: string): Promise<void> {
    return this.#exporter.forget(text("id", id));
  }

  async #unfinished(): Promise<KeptExport[]> {
    const source = await reviving(this.#page.source(""));
    // A worker is started only if there is something to find.
    return "database" in source && (await hasKept()) ? this.#exporter.unfinished(source.database) : [];
  }

  /**
   * Exports each chapter of a timeline to a file of its own, in order: `01 The Stairs.m4a`. The files joined are the
   * whole: they share one gain, found for all of it, and the limiter looks across their edges. Each has its chapter's
   * title, its number as the `track`, and its own sidecars. Rejects with `empty-timeline` if there is no chapter. If
   * one fails, all files that were made in a folder are removed.
   */
  async exportChapters(timelineId: string, options: ChapterFilesOptions = {}): Promise<ExportResult[]> {
    text("timelineId", timelineId);
    const { onProgress, signal } = job(options);
    const settings = engineSettings(options);
    if (options.destination !== undefined && !isFolder(options.destination)) {
      throw wrong("destination", "a FileSystemDirectoryHandle", options.destination);
    }
    const report = steady(onProgress);
    const part = (from: number, to: number) => ({ onProgress: partOf(report, from, to), ...(signal && { signal }) });
    // The end of the survey, in percent.
    const surveyed = settings.loudness ? 25 : 2;
    const workers = settings.loudness ? workerCount(options.workers) : 1;
    const library = await reviving(this.#page.source(timelineId));
    const request = { library, timelineId, options: { ...settings, range: undefined, fileName: "" }, workers };
    const { chapters, gainDb } = await this.#exporter.survey(request, part(0, surveyed));
    const total = chapters.length;
    const seconds = chapters.at(-1)?.endTime;
    if (!seconds) throw new SecuenciaError("empty-timeline", "The timeline has no chapters to export");
    const files: Exported[] = [];
    try {
      for (const [index, { title, startTime: start, endTime: end }] of chapters.entries()) {
        const number = index + 1;
        const stem = `${String(number).padStart(Math.max(2, String(total).length), "0")} ${title}`;
        const own = {
          ...{ loudness: undefined, autoMonoLoudness: undefined, chapters: "none" as const },
          ...{ gainDb, range: { start, end }, part: { title, number, total } },
        };
        const at = (time: number) => surveyed + (100 - surveyed) * (time / seconds);
        const made = part(at(start), at(end));
        files.push(await this.#export(timelineId, { ...options, ...made }, { ...settings, ...own }, stem));
      }
    } catch (error) {
      for (const { folder } of files) await folder?.discard();
      throw error;
    }
    return files.map(({ result }) => result);
  }

  /** Makes one file with these settings. It is named by the timeline, or by another name. */
  async #export(
    timelineId: string,
    options: ExportOptions,
    settings: Omit<EngineOptions, "fileName">,
    called?: string,
    isKept = false,
  ): Promise<Exported> {
    const workers = workerCount(options.workers);
    const toSave = savedSidecars(options);
    // One after the other, so that exports keep the order of their calls.
    const targeted = this.#targeted.then(() => this.#target(timelineId, options, settings, toSave, called));
    this.#targeted = targeted.catch(() => {});
    const target = await targeted;
    const folder = target.folder && (options.destination as FileSystemDirectoryHandle);
    const isKeptHere = isKept && "database" in target.library;
    const keep = isKeptHere ? { id: freshId(), folder, savedSidecars: toSave, begun: Date.now() } : undefined;
    // A job that crashes adds to its own list.
    const own = { ...settings, distrustedAssets: [], fileName: target.name };
    return this.#make(target, { timelineId, options: own, workers, keep }, limitsOf(options));
  }

  /** Makes a file at its target. */
  async #make(
    { name, library, destination, folder, stream }: Target,
    request: Pick<ExportRequest, "timelineId" | "options" | "workers" | "keep">,
    limits: ExportLimits,
  ): Promise<Exported> {
    const started = performance.now();
    let cleared: Promise<void> | undefined;
    const exported = this.#exporter.export({ ...request, library, destination: stream ?? destination }, limits, () => {
      cleared = folder ? folder.discard() : discardIfEmpty(destination);
    });
    const {
      file,
      wasmBytes,
      workers: made,
      ...report
    } = await exported.catch(async (error) => {
      // A cancel rejects at once, before the worker has let go of the file.
      await cleared;
      throw stream ? stream.fail(error) : error;
    });
    // The file is here although there was a destination.
    const hasLeft = file !== undefined && (stream ?? destination) !== undefined;
    if (hasLeft) {
      // Not awaited: it does not answer.
      void (folder ? folder.discard() : discardIfEmpty(destination));
      stream?.fail(limits.leaveDestination?.reason);
    } else stream?.release();
    const sidecars = report.sidecars.map((sidecar) => sidecarOf(sidecar, name));
    const kept = hasLeft ? undefined : folder;
    const notSaved = (await kept?.save(sidecars, limits.signal)) ?? [];
    const wallSeconds = (performance.now() - started) / 1000;
    const result = {
      name,
      ...report,
      warnings: [...report.warnings, ...notSaved],
      sidecars,
      ...(kept && { saved: kept.names }),
      ...(file && { file: new File([file], name, { type: "audio/mp4" }) }),
      stats: {
        wallSeconds,
        realTimeFactor: report.durationSeconds / wallSeconds,
        workers: made,
        peakWasmBytes: wasmBytes,
      },
    };
    return { result, folder };
  }

  /** The worker for the next job. */
  get #exporter(): WorkerClient {
    return this.#exporters.freest(MOST_EXPORTS);
  }

  /** Finds the timeline, and names the exported file. Creates it if the destination is a folder. */
  async #target(
    timelineId: string,
    options: ExportOptions,
    settings: Omit<EngineOptions, "fileName">,
    toSave: SidecarKind[],
    called: string | undefined,
  ): Promise<Target> {
    const { destination } = options;
    const library = await reviving(this.#page.source(timelineId));
    if (await isPrivate(destination)) await this.#requireRoom(timelineId, settings, destination);
    const extension = fileExtension(options.extension);
    // Some builds of WebKit have no such handles.
    if (typeof FileSystemFileHandle !== "undefined" && destination instanceof FileSystemFileHandle) {
      await keepFile(destination);
      return { name: destination.name, library, destination };
    }
    // If there is no such timeline, the worker will report that.
    const timelineName = await reviving(this.#page.timelineName(timelineId));
    const stem = fileStem(called ?? timelineName ?? "");
    const usual = `${stem}.${extension}`;
    const name = called === undefined ? text("fileName", options.fileName ?? usual) : usual;
    if (destination === undefined) return { name, library };
    if (destination instanceof WritableStream) return { name, library, stream: new StreamTarget(destination) };
    if (!isFolder(destination)) {
      const wanted = "a FileSystemFileHandle, a FileSystemDirectoryHandle or a WritableStream";
      throw wrong("destination", wanted, destination);
    }
    if (timelineName === undefined) return { name: "", library };
    const folder = await FolderExport.begin(destination, stem, extension, toSave);
    return { name: folder.audio.name, library, destination: folder.audio, folder };
  }

  /**
   * Opens a player of a timeline, or of a draft that is not saved. It plays the mix that an export encodes. Loads the
   * player's code first. Rejects as `planExport` does, with `load-failed` if that code cannot be loaded, and with
   * `unsupported` where there is no `AudioWorklet`, as on plain http. Unless `onUnreadableClip` is `silence`, it also
   * rejects with the code of the first clip that is known to be unusable.
   */
  async player(timeline: string | TimelineDraft, options: PlayerOptions = {}): Promise<Player> {
    fields("the options", options);
    return this.#playing.open(timeline, options);
  }

  /** Returns a timeline as a worker opens it. */
  async #sourceOf(timeline: string | TimelineDraft): Promise<{ library: LibrarySource; timelineId: string }> {
    if (typeof timeline === "string") {
      return { library: await reviving(this.#page.source(timeline)), timelineId: timeline };
    }
    const { clips, ...head } = fields("the timeline", timeline);
    const { count, specAt } = specsOf(clips);
    const draft = headOf({ ...head, id: "", name: "" });
    return { library: await reviving(this.#page.buildTimeline(draft, count, specAt, true)), timelineId: "" };
  }

  /**
   * Looks at every asset, and returns those that cannot be used as they are. One whose record is damaged, and which
   * `assets` therefore leaves out, is read again and gets a new record. Contents that no asset has are removed.
   */
  check(): Promise<AssetFault[]> {
    return checkAssets(this.#page, (content, details) => this.addAsset(content, details));
  }

  /** Fails if there is no room for the file, nor for the copy that the browser writes first. */
  async #requireRoom(
    timelineId: string,
    { range, bitRate }: Omit<EngineOptions, "fileName">,
    destination: ExportOptions["destination"],
  ): Promise<void> {
    const { start = 0, end = (await this.timeline(timelineId))?.durationSeconds ?? 0 } = range ?? {};
    try {
      await requireRoom(2 * (end - start) * (bitRate / 8));
    } catch (error) {
      if (!(destination instanceof WritableStream)) await discardIfEmpty(destination);
      throw error;
    }
  }

  /** The bytes that the library holds, and those of the whole origin. */
  async usage(): Promise<Usage> {
    const sum = (items: readonly { bytes: number }[]) => items.reduce((total, { bytes }) => total + bytes, 0);
    const usage = {
      assets: sum(await this.assets()),
      images: sum(await this.images()),
      timelines: await reviving(this.#page.timelineBytes()),
    };
    // Sandboxed frames and pages on plain http have no estimate.
    const { usage: bytes, quota: quotaBytes } = (await navigator.storage?.estimate?.().catch(() => {})) ?? {};
    return { ...usage, ...(bytes !== undefined && quotaBytes !== undefined && { origin: { bytes, quotaBytes } }) };
  }

  /**
   * Removes everything: every asset, picture and timeline, and what is kept of interrupted exports. It succeeds
   * completely or changes nothing.
   */
  async clear(): Promise<void> {
    await reviving(this.#page.clear());
    for (const { id } of await this.#unfinished().catch(() => [])) await this.forgetExport(id).catch(() => {});
  }

  /** The other library's module, which copies within the browser. */
  static #pageOf(from: Library): PageLibrary {
    if (typeof from === "object" && from !== null && #page in from) return from.#page;
    throw wrong("the other library", "a library of this package", from);
  }

  /** Stops all jobs, ends the workers and closes the database. A library in memory is gone then. */
  async close(): Promise<void> {
    await Promise.all([this.#playing.close(), this.#readers.close(), this.#exporters.close()]);
    this.#helpers.close();
    this.#page.close();
  }
}

/** The library and the file of an export. A returned file has no destination. One in a folder has that folder. */
interface Target {
  name: string;
  library: LibrarySource;
  destination?: FileSystemFileHandle;
  folder?: FolderExport;
  stream?: StreamTarget;
}

/** A file that was made, and the folder that it is in, if it is in one. */
interface Exported {
  result: ExportResult;
  folder: FolderExport | undefined;
}

/** Returns the limits among the options of an export. */
function limitsOf({ onProgress, signal, leaveDestination }: ExportLimits): ExportLimits {
  return {
    ...(onProgress && { onProgress }),
    ...(signal && { signal }),
    ...(leaveDestination && { leaveDestination }),
  };
}

/** An export's settings as the engine takes them. Throws a `TypeError` for an option that is none. */
function engineSettings(options: ExportOptions): Omit<EngineOptions, "fileName"> {
  return {
    bitRate: bitRate(options.bitRate),
    afterburner: afterburner(options.quality),
    ceilingDb: ceilingDb(options),
    loudness: loudnessTarget(options.loudness),
    autoMonoLoudness: autoMonoTarget(options.loudness),
    onUnreadableClip: reaction(options.onUnreadableClip),
    chapters: chapterSource(options.chapters),
    range: timeRange(options.range),
    gainDb: undefined,
    part: undefined,
    distrustedAssets: [],
    sidecars: wantedSidecars(options),
  };
}

/** Loads the code that reads pictures, which a page without pictures never needs. */
async function pictures() {
  try {
    return await import("./images.js");
  } catch (cause) {
    throw notLoaded("images.js", (cause as Error).message, cause);
  }
}

function isFolder(destination: unknown): destination is FileSystemDirectoryHandle {
  // Some builds of WebKit have no such handles.
  return typeof FileSystemDirectoryHandle !== "undefined" && destination instanceof FileSystemDirectoryHandle;
}

/** A timeline without its clips, as the page's module takes it, which would read an array as tags: as none. */
function headOf<Head extends { tags?: Tags }>(head: Head): Packed<Head> {
  if (head.tags !== undefined) fields("tags", head.tags);
  return packed(head);
}

/** Clips as the page's module takes them: one by one, each by its place. */
function specsOf(clips: readonly (string | ClipSpec)[]) {
  const given = [...list("clips", clips, "assets’ IDs and clips")];
  const specAt = (index: number) => {
    const clip = given[index] as string | ClipSpec;
    if (typeof clip === "string") return packed({ assetId: clip });
    if (!isPlain(clip)) throw wrong(`clips[${index}]`, "an asset’s ID or a clip", clip);
    return packed(clip, `clips[${index}]: `);
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
