/**
 * A project as one file that another browser can open: a zip of a project file (docs/project-file.md) and all that it
 * plays and shows. Unpacked, it is an ordinary project folder. The archive's layout: docs/timelines.md.
 */
import { cut, noDevice, safeCharacters } from "./file-stem.js";
import type { Library } from "./library.js";
import type { AssetDetails, ChapterMarker, ClipSpec, Tags, TimelineOptions } from "./types.js";
import { ArchiveError, unzip, type ZipEntry, type ZipOptions, type ZipSource, zip } from "./zip.js";

export { ArchiveError, type ZipOptions, type ZipSource, zip } from "./zip.js";

/** The type of an archive's Blob. */
export const ARCHIVE_TYPE = "application/vnd.secuencia+zip";

/**
 * Anything that can be packed: a timeline, or another object with clips that play a library's assets. Everything that
 * JSON can hold is kept.
 */
export interface Packable {
  name: string;
  clips: readonly { assetId: string; name?: string }[];
  chapters?: readonly { image?: string }[];
  tags?: { covers?: string[] };
}

/** A project of an archive, in a library: `buildTimeline(project.name, project.clips, project)` makes its timeline. */
export interface UnpackedProject extends Omit<TimelineOptions, "onProgress" | "signal"> {
  name: string;
  clips: ClipSpec[];
  [field: string]: unknown;
}

/** What a project file says of a file beside it. */
export interface FileFacts {
  /** The path, relative to the project file. */
  file: string;
  /** The ID that it had as an asset, or as a picture. */
  id?: string;
  /** What an asset was called, if not by the file's name. */
  name?: string;
  text?: string;
  voice?: string;
  /** What clips play of it that do not say, in seconds. */
  trim?: { start: number; end: number };
}

/** How to pack. */
export type PackOptions = ZipOptions;

/** The largest JSON, since it is read whole. */
const MOST_JSON_BYTES = 64 << 20;
const PROJECT_FILE = "project.json";

/** Packs a project with the contents and the pictures that it uses, as far as the library has them. */
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

/** Opens an archive, and reads its project file. Rejects with an `ArchiveError`, which says why in a sentence. */
export async function openProject(file: Blob): Promise<ArchivedProject> {
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

/** A project in an archive. Its contents are read where they lie, when they are asked for. */
export class ArchivedProject {
  /** The project file. */
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

  has(path: string): boolean {
    return this.#entries.has(clean(path));
  }

  /** A file, checked against its checksum. Rejects with an `ArchiveError`. */
  async file(path: string): Promise<File> {
    const entry = this.#entries.get(clean(path));
    if (!entry) throw new ArchiveError(`It does not hold “${path}”.`);
    return new File([await entry.content()], path.slice(path.lastIndexOf("/") + 1));
  }

  /**
   * Adds what the project plays and shows to a library, unless it is there already, and gives the project with the
   * library's IDs. What the archive lacks is not added: a timeline that plays it can be built when it is.
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

/** A clip of a project file. It names its audio by the path of a file, relative to the project file. */
export interface FileClip extends Omit<ClipSpec, "assetId"> {
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
  const { name, clips, chapters, tags, files = [] } = project;
  if (typeof name !== "string") throw new ArchiveError("Its project file has no “name”.");
  if (!areFiles(clips)) throw new ArchiveError("Its project file’s “clips” must be a list of objects with a “file”.");
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
