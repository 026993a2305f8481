/**
 * Packs a project into one file that another browser can open: a zip of a project file (docs/project-file.md) and the
 * audio and pictures that it uses. Unpacked, it is an ordinary project folder. The layout is in docs/timelines.md.
 *
 * @module secuencia/archive.js
 */
import { cut, noDevice, safeCharacters, withoutMarks } from "./file-stem.js";
import { exceptionOf, IS_GONE } from "./gone.js";
import type { Library } from "./library.js";
import { isDeeper, MOST_CLIPS, MOST_JSON_BYTES, MOST_LEVELS, MOST_LISTED } from "./limits.js";
import type { AssetDetails, ChapterMarker, ClipSpec, Tags, TimelineOptions, Trim } from "./types.js";
import { ArchiveError, unzip, type ZipEntry, type ZipOptions, type ZipSource, zip } from "./zip.js";

export { ArchiveError, type ZipOptions, type ZipSource, zip } from "./zip.js";

/** The MIME type of an archive. */
export const ARCHIVE_TYPE = "application/vnd.secuencia+zip";

/**
 * A project that can be packed: a timeline, or any object with clips that play a library's assets. The archive keeps
 * all of its fields that JSON can hold.
 */
export interface Packable {
  /** The project's name. */
  name: string;
  /** Its clips. */
  clips: readonly Pick<ClipSpec, "assetId" | "name">[];
  /** Its chapters. */
  chapters?: readonly Pick<ChapterMarker, "image">[];
  /** Its tags. */
  tags?: Pick<Tags, "covers">;
}

/** A project that an archive added to a library: `buildTimeline(project.name, project.clips, project)` makes it. */
export interface UnpackedProject extends Omit<TimelineOptions, "onProgress" | "signal"> {
  /** The project's name. */
  name: string;
  /** Its clips, with the library's IDs of their assets. */
  clips: ClipSpec[];
  /** Any other fields that were packed. */
  [field: string]: unknown;
}

/** The facts of a file beside a project file. */
export interface FileFacts {
  /** Its path, relative to the project file. */
  file: string;
  /** The ID that it had as an asset, or as a picture. */
  id?: string;
  /** The asset's name, if it differs from the file's. */
  name?: string;
  /** The spoken line. */
  text?: string;
  /** The speaker's name. */
  voice?: string;
  /** The part that clips play by default. */
  trim?: Trim;
}

/** The options of packing. */
export type PackOptions = ZipOptions;

const PROJECT_FILE = "project.json";

/**
 * Packs a project with the audio and the pictures that it uses, so far as the library has them. Rejects with an
 * `AbortError` if the signal is aborted.
 */
export async function packProject(
  project: Packable,
  library: Pick<Library, "asset" | "content" | "image">,
  options: PackOptions = {},
): Promise<Blob> {
  const packing = new Packing(library);
  const clipNames = new Map(project.clips.map(({ assetId, name }) => [assetId, name ?? ""]));
  const images = [...(project.tags?.covers ?? []), ...(project.chapters ?? []).map(({ image }) => image)];
  await packing.addAll([...clipNames], ([assetId, name]) => packing.addAsset(assetId, name));
  await packing.addAll(new Set(images.filter((id) => id !== undefined)), (id) => packing.addImage(id));

  const pathOf = (id: string) => packing.paths.get(id) as string;
  const { durationSeconds: _computed, ...kept } = project as Packable & { durationSeconds?: number };
  const file = {
    ...kept,
    clips: project.clips.map(({ assetId, ...clip }) => ({ file: pathOf(assetId), ...clip })),
    ...(project.chapters && {
      chapters: project.chapters.map((chapter) => ({
        ...chapter,
        ...(chapter.image && { image: pathOf(chapter.image) }),
      })),
    }),
    ...(project.tags && {
      tags: { ...project.tags, ...(project.tags.covers && { covers: project.tags.covers.map(pathOf) }) },
    }),
    files: packing.facts,
  };
  const json = { path: PROJECT_FILE, content: new Blob([`${JSON.stringify(file, null, 2)}\n`]) };
  return (await zip([json, ...packing.sources], options)).slice(0, undefined, ARCHIVE_TYPE);
}

/** Collects the contents of an archive: each asset and each picture once. */
class Packing {
  readonly paths = new Map<string, string>();
  readonly facts: FileFacts[] = [];
  readonly sources: ZipSource[] = [];
  readonly #library: Pick<Library, "asset" | "content" | "image">;
  readonly #names = new Set<string>([PROJECT_FILE]);

  constructor(library: Pick<Library, "asset" | "content" | "image">) {
    this.#library = library;
  }

  /** Adds items in order, but asks the library for many at a time. */
  async addAll<T>(each: Iterable<T>, look: (one: T) => Promise<() => void>): Promise<void> {
    const all = [...each];
    for (let at = 0; at < all.length; at += BATCH) {
      for (const add of await Promise.all(all.slice(at, at + BATCH).map(look))) add();
    }
  }

  async addAsset(id: string, clipName: string): Promise<() => void> {
    const [asset, content] = await Promise.all([this.#library.asset(id), this.#library.content(id)]);
    return () => {
      const { name = clipName, mimeType = "", text, voice, trim } = asset ?? {};
      const { file, isItsName } = this.#add("audio", id, name, mimeType, content);
      const facts = { ...(text && { text }), ...(voice && { voice }), ...(trim && { trim }) };
      this.facts.push({ file, id, ...(!isItsName && { name }), ...facts });
    };
  }

  async addImage(id: string): Promise<() => void> {
    const content = await this.#library.image(id);
    return () => {
      const { file } = this.#add("pictures", id, "picture", content?.type ?? "", content);
      this.facts.push({ file, id });
    };
  }

  #add(folder: string, id: string, name: string, type: string, content: Blob | undefined) {
    const fileName = uniqueName(withExtension(safeName(name), type), this.#names);
    const file = `${folder}/${fileName}`;
    this.paths.set(id, file);
    if (content) this.sources.push({ path: file, content });
    return { file, isItsName: fileName === name };
  }
}

const BATCH = 64;

/** The longest stem in an archive, in bytes. It leaves room for the path of the folder that it is unpacked into. */
const MAX_STEM_BYTES = 120;

/** Returns a name that every file system accepts. */
function safeName(name: string): string {
  const [, stem = "", extension = ""] = /^(.*?)(\.[^.]{1,10})?$/s.exec(safeCharacters(name.normalize("NFC"))) ?? [];
  const short = cut([...stem].slice(0, 60).join(""), MAX_STEM_BYTES);
  const safe = short.replace(/^[\s.]+|[\s.]+$/g, "") || "untitled";
  return noDevice(safe + extension.replace(/[\s.]+$/, ""));
}

const EXTENSIONS: Record<string, string> = {
  "audio/aac": ".aac",
  "audio/aiff": ".aiff",
  "audio/flac": ".flac",
  "audio/mp4": ".m4a",
  "audio/mpeg": ".mp3",
  "audio/ogg": ".ogg",
  "audio/wav": ".wav",
  "audio/webm": ".webm",
  "image/jpeg": ".jpg",
  "image/png": ".png",
};

/** Adds an extension if there is none, since programs choose the format by it. */
function withExtension(name: string, type: string): string {
  return /\.[a-z0-9]{1,5}$/i.test(name) ? name : name + (EXTENSIONS[type] ?? "");
}

/** Returns a name that is unique in all folders, even ignoring case: a project file finds its files by name alone. */
function uniqueName(name: string, taken: Set<string>): string {
  const dot = name.lastIndexOf(".");
  const [stem, extension] = dot > 0 ? [name.slice(0, dot), name.slice(dot)] : [name, ""];
  let [unique, number] = [name, 1];
  while (taken.has(unique.toLowerCase())) {
    number += 1;
    unique = `${stem} ${number}${extension}`;
  }
  taken.add(unique.toLowerCase());
  return unique;
}

/** Opens an archive and reads its project file. Rejects with an `ArchiveError` if it is not one. */
export async function openProject(file: Blob): Promise<ArchivedProject> {
  const gone = await exceptionOf(file);
  if (gone !== undefined) throw new ArchiveError(`It ${IS_GONE}`, { cause: gone });
  const entries = (await unzip(file)).filter(({ path }) => !/(^|\/)(__MACOSX\/|\.)/.test(path));
  const json = projectFileOf(entries);
  if (json.size > MOST_JSON_BYTES) throw new ArchiveError(`Its project file, “${json.path}”, is too large.`);
  const text = await (await json.content()).text();
  return new ArchivedProject(text, entries, json.path.slice(0, json.path.lastIndexOf("/") + 1));
}

/** Finds the project file by its name, or as the only JSON; the least nested of several. */
function projectFileOf(entries: ZipEntry[]): ZipEntry {
  const depth = ({ path }: ZipEntry) => path.split("/").length;
  const jsons = entries.filter(({ path }) => /\.json$/i.test(path)).sort((a, b) => depth(a) - depth(b));
  const named = jsons.find(({ path }) => path === PROJECT_FILE || path.endsWith(`/${PROJECT_FILE}`));
  const [first, second] = jsons;
  const found = named ?? (second && first && depth(second) === depth(first) ? undefined : first);
  if (!found) throw new ArchiveError("It holds no project file.");
  return found;
}

/** A project in an archive. Its files are read from the archive on demand. */
export class ArchivedProject {
  /** The project file, as text. */
  readonly json: string;
  /** The paths of all other files, relative to the project file. */
  readonly paths: readonly string[];
  readonly #entries: Map<string, ZipEntry>;

  /** @internal */
  constructor(json: string, entries: readonly ZipEntry[], folder: string) {
    const beside = entries.filter(({ path }) => path.startsWith(folder));
    this.json = json;
    this.paths = beside.map(({ path }) => path.slice(folder.length));
    // Some programs write é as two characters.
    this.#entries = new Map(beside.map((entry) => [entry.path.slice(folder.length).normalize("NFC"), entry]));
    if (this.#entries.size < beside.length) throw new ArchiveError("It holds two files by one name.");
  }

  /** Whether the archive has a file of that path, relative to the project file. */
  has(path: string): boolean {
    return this.#entries.has(clean(path));
  }

  /** The file of that path. Rejects with an `ArchiveError` if it is missing or fails its checksum. */
  async file(path: string): Promise<File> {
    const entry = this.#entries.get(clean(path));
    if (!entry) throw new ArchiveError(`It does not hold “${path}”.`);
    return new File([await entry.content()], withoutMarks(path.slice(path.lastIndexOf("/") + 1)));
  }

  /**
   * Adds the project's audio and pictures to a library that does not have them yet, and resolves with the project under
   * the library's IDs. Files that the archive lacks keep their old IDs: add them before you build the timeline. Rejects
   * with an `ArchiveError` for a damaged file, and as `addAsset` and `addImage` do.
   */
  async addTo(
    library: Pick<Library, "asset" | "content" | "addAsset" | "image" | "addImage">,
  ): Promise<UnpackedProject> {
    const { files, clips, chapters, tags, ...project } = parsed(this.json);
    const facts = new Map(files.map((one) => [clean(one.file), one]));
    const ids = new Map<string, string>();
    const idOf = async (path: string, add: (details: AssetDetails & FileFacts) => Promise<string>) => {
      const known = facts.get(clean(path)) ?? { file: path };
      const id = ids.get(path) ?? (this.has(path) ? await add(known) : (known.id ?? path));
      ids.set(path, id);
      return id;
    };
    const assetOf = (path: string) =>
      idOf(path, async ({ file: _file, id, ...details }) => {
        const content = await this.file(path);
        const held = id === undefined ? undefined : await library.content(id);
        if (id !== undefined && held && (await isSame(held, content))) return id;
        return (await library.addAsset(content, { ...details, ...(id !== undefined && !held && { id }) })).id;
      });
    const imageOf = (path: string) =>
      idOf(path, async ({ id }) => {
        const content = await this.file(path);
        const held = id === undefined ? undefined : await library.image(id);
        if (id !== undefined && held && (await isSame(held, content))) return id;
        return (await library.addImage(content, id !== undefined && !held ? { id } : {})).id;
      });

    const placed: ClipSpec[] = [];
    for (const { file, ...clip } of clips) placed.push({ ...clip, assetId: await assetOf(file) });
    const marked: ChapterMarker[] = [];
    for (const { image, ...chapter } of chapters ?? []) {
      marked.push({ ...chapter, ...(image !== undefined && { image: await imageOf(image) }) });
    }
    const covers: string[] = [];
    for (const cover of tags?.covers ?? []) covers.push(await imageOf(cover));
    return {
      ...project,
      ...(chapters && { chapters: marked }),
      ...(tags && { tags: { ...tags, ...(tags.covers && { covers }) } }),
      clips: placed,
    };
  }
}

/** A clip of a project file. It names a file in place of an asset. */
export interface FileClip extends Omit<ClipSpec, "assetId"> {
  /** The path of its audio, relative to the project file. */
  file: string;
}

/** A project file, as far as needed to find its files. The code that builds its timeline checks the rest. */
interface ParsedProject {
  name: string;
  clips: FileClip[];
  chapters?: ChapterMarker[];
  tags?: Tags;
  files: FileFacts[];
  [field: string]: unknown;
}

function parsed(json: string): ParsedProject {
  let project: unknown;
  try {
    project = JSON.parse(json);
  } catch (error) {
    throw new ArchiveError(`Its project file is not JSON: ${(error as Error).message}.`);
  }
  if (!isRecord(project)) throw new ArchiveError("Its project file must hold one JSON object.");
  if (isDeeper(project)) throw new ArchiveError(`Its project file is nested more than ${MOST_LEVELS} levels deep.`);
  const { name, clips, chapters, tags, files = [] } = project;
  if (typeof name !== "string") throw new ArchiveError("Its project file has no “name”.");
  if (!areFiles(clips)) throw new ArchiveError("Its project file’s “clips” must be a list of objects with a “file”.");
  const lists: [unknown, string, number][] = [
    [clips, "clips", MOST_CLIPS],
    [files, "files", MOST_LISTED],
    [chapters, "chapters", MOST_LISTED],
  ];
  for (const [list, field, most] of lists) {
    if (!Array.isArray(list) || list.length <= most) continue;
    throw new ArchiveError(`Its project file has more than ${most.toLocaleString("en")} “${field}”.`);
  }
  if (!areFiles(files)) throw new ArchiveError("Its project file’s “files” must be a list of objects with a “file”.");
  if (chapters !== undefined && !(Array.isArray(chapters) && chapters.every(({ image = "" }) => isText(image)))) {
    throw new ArchiveError("Its project file’s “chapters” must be a list of objects.");
  }
  const { covers = [] } = isRecord(tags) ? tags : {};
  if (tags !== undefined && !(isRecord(tags) && Array.isArray(covers) && covers.every(isText))) {
    throw new ArchiveError("Its project file’s “tags” must be an object, and its “covers” a list of files.");
  }
  return { ...project, files } as unknown as ParsedProject;
}

function areFiles(list: unknown): boolean {
  return Array.isArray(list) && list.every((one) => isRecord(one) && isText(one.file));
}

function isText(value: unknown): boolean {
  return typeof value === "string";
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function clean(path: string): string {
  return path.replace(/^(\.\/)+/, "").normalize("NFC");
}

/** The number of bytes compared at a time. */
const SLICE_BYTES = 1 << 20;

/** Returns whether two contents are equal. */
export async function isSame(one: Blob, other: Blob): Promise<boolean> {
  if (one.size !== other.size) return false;
  for (let at = 0; at < one.size; at += SLICE_BYTES) {
    const [a, b] = await Promise.all([one, other].map((blob) => blob.slice(at, at + SLICE_BYTES).arrayBuffer()));
    const bytes = new Uint8Array(b as ArrayBuffer);
    if (new Uint8Array(a as ArrayBuffer).some((byte, index) => byte !== bytes[index])) return false;
  }
  return true;
}
