/** Runs an export, from the click to a file that plays. There is one at a time. */
import { computed, effect, signal } from "@preact/signals";
import {
  discardIfEmpty,
  type ExportOptions,
  type ExportResult,
  type Phase,
  type Progress,
  SIDECAR_KINDS,
  type SidecarKind,
  type UnfinishedExport,
} from "secuencia";
import type { FollowAlongPageOptions } from "secuencia/follow-along.js";
import { exportOptionsOf, type Settings, timelineOptionsOf } from "secuencia/project.js";
import type { Project } from "../project/model.ts";
import type { Part } from "../project/trimming.ts";
import { words } from "../words/words.ts";
import { allArrived, isComing } from "./adding.ts";
import { chooseDestination, chooseFolder, type Destination, download, fileNameFor } from "./destinations.ts";
import { type Failure, failureOf, isCauseGone } from "./failure.ts";
import { dismissOffer } from "./history.ts";
import { exportLock, type Library, library } from "./library.ts";
import { asOpen, opened, project, said, whenLeft } from "./state.ts";
import { askToPersist, isInMemory } from "./storage.ts";
import { numberedVoices } from "./voices.ts";

/** A finished file. */
export interface Finished {
  result: ExportResult;
  /** The file, with the name under which it was saved. */
  file: File;
  /** Its object URL, valid until the next export. */
  url: string;
  /** The text files that the project asks for. The result has every kind, because the page offers all of them. */
  asked: readonly SidecarKind[];
  /** The project that it was made from. */
  project: Project;
  /** The facts about the file that the follow-along page shows. */
  about: Pick<FollowAlongPageOptions, "title" | "language" | "cover" | "voices">;
  /** How it was saved. A file for the share sheet waits for a tap. */
  saved: "picked" | "folder" | "download" | "share";
  /** The name of the folder, if one was picked. */
  folder?: string;
  /** Seconds from the end of the save dialog to the finished file. */
  tookSeconds: number;
}

/** Finished files, one for each chapter. */
export interface FinishedChapters {
  results: readonly ExportResult[];
  /** The name of the folder that they are in, or a .zip with all of them. */
  folder?: string;
  archive?: File;
  /** The object URL of the .zip, valid until the next export. */
  url?: string;
  /** Whether the .zip waits for a tap, which opens the share sheet. */
  isToShare?: boolean;
  /** The project that they were made from. */
  project: Project;
}

/** The user’s choice. */
export interface Way {
  /** A file, or a folder for the file and its sidecars. */
  into: "file" | "folder";
  /** A part of the project. Left out: all of it. */
  part?: Part;
  /** Whether each chapter becomes a file of its own. */
  isByChapter?: boolean;
}

/** The project that an export is of. It goes on when another one is opened. */
export interface Exported {
  id: string;
  name: string;
}

/** The progress to show. The phases before the package's own are the page's. */
type Shown = Pick<Progress, "completed" | "secondsLeft" | "waitingFor"> & { phase: Phase | "starting" | "awaiting" };

/** The state of the export. */
export type ExportState =
  | { kind: "idle" }
  | { kind: "running"; of: Exported; progress: Shown }
  | { kind: "cancelled"; project: Project }
  | { kind: "failed"; of: Exported; failure: Failure; way: Way }
  | { kind: "done"; of: Exported; finished: Finished }
  | { kind: "chapters"; of: Exported; finished: FinishedChapters };

/** The current state, for the page to show. */
export const exportState = signal<ExportState>({ kind: "idle" });

/** The name of the project that the export is of, if it is not the open one. */
export const exportedElsewhere = computed(() => {
  const state = exportState.value;
  return "of" in state && state.of.id !== opened.value.id ? state.of.name : undefined;
});

/** The exports of earlier visits that were interrupted, for the page to offer. */
export const interrupted = signal<readonly UnfinishedExport[]>([]);

let job: AbortController | undefined;

/** Has the export leave a destination that does not answer. */
let leaving = new AbortController();

/**
 * Exports the project as it is now. `settings` replace the project's own for this export. Call it from the click
 * itself: the save dialog comes before any work.
 */
export async function startExport(way: Way = { into: "file" }, settings: Settings = {}): Promise<void> {
  if (job) return;
  const controller = new AbortController();
  job = controller;
  const wanted = asOpen();
  try {
    if (project.value.clips.length === 0) {
      exportState.value = { kind: "failed", of: theOpenOne(), failure: nothingToExport(), way };
      return;
    }
    const { name, extension } = project.value;
    const fileName = fileNameFor(way.part ? nameOfPart(name, way.part) : name, extension);
    const destination = await (way.into === "folder" ? chooseFolder() : chooseDestination(fileName));
    if (!destination) return;
    void askToPersist();
    await run(destination, way, controller.signal, wanted, async (report) => {
      await arrivals(wanted, controller.signal, report);
      const made = wanted();
      const { script: _script, ...heard } = made;
      const exported = { ...heard, ...settings };
      const options = { onProgress: report, signal: controller.signal, leaveDestination: leaving.signal };
      if (way.isByChapter) return { project: made, results: await exportEach(destination, exported, options) };
      const about = await aboutOf(exported);
      const part = way.part && { range: way.part, fileName };
      const result = await exportAs(destination, exported, options, part);
      return { about, asked: exported.sidecars ?? [], project: made, result };
    });
  } finally {
    job = undefined;
  }
}

/** Finds the exports that were interrupted. What cannot be read now is found on a later visit. */
export async function findInterrupted(): Promise<void> {
  interrupted.value = await library()
    .then((shelf) => shelf.unfinishedExports())
    .catch(() => []);
}

/** Goes on with an interrupted export. Call it from the click itself: the browser may ask about its destination. */
export async function continueExport({ id, destination: kept }: UnfinishedExport): Promise<void> {
  if (job) return;
  const destination: Destination = kept ?? "download";
  const controller = new AbortController();
  job = controller;
  try {
    const into = typeof destination === "object" && destination.kind === "directory" ? "folder" : "file";
    await run(destination, { into }, controller.signal, asOpen(), async (report) => {
      const made = project.value;
      const about = await aboutOf(made);
      const onProgress = (progress: Progress) => report({ ...progress, completed: shareOf(progress.completed) });
      const options = { onProgress, signal: controller.signal, leaveDestination: leaving.signal };
      const result = await (await library()).resumeExport(id, options);
      return { about, asked: made.sidecars ?? [], project: made, result };
    });
    await findInterrupted();
  } finally {
    job = undefined;
  }
}

/** Removes what is left of an interrupted export. If that fails, it is still offered. */
export async function forgetExport({ id }: UnfinishedExport): Promise<void> {
  await library()
    .then((shelf) => shelf.forgetExport(id))
    .catch(() => {});
  await findInterrupted();
}

/** Cancels the export. */
export function cancelExport(): void {
  job?.abort();
}

/** Downloads the file instead of waiting for a destination that does not answer. Nothing finished is made again. */
export function downloadInstead(): void {
  leaving.abort();
}

/** Puts the result or the failure of the last export out of sight. The file stays where it was saved. */
export function dismissExport(): void {
  if (job) return;
  releaseFinished();
  exportState.value = { kind: "idle" };
}

// One that runs goes on.
whenLeft(dismissExport);

effect(() => {
  const state = exportState.value;
  const isOver =
    (state.kind === "failed" && state.of.id === opened.value.id && isCauseGone(state.failure, project.value)) ||
    (state.kind === "cancelled" && state.project !== project.value);
  if (isOver) exportState.value = { kind: "idle" };
});

type Report = (progress: Extract<ExportState, { kind: "running" }>["progress"]) => void;

type Made = Pick<Finished, "result" | "asked" | "about" | "project"> | Pick<FinishedChapters, "results" | "project">;

async function run(
  destination: Destination,
  way: Way,
  signal: AbortSignal,
  wanted: () => Project,
  make: (report: Report) => Promise<Made>,
): Promise<void> {
  releaseFinished();
  leaving = new AbortController();
  dismissOffer();
  const started = performance.now();
  const of = theOpenOne();
  const show: Report = (progress) => {
    if (!signal.aborted) exportState.value = { kind: "running", of, progress };
  };
  show({ completed: 0, phase: "starting" });
  said.value = words.value.exporting.begun;
  try {
    const made = await make(show);
    const tookSeconds = (performance.now() - started) / 1000;
    if ("results" in made) {
      exportState.value = { kind: "chapters", of, finished: { ...made, ...(await filesOf(made, destination)) } };
    } else {
      const finished = { ...made, tookSeconds, ...(await fileOf(made.result, destination)) };
      exportState.value = { kind: "done", of, finished };
    }
    said.value = words.value.exporting.finished;
  } catch (error) {
    if (typeof destination === "object") await discardIfEmpty(destination);
    if (signal.aborted) {
      exportState.value = { kind: "cancelled", project: wanted() };
      said.value = words.value.exporting.cancelled;
    } else {
      exportState.value = { kind: "failed", of, failure: failureOf(error, wanted(), way), way };
    }
  }
}

/** Waits for audio of the project that is still being added. Rejects if the user cancels. */
async function arrivals(wanted: () => Project, signal: AbortSignal, report: Report): Promise<void> {
  if (!isComing(wanted())) return;
  report({ completed: 0, phase: "awaiting" });
  await allArrived(wanted, signal);
}

function theOpenOne(): Exported {
  return { id: opened.peek().id, name: project.peek().name.trim() || words.value.projects.untitled };
}

/** Where the bar is once the timeline has been built, and once the clips have been opened, in percent of the time. */
const BUILT = 2;
const OPENED = 8;

/** The same moment in the package's percentages of an export. */
const OPENED_OF_EXPORT = 40;

/** The part of the whole bar for a percentage of the package's export. Nearly all of the time goes into encoding. */
function shareOf(completed: number): number {
  if (completed <= OPENED_OF_EXPORT) return BUILT + (OPENED - BUILT) * (completed / OPENED_OF_EXPORT);
  return OPENED + (100 - OPENED) * ((completed - OPENED_OF_EXPORT) / (100 - OPENED_OF_EXPORT));
}

/** How much of an interrupted export is made, in percent of the bar. */
export function shareMade({ completed }: UnfinishedExport): number {
  return shareOf(completed);
}

interface RunOptions {
  onProgress: (progress: Progress) => void;
  signal: AbortSignal;
  leaveDestination: AbortSignal;
}

/** Exports the project, or a part of it. */
function exportAs(
  destination: Destination,
  project: Project,
  options: RunOptions,
  part?: Pick<ExportOptions, "range" | "fileName">,
): Promise<ExportResult> {
  const { leaveDestination } = options;
  const picked = typeof destination === "object" && { destination };
  // All sidecars are made. They cost next to nothing, and the user may want another one later.
  const texts = { sidecars: SIDECAR_KINDS, savedSidecars: project.sidecars ?? [] };
  return withTimeline(project, options, (shelf, id) => {
    const own = { ...partOf(options, shareOf), ...exportOptionsOf(project), ...texts, ...picked };
    return shelf.exportAudio(id, { ...own, ...part, leaveDestination });
  });
}

/** Exports each chapter. */
function exportEach(destination: Destination, project: Project, options: RunOptions): Promise<ExportResult[]> {
  const picked = typeof destination === "object" && destination.kind === "directory" && { destination };
  const share = (completed: number) => BUILT + ((100 - BUILT) * completed) / 100;
  const { destination: _none, ...chosen } = exportOptionsOf(project);
  return withTimeline(project, options, (shelf, id) =>
    shelf.exportChapters(id, { ...partOf(options, share), ...chosen, ...picked }),
  );
}

/** The signal of a job and its progress, as a share of the whole bar. */
function partOf({ signal, onProgress }: RunOptions, share: (completed: number) => number) {
  const report = (progress: Progress) => onProgress({ ...progress, completed: share(progress.completed) });
  return { signal, onProgress: report };
}

/** Runs a job with the project's timeline. It is stored for this job only, and removed afterwards. */
async function withTimeline<Made>(
  project: Project,
  options: RunOptions,
  job: (shelf: Library, id: string) => Promise<Made>,
): Promise<Made> {
  const { name, clips } = project;
  const shelf = await library();
  const id = crypto.randomUUID();
  const head = { ...partOf(options, (completed) => (BUILT * completed) / 100), ...timelineOptionsOf(project), id };
  const make = async () => {
    await shelf.buildTimeline(name.trim() || words.value.projects.untitled, clips, head);
    try {
      return await job(shelf, id);
    } finally {
      // Not awaited: the result of the export does not depend on it.
      shelf.removeTimeline(id).catch(() => {});
    }
  };
  // Without storage there may be no locks, and there is nothing to sweep.
  return isInMemory.peek() ? make() : navigator.locks.request(exportLock(id), make);
}

/** Reads this when the export starts: the project may change while it runs. */
async function aboutOf({ name, tags = {} }: Project): Promise<Finished["about"]> {
  const { title = name.trim() || words.value.projects.untitled, language, covers: [first] = [] } = tags;
  // A picture that cannot be read is not shown. The export reports it.
  const cover = first === undefined ? undefined : await (await library()).image(first).catch(() => undefined);
  return { title, voices: numberedVoices(), ...(language && { language }), ...(cover && { cover }) };
}

/** The exported file from its destination. Starts the download, if that is the destination. */
async function fileOf(
  result: ExportResult,
  destination: Destination,
): Promise<Pick<Finished, "file" | "url" | "saved" | "folder">> {
  // An interrupted export may have lost its destination, and another one left it.
  if (typeof destination === "string" || result.file) {
    const file = result.file as File;
    const url = URL.createObjectURL(file);
    const saved = destination === "share" ? "share" : "download";
    if (saved === "download") download(url, file.name);
    return { file, url, saved };
  }
  const isFile = destination.kind === "file";
  const handle = isFile ? destination : await destination.getFileHandle(result.name);
  const file = await handle.getFile();
  const url = URL.createObjectURL(file);
  return { file, url, ...(isFile ? { saved: "picked" } : { saved: "folder", folder: destination.name }) };
}

/** Several files at their destination. A browser without folders downloads one file, so they are in a .zip. */
async function filesOf(
  { results, project: { name } }: Pick<FinishedChapters, "results" | "project">,
  destination: Destination,
): Promise<Omit<FinishedChapters, "results" | "project">> {
  if (typeof destination === "object") return { folder: destination.name };
  const { zip } = await import("secuencia/archive.js");
  const each = results.flatMap((result) => [
    { path: result.name, content: result.file as File },
    ...result.sidecars.map((text) => ({ path: text.name, content: new Blob([text.text], { type: text.type }) })),
  ]);
  const content = await zip(each);
  const archive = new File([content], fileNameFor(name, "zip"), { type: content.type });
  const url = URL.createObjectURL(archive);
  const isToShare = destination === "share";
  if (!isToShare) download(url, archive.name);
  return { archive, url, isToShare };
}

/** What the file of a part is called. File names have no colons. */
function nameOfPart(name: string, { start, end }: Part): string {
  const [from, to] = [start, end].map((time) => words.value.formats.clock(time).replaceAll(":", "."));
  return words.value.part.fileName(name.trim() || words.value.projects.untitled, from as string, to as string);
}

/** Releases the last files before the next ones are made. */
function releaseFinished(): void {
  const { value } = exportState;
  if (value.kind === "done") URL.revokeObjectURL(value.finished.url);
  if (value.kind === "chapters" && value.finished.url) URL.revokeObjectURL(value.finished.url);
}

function nothingToExport(): Failure {
  return {
    code: "no-audio-elements",
    unreadable: [],
    causes: [],
    sentence: words.value.failure.nothing,
  };
}
