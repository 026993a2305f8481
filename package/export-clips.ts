/** Audio in, one file out: an export in a single call, which keeps nothing. */
import { items, job, wrong } from "./arguments.js";
import type { ChapterSource } from "./choices.js";
import { blobOf, type ClipContent, type FileContent, identityOf, isContent, nameOf, takenNow } from "./contents.js";
import { discardIfEmpty } from "./destination.js";
import { SecuenciaError } from "./errors.js";
import type { Library } from "./library.js";
import { openLibrary } from "./open-library.js";
import { partOf, steady } from "./progress.js";
import type {
  AddOptions,
  ChapterMarker,
  ClipSpec,
  ExportOptions,
  ExportResult,
  FileResult,
  LibraryOptions,
  Tags,
  TimelineOptions,
} from "./types.js";

/** A clip with its audio. */
export interface ContentClip extends Omit<ClipSpec, "assetId"> {
  /** The audio that it plays. Clips that share a content share its decoding. */
  content: ClipContent;
}

/** Tags with their pictures. */
export interface ContentTags extends Omit<Tags, "covers"> {
  /** The pictures. The first one is the cover. */
  covers?: readonly FileContent[];
}

/** The start of a chapter, with its picture. */
export interface ContentChapter extends Omit<ChapterMarker, "image"> {
  /** Its picture. Default: none. */
  image?: FileContent;
}

/** The options of `exportClips`: those of `buildTimeline`, `exportAudio` and `openLibrary`, and a name. */
export interface ExportClipsOptions
  extends Omit<TimelineOptions, "id" | "chapters" | "tags" | "metadata">,
    Omit<ExportOptions, "chapters" | "resumable">,
    Pick<AddOptions, "trimSilence">,
    Omit<LibraryOptions, "database" | "storage"> {
  /** The file's name without its extension, and its title. Default: `Untitled`. */
  name?: string;
  /** The file's chapters, or what they are made of. Default: none. */
  chapters?: readonly ContentChapter[] | ChapterSource;
  /** The file's tags, with pictures in any form. */
  tags?: ContentTags;
}

/** The ends of the first two of three jobs, in percent. Reading decodes each content once, to measure it. */
const READ = 15;
const BUILT = 16;

const OF_TIMELINE = ["gapSeconds", "edgeFadeSeconds", "audioLayout", "audioRate"] as const;

/**
 * Exports clips to one M4A. A clip has the fields of a `ClipSpec`, with a `content` in place of an ID; a content alone
 * means a clip of all of it. The bytes are those that a library would give. Nothing is kept, and no IndexedDB is used.
 *
 * Rejects as `addAsset`, `addImage`, `buildTimeline` and `exportAudio` do, and with `load-failed` for an address that
 * gives no file. The message begins with the clip at fault: its place in `clips`, and its name. A content that cannot
 * be read rejects, whatever `onUnreadableClip` says, because its length is not known. Files and bytes are taken at the
 * call; do not change samples until it is done.
 */
export function exportClips(
  clips: Iterable<ClipContent | ContentClip>,
  options?: ExportClipsOptions & { destination?: never },
): Promise<FileResult>;
export function exportClips(
  clips: Iterable<ClipContent | ContentClip>,
  options: ExportClipsOptions,
): Promise<ExportResult>;
export async function exportClips(
  clips: Iterable<ClipContent | ContentClip>,
  options: ExportClipsOptions = {},
): Promise<ExportResult> {
  const given = clipsOf(clips);
  const { moduleUrl, createWorker, wasmUrls, ...rest } = job(options);
  let library: Library | undefined;
  try {
    options.signal?.throwIfAborted();
    const files = {
      ...(moduleUrl && { moduleUrl }),
      ...(createWorker && { createWorker }),
      ...(wasmUrls && { wasmUrls }),
    };
    library = await openLibrary({ ...files, storage: "memory" });
    return await exportFrom(library, given, rest);
  } catch (error) {
    const blame = blamed(error, given);
    const { destination } = options;
    // Both are without effect if `exportAudio` has failed, and done this already.
    if (destination instanceof WritableStream) destination.abort(blame).catch(() => {});
    else await discardIfEmpty(destination);
    throw blame;
  } finally {
    await library?.close();
  }
}

/** A clip, and the asset that is made of its content. */
interface Given {
  spec: ClipSpec;
  content: ClipContent;
  /** Whether no clip before it has the same content. */
  isFirst: boolean;
  /** The clip's name in errors. */
  where: string;
}

function clipsOf(clips: Iterable<ClipContent | ContentClip>): Given[] {
  if (isContent(clips)) throw wrong("the clips", "a list of clips", clips);
  const ids = new Map<unknown, string>();
  return Array.from(items("the clips", clips, "clips"), (clip, index) => {
    const { content, ...spec } = isContent(clip) ? { content: clip } : Object(clip);
    const identity = identityOf(content);
    const name = nameOf(content);
    const isFirst = !ids.has(identity);
    if (isFirst) ids.set(identity, `${name || "audio"} #${ids.size + 1}`);
    const called = spec.name ?? name;
    const where = called ? `clips[${index}] (${called})` : `clips[${index}]`;
    return {
      spec: { ...spec, assetId: ids.get(identity) },
      content: isFirst ? takenNow(content) : content,
      isFirst,
      where,
    };
  });
}

async function exportFrom(library: Library, given: Given[], options: ExportClipsOptions): Promise<ExportResult> {
  const { name = "Untitled", chapters, tags, trimSilence, signal, onProgress, ...others } = options;
  const report = steady(onProgress);
  const part = (from: number, to: number) => ({ onProgress: partOf(report, from, to), ...(signal && { signal }) });
  const added = await library.addAssets(
    given
      .filter(({ isFirst }) => isFirst)
      .map(({ spec: { assetId: id }, content, where }) => ({
        id,
        name: nameOf(content),
        content: () => blobOf(content, where, signal),
      })),
    {
      ...part(0, READ),
      ...(trimSilence !== undefined && { trimSilence }),
      ...(options.workers !== undefined && { workers: options.workers }),
    },
  );
  for (const { error } of added) if (error) throw error;

  const picture = async (content: FileContent, where: string) =>
    (await library.addImage(await blobOf(content, where, signal))).id;
  const { covers, ...texts } = tags ?? {};
  const markers = isMarkers(chapters) ? chapters : [];
  const pictures = {
    covers: await inTurn(covers ?? [], (cover, index) => picture(cover, `tags.covers[${index}]`)),
    chapters: await inTurn(markers, async ({ image, ...chapter }, index) => ({
      ...chapter,
      ...(image && { image: await picture(image, `chapters[${index}].image`) }),
    })),
  };
  const specs = given.map(({ spec }) => spec);
  const timeline = await library.buildTimeline(name, specs, {
    ...part(READ, BUILT),
    ...Object.fromEntries(OF_TIMELINE.filter((key) => key in options).map((key) => [key, options[key]])),
    tags: { ...texts, ...(covers && { covers: pictures.covers }) },
    chapters: pictures.chapters,
  });
  return library.exportAudio(timeline.id, {
    ...others,
    ...part(BUILT, 100),
    ...(chapters !== undefined && !isMarkers(chapters) && { chapters }),
  });
}

function isMarkers(chapters: ExportClipsOptions["chapters"]): chapters is readonly ContentChapter[] {
  return Array.isArray(chapters);
}

/** One after the other, because a picture is decoded whole. */
async function inTurn<T, R>(items: readonly T[], map: (item: T, index: number) => Promise<R>): Promise<R[]> {
  const mapped: R[] = [];
  for (const [index, item] of items.entries()) mapped.push(await map(item, index));
  return mapped;
}

/** Has an error about a clip begin with its place and its name. */
function blamed(error: unknown, given: Given[]): unknown {
  if (!(error instanceof SecuenciaError)) return error;
  const { code, message, assetId, clipId, unreadable, fault, cause } = error;
  const clip =
    given.find(({ spec }, index) => clipId !== undefined && clipId === (spec.id ?? `clip-${index + 1}`)) ??
    given.find(({ spec }) => assetId !== undefined && assetId === spec.assetId);
  if (!clip || message.startsWith(clip.where)) return error;
  return new SecuenciaError(code, `${clip.where}: ${message}`, { assetId, clipId, unreadable, fault, cause });
}
