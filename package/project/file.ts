/**
 * Reads project files: JSON that lists a project's clips by audio file, in the format that `make demo` takes. A file is
 * checked as a whole before anything is opened, and all faults are reported at once, in sentences that name the clip.
 */
import type { FileClip, FileFacts } from "../archive.js";
import {
  AUDIO_LAYOUTS,
  AUDIO_RATES,
  BIT_RATE,
  CEILING_DB,
  CHAPTER_SOURCES,
  EXTENSIONS,
  LEAST_CHAPTER_SECONDS,
  LEVEL_DB,
  LOUDNESS_PRESETS,
  MEDIA_TYPES,
  REACTIONS,
  SIDECAR_KINDS,
} from "../choices.js";
import {
  isDeeper,
  MOST_CLIPS,
  MOST_FAULTS,
  MOST_JSON_BYTES,
  MOST_LEVELS,
  MOST_LISTED,
  MOST_NAME_CHARACTERS,
  MOST_TEXT_CHARACTERS,
} from "../limits.js";
import type { AddOptions, ChapterMarker, ExportOptions, Metadata, Tags, TimelineOptions } from "../types.js";
import { type About, picturesOf, TEXT_TAGS } from "./about.js";
import { withoutOldFields } from "./old-fields.js";

/** The longest gap of a project, in seconds. A gap of more than a minute is a typing error. */
export const MAX_GAP_SECONDS = 60;

/** The longest edge fade of a project, in seconds. A longer one does more than prevent clicks. */
export const MAX_EDGE_FADE_SECONDS = 1;

/** The largest change of a clip's volume in either direction, in decibels. */
export const MAX_VOLUME_DB = 120;

/** The settings of a project. Each is an option of the package; one that is left out has the package's default. */
export interface Settings
  extends Pick<TimelineOptions, "edgeFadeSeconds" | "audioLayout" | "audioRate">,
    Pick<ExportOptions, "bitRate" | "loudness" | "ceilingDb" | "onUnreadableClip" | "sidecars"> {
  /** Whether clips that set no in or out point leave out the silence at the ends of their audio. Default: false. */
  trimSilence?: Extract<AddOptions["trimSilence"], boolean>;
}

/** A line of a project's script, with or without audio. */
export interface ProjectLine {
  /** The spoken line. */
  text: string;
  /** The speaker's name. */
  voice: string;
  /** The heading of its scene. Default: none. */
  scene?: string;
  /** The ID of the clip that is its audio. Left out if there is none. The clip may have been removed since. */
  clipId?: string;
}

/** Names of lanes, by the numbers of the lanes: `{ "-1": "Music" }`. */
export type LaneNames = { readonly [lane: string]: string };

/** The content of a project file. Its pictures are file names, relative to it. */
export interface ProjectFile extends Settings, About {
  /** The project's name. */
  name: string;
  /** The ID of a packed timeline. Projects have none. */
  id?: string;
  /** The silence between neighbours on a lane, in seconds, up to 60. Default: 0.25. */
  gapSeconds?: number;
  /** The lanes' names, by the numbers of the lanes. Default: none. */
  laneNames?: LaneNames;
  /** The lines with clips, and those still without audio. */
  script?: ProjectLine[];
  /** Data that other programs keep with the project. Default: none. */
  metadata?: Metadata;
  /** Facts about the files, if a library wrote the project. Then there may be no clips. */
  files?: FileFacts[];
  /** The clips, in the order of the play. */
  clips: FileClip[];
}

/** Everything that is wrong with a project file. */
export class ProjectFileError extends Error {
  /** The name of the class. */
  override readonly name = "ProjectFileError";
  /** A sentence for each fault; of many, for the first ones and the number of all others. */
  readonly faults: string[];

  /** Creates an error of these faults. */
  constructor(faults: string[]) {
    const others = faults.length - MOST_FAULTS;
    const told =
      others > 1 ? [...faults.slice(0, MOST_FAULTS), `And ${others.toLocaleString("en")} more faults.`] : faults;
    super(told.join(" "));
    this.faults = told;
  }
}

/** A file that was chosen with a project file. */
export interface NamedFile {
  /** The file's name, without a folder. */
  name: string;
}

type Check = (value: unknown) => string | undefined;

const upTo =
  (most: number): Check =>
  (value) => {
    if (typeof value !== "string") return "must be text";
    return value.length <= most
      ? undefined
      : `has ${inWords(value.length)} characters, which is more than ${inWords(most)}`;
  };
const text = upTo(MOST_TEXT_CHARACTERS);
const name = upTo(MOST_NAME_CHARACTERS);
const filled: Check = (value) =>
  typeof value === "string" && value.trim() ? name(value) : "must be text that is not empty";
const flag: Check = (value) => (typeof value === "boolean" ? undefined : "must be true or false");
const whole: Check = (value) => (Number.isInteger(value) ? undefined : "must be a whole number");
const between =
  (low: number, high: number): Check =>
  (value) =>
    isNumber(value) && value >= low && value <= high ? undefined : `must be a number from ${low} to ${high}`;
const within = ({ least, most }: { least: number; most: number }): Check => between(least, most);
const oneOf =
  (choices: readonly (string | number)[]): Check =>
  (value) =>
    choices.includes(value as string | number) ? undefined : `must be ${listed(choices)}`;
const seconds: Check = (value) =>
  isNumber(value) && value >= 0 ? undefined : "must be a number of seconds, 0 or more";
const length: Check = (value) =>
  isNumber(value) && value > 0 ? undefined : "must be a number of seconds, more than 0";

const orNull =
  (check: Check): Check =>
  (value) => {
    const fault = value === null ? undefined : check(value);
    return fault && `${fault}, or null`;
  };
const someOf =
  (choices: readonly string[]): Check =>
  (value) =>
    Array.isArray(value) && value.every((one) => choices.includes(one))
      ? undefined
      : `must be a list of ${listed(choices)}`;
const loudness: Check = (value) => {
  const [target, ...more] = isRecord(value) ? Object.entries(value) : [];
  const isTarget = target && ["integratedLufs", "rmsDb"].includes(target[0]) && more.length === 0;
  if (isTarget && !within(LEVEL_DB)(target[1])) return undefined;
  const targets = `an object with “integratedLufs” or “rmsDb”, ${LEVEL_DB.least} to ${LEVEL_DB.most}`;
  return oneOf([...LOUDNESS_PRESETS, targets])(value);
};
const lines: Check = (value) => {
  const isLine = ({ text: said, voice, scene = "", clipId = "", ...more }: Record<string, unknown>) =>
    !text(said) && [voice, scene, clipId].every((field) => !name(field)) && Object.keys(more).length === 0;
  if (Array.isArray(value) && value.length > MOST_LISTED) return `has more than ${inWords(MOST_LISTED)} lines`;
  if (Array.isArray(value) && value.every((line) => isRecord(line) && isLine(line))) return undefined;
  return "must be a list of lines, each with “text” and “voice”, and optionally “scene” and “clipId”";
};

const record: Check = (value) => (isRecord(value) ? undefined : "must be an object");
const stretch: Check = (value) => {
  const { start, end, ...more } = isRecord(value) ? value : {};
  if (isNumber(start) && isNumber(end) && start >= 0 && end > start && Object.keys(more).length === 0) return undefined;
  return "must be an object with a “start” and a later “end”, in seconds";
};

const laneNames: Check = (value) => {
  const isNamed = ([lane, called]: [string, unknown]) => String(Number.parseInt(lane, 10)) === lane && !filled(called);
  const names = isRecord(value) ? Object.entries(value) : undefined;
  if (names && names.length <= MOST_LISTED && names.every(isNamed)) return undefined;
  return "must be an object with names by the numbers of lanes";
};

const part: Check = (value) => {
  const { number, total = 1, ...more } = isRecord(value) ? value : {};
  const isPart = [number, total].every(
    (count) => Number.isInteger(count) && Number(count) > 0 && Number(count) <= 65_535,
  );
  if (isPart && Object.keys(more).length === 0) return undefined;
  return "must be an object with a “number” and optionally a “total”, whole numbers from 1 to 65535";
};
const fileNames: Check = (value) =>
  Array.isArray(value) && value.length <= MOST_LISTED && value.every((one) => !filled(one))
    ? undefined
    : "must be a list of file names";
const chapterSource: Check = (value) => {
  const [period, ...more] = isRecord(value) ? Object.entries(value) : [];
  const isPeriod = period?.[0] === "everySeconds" && more.length === 0;
  if (isPeriod && isNumber(period[1]) && period[1] >= LEAST_CHAPTER_SECONDS) return undefined;
  return oneOf([...CHAPTER_SOURCES, `an object with “everySeconds”, ${LEAST_CHAPTER_SECONDS} or more`])(value);
};

const TAG_FIELDS: Record<keyof Tags, Check> = {
  ...(Object.fromEntries(TEXT_TAGS.map((name) => [name, text])) as Record<(typeof TEXT_TAGS)[number], Check>),
  track: part,
  disc: part,
  mediaType: oneOf(MEDIA_TYPES),
  covers: fileNames,
};
const CHAPTER_FIELDS: Record<keyof ChapterMarker, Check> = {
  title: text,
  offset: seconds,
  image: filled,
  metadata: record,
};
const FACTS: Record<keyof FileFacts, Check> = {
  file: filled,
  id: name,
  name,
  text,
  voice: name,
  trim: stretch,
};
const CLIP_FIELDS: Record<keyof FileClip, Check> = {
  file: filled,
  id: filled,
  name,
  text,
  voice: name,
  offset: seconds,
  duration: length,
  sourceStart: seconds,
  lane: whole,
  volumeDb: between(-MAX_VOLUME_DB, MAX_VOLUME_DB),
  isMuted: flag,
  fadeIn: seconds,
  fadeOut: seconds,
  pan: between(-1, 1),
  scene: name,
  metadata: record,
};
const PROJECT_FIELDS: Record<Exclude<keyof ProjectFile, "clips" | "tags" | "chapters" | "files">, Check> = {
  name: filled,
  id: name,
  gapSeconds: between(0, MAX_GAP_SECONDS),
  laneNames,
  script: lines,
  metadata: record,
  edgeFadeSeconds: between(0, MAX_EDGE_FADE_SECONDS),
  audioLayout: oneOf(AUDIO_LAYOUTS),
  audioRate: oneOf(AUDIO_RATES),
  bitRate: within(BIT_RATE),
  loudness,
  ceilingDb: orNull(within(CEILING_DB)),
  trimSilence: flag,
  onUnreadableClip: oneOf(REACTIONS),
  chapterSource,
  extension: oneOf(EXTENSIONS),
  sidecars: someOf(SIDECAR_KINDS),
};

/** Reads a project file. Throws a `ProjectFileError`. */
export function parseProjectFile(json: string): ProjectFile {
  if (json.length > MOST_JSON_BYTES) throw new ProjectFileError(["The project file is too large."]);
  let project: unknown;
  try {
    project = JSON.parse(json);
  } catch (error) {
    throw new ProjectFileError([`The project file is not valid JSON: ${(error as Error).message}.`]);
  }
  return checkProject(project);
}

/** Checks the content of a project file, wherever it came from. Throws a `ProjectFileError`. */
export function checkProject(content: unknown): ProjectFile {
  if (!isRecord(content)) throw new ProjectFileError(["The project file must be one JSON object."]);
  // Deeper objects can be neither stored nor written again.
  if (isDeeper(content)) {
    throw new ProjectFileError([`The project file is nested more than ${MOST_LEVELS} levels deep.`]);
  }
  const project = withoutOldFields(content);
  const { clips, tags, chapters, files, ...settings } = project;
  const faults = fieldFaults("The project", settings, PROJECT_FIELDS, ["name"]);
  const inLists = [
    tagFaults(tags),
    listFaults("chapters", chapters, "Chapter", CHAPTER_FIELDS, ["title", "offset"]),
    listFaults("files", files, "File", FACTS, ["file"]),
  ];
  // There may be more of them than a call can have arguments.
  for (const fault of inLists.flat()) faults.push(fault);
  if (!Array.isArray(clips) || (clips.length === 0 && files === undefined)) {
    faults.push("The project’s “clips” must be a list of at least one clip.");
    throw new ProjectFileError(faults);
  }
  if (clips.length > MOST_CLIPS) {
    throw new ProjectFileError([
      ...faults.slice(0, MOST_FAULTS),
      `The project has more than ${inWords(MOST_CLIPS)} clips.`,
    ]);
  }
  const ids = new Set<unknown>();
  for (const [index, clip] of clips.entries()) {
    const subject = `Clip ${index + 1}`;
    if (!isRecord(clip)) {
      faults.push(`${subject} must be an object.`);
      continue;
    }
    for (const fault of fieldFaults(subject, clip, CLIP_FIELDS, ["file"])) faults.push(fault);
    if (clip.id !== undefined && ids.has(clip.id)) faults.push(`${subject} has the same “id” as an earlier clip.`);
    ids.add(clip.id);
  }
  if (faults.length > 0) throw new ProjectFileError(faults);
  return project as unknown as ProjectFile;
}

/**
 * Finds each clip's audio among the files that were chosen with the project file. A browser tells a chosen file's name
 * but not its folder, so the names alone must tell them apart. Throws a `ProjectFileError`.
 */
export function matchFiles<Chosen extends NamedFile>(project: ProjectFile, chosen: Chosen[]): Chosen[] {
  const byName = groupedByName(chosen);
  const pathOf = new Map<string, string>();
  const faults = new Set<string>();
  const found = project.clips.map(({ file: path }) => {
    const name = composed(baseName(path));
    const before = pathOf.get(name);
    if (before !== undefined && composed(before) !== composed(path)) {
      faults.add(`“${before}” and “${path}” have the same file name. Rename one of them.`);
    }
    pathOf.set(name, path);
    const [file, another] = byName.get(name) ?? [];
    if (!file) faults.add(`The audio file “${path}” is missing. Choose it together with the project file.`);
    if (another) faults.add(`Several of the chosen files are called “${name}”. Choose only one of them.`);
    return file;
  });
  if (faults.size > 0) throw new ProjectFileError([...faults]);
  return found.filter((file) => file !== undefined);
}

/**
 * Finds the pictures that a project shows among the files that were chosen with it, by their names in it. Throws a
 * `ProjectFileError`.
 */
export function matchPictures<Chosen extends NamedFile>(project: ProjectFile, chosen: Chosen[]): Map<string, Chosen> {
  const byName = groupedByName(chosen);
  const found = new Map<string, Chosen>();
  const faults: string[] = [];
  for (const path of picturesOf(project)) {
    const name = composed(baseName(path));
    const [file, another] = byName.get(name) ?? [];
    if (another) faults.push(`Several of the chosen files are called “${name}”. Choose only one of them.`);
    else if (file) found.set(path, file);
    else faults.push(`The picture “${path}” is missing. Choose it together with the project file.`);
  }
  if (faults.length > 0) throw new ProjectFileError(faults);
  return found;
}

/** Groups files by name. The same name may come composed or decomposed, as Macs write it: é as two characters. */
function groupedByName<Chosen extends NamedFile>(chosen: Chosen[]): Map<string, Chosen[]> {
  const byName = new Map<string, Chosen[]>();
  for (const file of chosen) {
    const name = composed(file.name);
    const namesakes = byName.get(name);
    if (namesakes) namesakes.push(file);
    else byName.set(name, [file]);
  }
  return byName;
}

/** A name in the form in which names are compared. */
export function composed(name: string): string {
  return name.normalize("NFC");
}

/** The last part of a path. */
export function baseName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

function tagFaults(tags: unknown): string[] {
  if (tags === undefined) return [];
  return isRecord(tags) ? fieldFaults("The tags", tags, TAG_FIELDS, []) : ["The project’s “tags” must be an object."];
}

function listFaults(
  field: string,
  list: unknown,
  what: string,
  checks: Record<string, Check>,
  required: string[],
): string[] {
  if (list === undefined) return [];
  if (!Array.isArray(list)) return [`The project’s “${field}” must be a list.`];
  if (list.length > MOST_LISTED) return [`The project has more than ${inWords(MOST_LISTED)} “${field}”.`];
  return list.flatMap((one, index) => {
    const subject = `${what} ${index + 1}`;
    return isRecord(one) ? fieldFaults(subject, one, checks, required) : [`${subject} must be an object.`];
  });
}

function fieldFaults(subject: string, record: object, checks: Record<string, Check>, required: string[]): string[] {
  const missing = required.filter((field) => !(field in record)).map((field) => `${subject} has no “${field}”.`);
  const wrong = Object.entries(record).flatMap(([field, value]) => {
    const check = Object.hasOwn(checks, field) ? checks[field] : undefined;
    const shown = field.length <= 100 ? field : `${field.slice(0, 100)}…`;
    if (!check) return [`${subject} ${subject.endsWith("s") ? "have" : "has"} an unknown field “${shown}”.`];
    const fault = check(value);
    return fault ? [`${subject}${subject.endsWith("s") ? "’" : "’s"} “${field}” ${fault}.`] : [];
  });
  return [...missing, ...wrong];
}

function listed(choices: readonly (string | number)[]): string {
  return `${choices.slice(0, -1).join(", ")} or ${choices.at(-1)}`;
}

function inWords(number: number): string {
  return number.toLocaleString("en");
}

function isNumber(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
