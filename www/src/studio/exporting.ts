/** Runs an export, from the click to a file that plays. There is one at a time. */
import { effect, signal } from "@preact/signals";
import {
  discardIfEmpty,
  type ExportResult,
  type Progress,
  SIDECAR_KINDS,
  type SidecarKind,
  type UnfinishedExport,
} from "secuencia";
import type { FollowAlongPageOptions } from "secuencia/follow-along.js";
import { exportOptionsOf, type Settings, timelineOptionsOf } from "secuencia/project.js";
import type { Project } from "../project/model.ts";
import { allArrived } from "./adding.ts";
import { chooseDestination, chooseFolder, type Destination, download, fileNameFor } from "./destinations.ts";
import { type Failure, failureOf, isCauseGone } from "./failure.ts";
import { dismissOffer } from "./history.ts";
import { exportLock, library } from "./library.ts";
import { arriving, project, said } from "./state.ts";
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

/** The user’s choice: a file, or a folder for the file and its sidecars. */
export type Into = "file" | "folder";

/** The state of the export. */
export type ExportState =
  | { kind: "idle" }
  | { kind: "running"; progress: Pick<Progress, "completed" | "message" | "secondsLeft" | "waitingFor"> }
  | { kind: "cancelled"; project: Project }
  | { kind: "failed"; failure: Failure; into: Into }
  | { kind: "done"; finished: Finished };

/** The current state, for the page to show. */
export const exportState = signal<ExportState>({ kind: "idle" });

/** The exports of earlier visits that were interrupted, for the page to offer. */
export const interrupted = signal<readonly UnfinishedExport[]>([]);

let job: AbortController | undefined;

/** Has the export leave a destination that does not answer. */
let leaving = new AbortController();

/**
 * Exports the project as it is now. `settings` replace the project's own for this export. Call it from the click
 * itself: the save dialog comes before any work.
 */
export async function startExport(into: Into = "file", settings: Settings = {}): Promise<void> {
  if (job) return;
  const controller = new AbortController();
  job = controller;
  try {
    if (project.value.clips.length === 0) {
      exportState.value = { kind: "failed", failure: nothingToExport(), into };
      return;
    }
    const { name, extension } = project.value;
    const destination = await (into === "folder" ? chooseFolder() : chooseDestination(fileNameFor(name, extension)));
    if (!destination) return;
    void askToPersist();
    await run(destination, into, controller.signal, async (report) => {
      await arrivals(controller.signal);
      const { script: _script, ...heard } = project.value;
      const exported = { ...heard, ...settings };
      const about = await aboutOf(exported);
      const made = project.value;
      const options = { onProgress: report, signal: controller.signal, leaveDestination: leaving.signal };
      const result = await exportAs(destination, exported, options);
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
    await run(destination, into, controller.signal, async (report) => {
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

effect(() => {
  const state = exportState.value;
  const isOver =
    (state.kind === "failed" && isCauseGone(state.failure, project.value)) ||
    (state.kind === "cancelled" && state.project !== project.value);
  if (isOver) exportState.value = { kind: "idle" };
});

type Made = Pick<Finished, "result" | "asked" | "about" | "project">;

async function run(
  destination: Destination,
  into: Into,
  signal: AbortSignal,
  make: (report: (progress: Progress) => void) => Promise<Made>,
): Promise<void> {
  releaseFinished();
  leaving = new AbortController();
  dismissOffer();
  const started = performance.now();
  const show = (progress: Progress) => {
    if (!signal.aborted) exportState.value = { kind: "running", progress };
  };
  exportState.value = { kind: "running", progress: { completed: 0, message: "Starting" } };
  said.value = "Exporting.";
  try {
    const made = await make(show);
    const tookSeconds = (performance.now() - started) / 1000;
    const finished = { ...made, tookSeconds, ...(await fileOf(made.result, destination)) };
    exportState.value = { kind: "done", finished };
    said.value = "The export is finished.";
  } catch (error) {
    if (typeof destination === "object") await discardIfEmpty(destination);
    if (signal.aborted) {
      exportState.value = { kind: "cancelled", project: project.value };
      said.value = "The export was cancelled. Nothing was saved.";
    } else {
      exportState.value = { kind: "failed", failure: failureOf(error, project.value), into };
    }
  }
}

/** Waits for audio that is still being added. Rejects if the user cancels. */
async function arrivals(signal: AbortSignal): Promise<void> {
  if (!arriving.value) return;
  const progress = { completed: 0, message: "Waiting for audio that is still being added" };
  exportState.value = { kind: "running", progress };
  await allArrived(signal);
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

/** Runs the job itself. Its timeline is stored for this job only, and removed afterwards. */
async function exportAs(
  destination: Destination,
  project: Project,
  options: { onProgress: (progress: Progress) => void; signal: AbortSignal; leaveDestination: AbortSignal },
): Promise<ExportResult> {
  const { name, clips, sidecars = [] } = project;
  const shelf = await library();
  const id = crypto.randomUUID();
  const { signal, leaveDestination } = options;
  const part = (share: (completed: number) => number) => ({
    signal,
    onProgress: (progress: Progress) => options.onProgress({ ...progress, completed: share(progress.completed) }),
  });
  const head = { ...part((completed) => (BUILT * completed) / 100), ...timelineOptionsOf(project), id };
  const make = async () => {
    await shelf.buildTimeline(name.trim() || "Untitled", clips, head);
    try {
      const picked = typeof destination === "object" && { destination };
      // All sidecars are made. They cost next to nothing, and the user may want another one later.
      const texts = { sidecars: SIDECAR_KINDS, savedSidecars: sidecars };
      return await shelf.exportAudio(id, {
        ...part(shareOf),
        ...exportOptionsOf(project),
        ...texts,
        ...picked,
        leaveDestination,
      });
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
  const { title = name.trim() || "Untitled", language, covers: [first] = [] } = tags;
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

/** Releases the last file before the next one is made. */
function releaseFinished(): void {
  if (exportState.value.kind === "done") URL.revokeObjectURL(exportState.value.finished.url);
}

function nothingToExport(): Failure {
  return {
    code: "no-audio-elements",
    unreadable: [],
    causes: [],
    sentence: "There is nothing to export yet. Add some audio first.",
  };
}
