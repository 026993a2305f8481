/** The package's shapes. Times are seconds as numbers; everything is a plain object. */
import type {
  AudioLayout,
  AudioRate,
  ChapterSource,
  FileExtension,
  FileLayout,
  LibraryStorage,
  LoudnessPreset,
  LoudnessTarget,
  MediaType,
  Quality,
  Reaction,
  SidecarKind,
} from "./choices.js";

/** A stored piece of audio. */
export interface Asset {
  /** Its ID in the library. */
  id: string;
  /** The name to show, usually that of the file. */
  name: string;
  /** The content's type as decoding found it, such as `audio/mpeg`. */
  mimeType: string;
  /** The decoded length in seconds, without the encoder's delay and padding. */
  durationSeconds: number;
  /** The content's own sample rate, in hertz. */
  sampleRate: number;
  /** The content's own channel count. */
  channels: number;
  /**
   * Whether it sounds the same on both sides: it has one channel, or its channels are equal to the last bit. False for
   * stereo that was added before this was looked for.
   */
  hasEqualSides: boolean;
  /** The spoken line; empty if there is none. */
  text: string;
  /** The speaker's name; empty if there is none. */
  voice: string;
  /** The waveform: the peak magnitude of equal stretches of the content; 255 is full scale. */
  peaks: Uint8Array;
  /** The part that clips play by default, if `trimSilence` found silence at the content's ends. */
  trim?: Trim;
  /** A sentence on damage that decoding found. The audio that could be read is used. */
  warning?: string;
  /** The content's size in bytes. */
  bytes: number;
}

/** A part of an asset. */
export interface Trim {
  /** Seconds from the asset's start. */
  start: number;
  /** Seconds from the asset's start; after `start`. */
  end: number;
}

/** The details of an asset that is added. */
export interface AssetDetails {
  /** The asset's ID. An asset that has it already is replaced. Default: a new one. */
  id?: string;
  /** The name to show. Default: the file's name, or empty for other Blobs. */
  name?: string;
  /** The spoken line. Default: empty. */
  text?: string;
  /** The speaker's name. Default: empty. */
  voice?: string;
  /** The part that clips play by default, if it is known. `trimSilence` then looks for no silence. */
  trim?: Trim;
}

/** An asset to add. */
export interface AssetToAdd extends AssetDetails {
  /** Its content, or a function that gives it when its turn comes, such as one that fetches it. */
  content: Blob | (() => Blob | Promise<Blob>);
}

/** The outcome for an asset to add. */
export type AddOutcome = AddSuccess | AddFailure;

/** An asset was added. */
export interface AddSuccess {
  /** The asset, as the library has it. */
  asset: Asset;
  /** Left out. */
  error?: undefined;
}

/** An asset was not added. */
export interface AddFailure {
  /** Left out. */
  asset?: undefined;
  /** The reason. */
  error: Error;
}

/** A clip to place. An asset's ID alone means a clip of the whole asset. */
export interface ClipSpec {
  /** The ID of the asset that it plays. */
  assetId: string;
  /** Its ID, unique in the timeline. Default: a new one. */
  id?: string;
  /** Its name. Default: the asset's name. */
  name?: string;
  /** Its start on the timeline, in seconds. Default: the end of the clip before it on its lane, plus the gap. */
  offset?: number;
  /** Its length in seconds. Default: up to the end of the asset, or of the asset's `trim`. */
  duration?: number;
  /** Its start in the asset, in seconds. Default: 0, or the start of the asset's `trim`. */
  sourceStart?: number;
  /** Its lane. All lanes are mixed; 0, the default, is the primary one. */
  lane?: number;
  /** Its gain in decibels, -120 to 120. Default: 0. */
  volumeDb?: number;
  /** Whether it keeps its place but is silent. Default: false. */
  isMuted?: boolean;
  /** The length of its fade-in, in seconds. Default: the timeline's `edgeFadeSeconds`. Its curve: docs/sound.md. */
  fadeIn?: number;
  /** The length of its fade-out, in seconds. Default: the timeline's `edgeFadeSeconds`. */
  fadeOut?: number;
  /** Its place between -1, left, and 1, right. Default: 0. A mono export ignores it. */
  pan?: number;
  /** The spoken line. Default: the asset's text. */
  text?: string;
  /** The speaker's name. Default: the asset's voice. */
  voice?: string;
  /** The heading of its scene. Default: none. */
  scene?: string;
  /** Data that other programs keep with it. Default: none. */
  metadata?: Metadata;
}

/** Data that other programs keep with a part of a timeline: any JSON object. The package does not read it. */
export type Metadata = Record<string, unknown>;

/** A clip in its place. */
export interface TimelineClip extends Pick<ClipSpec, "pan" | "text" | "voice" | "scene" | "metadata"> {
  /** Its ID, unique in the timeline. */
  id: string;
  /** Its name. */
  name: string;
  /** The ID of the asset that it plays. */
  assetId: string;
  /** Its start on the timeline, in seconds. */
  offset: number;
  /** Its length in seconds. */
  duration: number;
  /** Its start in the asset, in seconds. */
  sourceStart: number;
  /** Its lane. All lanes are mixed; 0 is the primary one. */
  lane: number;
  /** Its gain in decibels. */
  volumeDb: number;
  /** Whether it keeps its place but is silent. */
  isMuted: boolean;
  /** The length of its fade-in, in seconds. Default: 0. */
  fadeIn?: number;
  /** The length of its fade-out, in seconds. Default: 0. */
  fadeOut?: number;
}

/** The start of a chapter. It ends at the start of the next one, or at the end of the timeline. */
export interface ChapterMarker {
  /** Its title. */
  title: string;
  /** Seconds from the timeline's start. */
  offset: number;
  /** The ID of its picture, from `addImage`. Default: none. */
  image?: string;
  /** Data that other programs keep with it. Default: none. */
  metadata?: Metadata;
}

/** The tags of an exported file. A tag that is left out is not written. */
export interface Tags {
  /** The title. Default: the timeline's name. */
  title?: string;
  /** The artist, or the author of an audiobook. */
  artist?: string;
  /** The album, book or series. */
  album?: string;
  /** The artist of the whole album. */
  albumArtist?: string;
  /** The composer. */
  composer?: string;
  /** The narrator of an audiobook. */
  narrator?: string;
  /** The genre. */
  genre?: string;
  /** A year, or a date in ISO 8601. */
  year?: string;
  /** The place among the tracks of a disc. */
  track?: TagNumber;
  /** The place among the discs of an album. */
  disc?: TagNumber;
  /** A comment. */
  comment?: string;
  /** A short description. */
  description?: string;
  /** A long description. */
  longDescription?: string;
  /** The copyright notice. */
  copyright?: string;
  /** The language in BCP 47, such as `en` or `pt-BR`. */
  language?: string;
  /** The grouping, such as a work that several tracks belong to. */
  grouping?: string;
  /** The media type. */
  mediaType?: MediaType;
  /** The IDs of pictures, from `addImage`. The first one is the cover. */
  covers?: string[];
}

/** A place among several. */
export interface TagNumber {
  /** The place, 1 to 65535. */
  number: number;
  /** The number of places, 1 to 65535, if it is known. */
  total?: number;
}

/** A stored picture. */
export interface Image {
  /** Its ID in the library. */
  id: string;
  /** Its type as it is stored. */
  mimeType: "image/jpeg" | "image/png";
  /** Its width in pixels. */
  width: number;
  /** Its height in pixels. */
  height: number;
  /** Its size in bytes. */
  bytes: number;
}

/** The bytes that a library holds. */
export interface Usage {
  /** The assets' contents. */
  assets: number;
  /** The pictures. */
  images: number;
  /** The timelines, about. */
  timelines: number;
  /** The whole origin, with its other databases and caches. Left out where the browser does not tell. */
  origin?: OriginUsage;
}

/** The storage of an origin, as the browser estimates it. */
export interface OriginUsage {
  /** The bytes in use. */
  bytes: number;
  /** The bytes that may be in use. */
  quotaBytes: number;
}

/** Clips on lanes. */
export interface Timeline {
  /** Its ID in the library. */
  id: string;
  /** Its name. The exported file is called by it. */
  name: string;
  /** The channel layout of the export. */
  audioLayout: AudioLayout;
  /** The sample rate of the export, in hertz. */
  audioRate: AudioRate;
  /** Its clips, in any order. */
  clips: TimelineClip[];
  /** Its chapters. Default: none. */
  chapters?: ChapterMarker[];
  /** The tags of the exported file. Default: its name as the title. */
  tags?: Tags;
  /** Data that other programs keep with it. Default: none. */
  metadata?: Metadata;
  /** The latest end of any clip, in seconds. It is computed; `saveTimeline` ignores it. */
  durationSeconds: number;
}

/** The step that a job is at. */
export type Phase =
  | "reading"
  | "validating"
  | "converting"
  | "finalizing"
  | "loading"
  | "filtering"
  | "composing"
  | "measuring"
  | "encoding"
  | "done";

/** A progress report. At most ten come in a second, and fewer if a progress bar would not move. */
export interface Progress {
  /** The percentage of the call, 0 to 100. It never decreases. */
  completed: number;
  /** The step that the job is at. */
  phase: Phase;
  /** The step in words. */
  message: string;
  /** An estimate of the seconds left, once there is a measurement to base it on. */
  secondsLeft?: number;
  /**
   * `destination` if the destination has taken nothing for some seconds, as a disk or a server that does not answer;
   * `message` then says what helps. Left out while the job works.
   */
  waitingFor?: "destination";
  /** The waveform so far, while a content that is being added is read. Left out of reports on several contents. */
  waveform?: Waveform;
}

/** The waveform of the part of a content that has been read. */
export interface Waveform {
  /** The peak magnitude of equal stretches, as `Asset.peaks`. */
  peaks: Uint8Array;
  /** The length of that part, in seconds. */
  durationSeconds: number;
}

/** The options of every long job. */
export interface JobOptions {
  /** Receives progress reports. An error that it throws is reported to the page, and does not stop the job. */
  onProgress?: (progress: Progress) => void;
  /** Aborts the job: it rejects with the signal's reason, by default an `AbortError`, and leaves nothing behind. */
  signal?: AbortSignal;
}

/** The options of adding an asset. */
export interface AddOptions extends JobOptions {
  /**
   * Finds the silence at the content's ends and leaves it out of clips that set no in and out points. The content
   * itself stays whole. `true` uses the defaults of `SilenceOptions`. Default: false.
   */
  trimSilence?: boolean | SilenceOptions;
}

/** The options of adding several assets. */
export interface AddAllOptions extends AddOptions {
  /** The most contents to read at the same time, from 1 on. Default: one for each core, up to 8. */
  workers?: number;
}

/** The options of `trimSilence`. */
export interface SilenceOptions {
  /** The loudest peak that counts as silence, in decibels of full scale. Default: -60. */
  thresholdDb?: number;
  /** The silence to keep at either end, in seconds. Default: 0.05. */
  keepSeconds?: number;
}

/** The options of a timeline. */
export interface TimelineOptions extends JobOptions {
  /** The timeline's ID. A timeline that has it already is replaced. Default: a new one. */
  id?: string;
  /** The silence between neighbours on a lane, in seconds. Default: 0. */
  gapSeconds?: number;
  /** The fades of clips that set none, in seconds, such as 0.005 against clicks at joins. Default: 0. */
  edgeFadeSeconds?: number;
  /** The channel layout of the export. The result tells what `auto` became. Default: `stereo`. */
  audioLayout?: AudioLayout;
  /** The sample rate of the export, in hertz. Default: 44100. */
  audioRate?: AudioRate;
  /** The timeline's chapters. Default: none. */
  chapters?: ChapterMarker[];
  /** The tags of the exported file. Default: the timeline's name as the title. */
  tags?: Tags;
  /** Data that other programs keep with the timeline. Default: none. */
  metadata?: Metadata;
}

/** A timeline that is not saved: the clips and options that `buildTimeline` takes. */
export interface TimelineDraft extends Omit<TimelineOptions, "id" | "onProgress" | "signal"> {
  /** Its clips. A string means a clip of the whole asset of that ID. */
  clips: readonly (string | ClipSpec)[];
}

/** The options of playing a timeline. */
export interface PlayerOptions extends Pick<ExportOptions, "ceilingDb" | "onUnreadableClip"> {
  /**
   * The gain before the limiter in decibels, -60 to 60: an export's `result.loudness.gainDb`, to hear it as it was
   * exported. Default: 0, the clips' own levels.
   */
  gainDb?: number;
  /**
   * A node that gets the sound instead of the loudspeakers, such as a `GainNode` of the page. Its context must have the
   * timeline's sample rate, and the page resumes and closes it. Default: a context of the player's own.
   */
  output?: AudioNode;
}

/** The levels of the sound at a moment. A level that is left out does not exist, as for silence. */
export interface Levels {
  /** The largest true peak of any channel in the last 0.1 s, in dBTP. */
  truePeakDb?: number;
  /** The loudness of the last 0.4 s by EBU R 128, in LUFS. It is left out until so much has been played. */
  momentaryLufs?: number;
  /** The loudness of the last 3 s, in LUFS. It is left out until so much has been played. */
  shortTermLufs?: number;
}

/** The options of a preview of a timeline's chapters. */
export interface PreviewOptions extends Pick<TimelineOptions, "gapSeconds" | "audioRate" | "chapters" | "tags"> {
  /** The source of the chapters, as `chapters` of `exportAudio`. Default: `markers`. */
  source?: ChapterSource;
  /** Gives an asset by its ID: the library's own, or as much as is known of one that will be added. */
  assetOf: (id: string) => KnownAsset | undefined;
}

/** As much of an asset as places a clip and names its chapter. */
export type KnownAsset = Omit<Asset, "id" | "voice" | "peaks" | "warning" | "bytes">;

/** A part of a timeline. */
export interface TimeRange {
  /** Seconds from the timeline's start. Default: 0. */
  start?: number;
  /** Seconds from the timeline's start, after `start`. Default, and the most: the timeline's end. */
  end?: number;
}

/** The options of planning an export. */
export interface PlanOptions extends JobOptions {
  /** The part of the timeline that would be exported. Default: all of it. */
  range?: TimeRange;
}

/** The options of an export. */
export interface ExportOptions extends PlanOptions {
  /**
   * A file from `showSaveFilePicker`: only a finished export replaces it. Or a folder from `showDirectoryPicker`, open
   * for reading and writing: the audio and its sidecars become new files in it. Or a stream, empty so far and not
   * locked, which gets the audio as `Uint8Array`s, no faster than it takes them; `result.moov` says in which order.
   * Default: `result.file` has the audio.
   */
  destination?: FileSystemFileHandle | FileSystemDirectoryHandle | WritableStream;
  /** Bits a second, 32,000 to 320,000. Default: 256,000. */
  bitRate?: number;
  /** The encoder's effort. Default: `best`. */
  quality?: Quality;
  /** The true-peak limiter's ceiling in dBTP, -40 to 0, or `null` for no limiter. Default: -1, or the preset's. */
  ceilingDb?: number | null;
  /** The loudness of the mix, which is measured first and then reached by one gain. Default: left as it is. */
  loudness?: LoudnessPreset | LoudnessTarget;
  /** The reaction to clips that cannot be used. Default: `stop`. */
  onUnreadableClip?: Reaction;
  /** The source of the file's chapters. Default: `markers`. */
  chapters?: ChapterSource;
  /** The end of the file's name. Default: `m4a`. */
  extension?: FileExtension;
  /** The name of a file that is returned or goes into a stream. Default: the timeline's name and the extension. */
  fileName?: string;
  /** The most workers to use, from 1 on. The file is the same for any number. Default: one for each core, up to 8. */
  workers?: number;
  /** The text files that go with the audio. Default: none. */
  sidecars?: readonly SidecarKind[];
  /** Those of the `sidecars` that are saved in a destination folder. The result has the others too. Default: all. */
  savedSidecars?: readonly SidecarKind[];
  /**
   * Whether to keep what is made until the export ends, in the origin's private file system or else in IndexedDB, so
   * that it goes on after a crash, and in a later visit by `resumeExport`. It takes as many bytes as the file. A
   * library in memory keeps nothing. Default: true.
   */
  resumable?: boolean;
  /**
   * Aborted, it has the export leave a destination that does not answer (`progress.waitingFor`). The result then has
   * the `file`, and what is finished is not made again.
   */
  leaveDestination?: AbortSignal;
}

/** The options of going on with an interrupted export. */
export interface ResumeOptions extends JobOptions, Pick<ExportOptions, "leaveDestination"> {
  /** Another destination, as of `exportAudio`. Default: the export's own, if the browser has kept it. */
  destination?: FileSystemFileHandle | WritableStream;
}

/** An export that was interrupted, and can go on. */
export interface UnfinishedExport {
  /** Its ID, for `resumeExport` and `forgetExport`. */
  id: string;
  /** The name of its file. */
  fileName: string;
  /** When it was begun. */
  begun: Date;
  /** The percentage that is made, 0 to 100. It is 0 if another version of the package made it: all is made again. */
  completed: number;
  /** Its destination, where the browser keeps it. */
  destination?: FileSystemFileHandle | FileSystemDirectoryHandle;
}

/** The options of an export of each chapter to a file of its own. */
export interface ChapterFilesOptions
  extends Omit<ExportOptions, "destination" | "fileName" | "range" | "resumable" | "leaveDestination"> {
  /** A folder, in which the files are created as new ones. Default: each result's `file` has the audio. */
  destination?: FileSystemDirectoryHandle;
}

/** A text file that goes with the audio. */
export interface Sidecar {
  /** Its kind. */
  kind: SidecarKind;
  /** Its file's name, which follows the audio's. */
  name: string;
  /** Its MIME type. */
  type: string;
  /** Its content. */
  text: string;
}

/** The loudness of a mix, as it was encoded. A level that is left out does not exist, as for silence. */
export interface Loudness {
  /** Integrated loudness by EBU R 128, in LUFS. It is left out for less than 0.4 s as well. */
  integratedLufs?: number;
  /** The loudness range, in LU. */
  rangeLu: number;
  /** The highest true peak of any channel, in dBTP. */
  truePeakDb?: number;
  /** The root of the mean square of all samples, in decibels of full scale. */
  rmsDb?: number;
  /** The gain that was applied to reach the target, in decibels, -60 to 60; 0 without a target. */
  gainDb: number;
  /**
   * Whether the mix is within 0.1 of the target. It is not if the limiter would only take more gain away, if the gain
   * would exceed 60 dB, or if the mix is silent or too short to have a loudness. Left out without a target.
   */
  isTargetReached?: boolean;
}

/** A clip that cannot be used, and the reason. */
export interface UnreadableClip {
  /** The clip's ID. */
  clipId: string;
  /** The ID of the asset that it plays. */
  assetId: string;
  /** Whether the asset is missing, its content is no audio that can be read, or the clip asks for what it cannot. */
  code: "missing-asset" | "invalid-audio" | "bad-clip";
  /** The reason in a sentence. */
  message: string;
  /** What is wrong with the content, if the code is `invalid-audio`. */
  fault?: AudioFault;
}

/** The reason why a content cannot be played, for programs that say it in words of their own. */
export interface AudioFault {
  /**
   * - `empty`: the file has no bytes. `not-audio`: it is of no known kind. `cut-off`: it ends before its audio is
   *   described. `no-audio`: it has none.
   * - `foreign-format`, `other-content`: it is of a kind that is not read, or that has no audio; the detail names it.
   * - `unsupported-codec`: there is no decoder; the detail names the codec. `unsupported-channels`,
   *   `unsupported-rate`: the detail is the number of channels, or the sample rate in Hz.
   * - `unreadable`: the browser cannot read the file; the detail says why, in English. `decoder-crashed`: its decoder
   *   crashed, or did not end.
   */
  kind:
    | "empty"
    | "not-audio"
    | "foreign-format"
    | "other-content"
    | "cut-off"
    | "no-audio"
    | "unsupported-codec"
    | "unsupported-channels"
    | "unsupported-rate"
    | "unreadable"
    | "decoder-crashed";
  /** The name or the number that the message mentions. */
  detail?: string;
}

/** The plan of an export. */
export interface ExportPlan {
  /** The length of the audio, in seconds. */
  durationSeconds: number;
  /** The channel layout of the file. */
  audioLayout: FileLayout;
  /** The number of clips that would be heard. */
  clips: number;
  /** The clips that cannot be used. */
  unreadable: UnreadableClip[];
}

/** An asset that cannot be used as it is. */
export interface AssetFault {
  /** The asset's ID; empty if its record has none. */
  assetId: string;
  /** Its name, as far as its record has one. */
  name: string;
  /**
   * The fault: the record cannot be read, the content is missing, or the content has another size than was stored. Add
   * the audio again under the same ID.
   */
  kind: "damaged-record" | "missing-content" | "wrong-size";
  /** Whether the asset has been put right: its content was read again. Its `trim` is forgotten. */
  isMended: boolean;
}

/** A problem that did not stop the export. */
export interface ExportWarning {
  /** The problem in a sentence. */
  message: string;
  /** The ID of the clip that it is about, if it is about one. */
  clipId?: string;
  /** The ID of that clip's asset. */
  assetId?: string;
}

/** A chapter of a finished file. */
export interface Chapter {
  /** Its title. */
  title: string;
  /** Its start in seconds: the exact time of a sample. */
  startTime: number;
  /** The start of the next chapter, or the end of the file, in seconds. */
  endTime: number;
}

/** A finished export without a destination. */
export interface FileResult extends ExportResult {
  /** The file. */
  file: File;
}

/** A finished export. */
export interface ExportResult {
  /**
   * The file's name. Without a destination it is the timeline's name and the extension, with characters replaced that
   * file systems refuse.
   */
  name: string;
  /** The file, if there was no destination. */
  file?: File;
  /** The file's size in bytes. */
  bytes: number;
  /**
   * The place of the file's index, `moov`. It is `first`, so that a player can start before it has the whole file; or
   * `last` in a stream that cannot seek, because the index has the sizes of all packets, which are known at the end.
   */
  moov: "first" | "last";
  /** The length of the audio, in seconds. */
  durationSeconds: number;
  /** The sample rate, in hertz. */
  sampleRate: number;
  /** The number of channels. */
  channels: number;
  /** The channel layout, which tells what `auto` became. */
  audioLayout: FileLayout;
  /** The loudness of the mix. */
  loudness: Loudness;
  /** The problems that did not stop the export. */
  warnings: ExportWarning[];
  /** The clips that could not be used, and are silent. */
  unreadable: UnreadableClip[];
  /** The file's chapters; empty if it has none. */
  chapters: Chapter[];
  /** The text files that were asked for. The warnings name any that could not be made or saved. */
  sidecars: Sidecar[];
  /** The names of the files that were saved in a destination folder, the audio's first. */
  saved?: string[];
  /** The cost of the export. */
  stats: ExportStats;
}

/** The cost of an export. */
export interface ExportStats {
  /** The time from the call to the result, in seconds. */
  wallSeconds: number;
  /** Seconds of audio made in each second. */
  realTimeFactor: number;
  /** The number of workers that made it. */
  workers: number;
  /** The most memory that any worker's module held, in bytes. */
  peakWasmBytes: number;
}

/** The options of opening a library. */
export interface LibraryOptions {
  /**
   * The place of the library: the browser's IndexedDB, or `memory` until it is closed. Memory is for pages without
   * storage, such as sandboxed frames. Default: `indexeddb`.
   */
  storage?: LibraryStorage;
  /** The name of its IndexedDB database. Default: `secuencia`, which all pages of the origin that name none share. */
  database?: string;
  /**
   * The folder that has the package's `worker.js`, `page_bg.wasm` and `engine_bg.wasm`, relative to the page, or in a
   * worker to its script. Default: found by the package, beside its code or inside `inline.js`. Files that you name
   * must be there: nothing else is tried for them.
   */
  moduleUrl?: string | URL;
  /** Starts a worker that runs the package's `worker.js`; called for each worker. Default: started by the package. */
  createWorker?: () => Worker;
  /** The addresses of the modules, resolved as `moduleUrl` is, and ahead of it. */
  wasmUrls?: WasmUrls;
}

/** The addresses of the package's WebAssembly modules. */
export interface WasmUrls {
  /** The address of `page_bg.wasm`. */
  page?: string | URL;
  /** The address of `engine_bg.wasm`. */
  engine?: string | URL;
}

/** The code of an error, for programs. What each one means is in docs/errors.md. */
export type ErrorCode =
  | "empty-timeline"
  | "no-audio-elements"
  | "timeline-not-found"
  | "missing-asset"
  | "invalid-audio"
  | "bad-clip"
  | "invalid-image"
  | "quota-exceeded"
  | "storage"
  | "unsupported"
  | "load-failed"
  | "playback-blocked"
  | "playback-failed"
  | "export-failed";
