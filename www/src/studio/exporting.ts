/** The export as the page runs it: one at a time, from the click to a file that plays. */
import { signal } from "@preact/signals";
import { discardIfEmpty, type ExportResult, type Progress } from "secuencia";
import type { Project } from "../project/model.ts";
import type { Settings } from "../project/settings.ts";
import { allArrived } from "./adding.ts";
import { type Failure, failureOf } from "./failure.ts";
import { library } from "./library.ts";
import { chooseDestination, type Destination, download, fileNameFor } from "./saving.ts";
import { arriving, project, said } from "./state.ts";
import { askToPersist } from "./storage.ts";

/** A finished file. */
export interface Finished {
  result: ExportResult;
  /** The file itself, by the name that it was saved under. */
  file: File;
  /** An object URL of it, until the next export. */
  url: string;
  /** The text files that go with it, and object URLs of them. */
  sidecars: { name: string; url: string }[];
  /** How it was saved; a file to share waits for a tap. */
  saved: "picked" | "download" | "share";
  /** From the dialog's end to the finished file, in seconds. */
  tookSeconds: number;
}

/** What the export is at. */
export type ExportState =
  | { kind: "idle" }
  | { kind: "running"; progress: Pick<Progress, "completed" | "message" | "secondsLeft"> }
  | { kind: "cancelled" }
  | { kind: "failed"; failure: Failure }
  | { kind: "done"; finished: Finished };

/** The export, for the page to show. */
export const exportState = signal<ExportState>({ kind: "idle" });

let job: AbortController | undefined;

/** Exports the project as it stands, but for settings that are to be others this once. Must be called from the click itself: the save dialog comes before any work. */
export async function startExport(settings: Settings = {}): Promise<void> {
  if (job) return;
  const controller = new AbortController();
  job = controller;
  try {
    if (project.value.clips.length === 0) {
      exportState.value = { kind: "failed", failure: nothingToExport() };
      return;
    }
    const { name, extension } = project.value;
    const destination = await chooseDestination(fileNameFor(name, extension));
    if (!destination) return;
    void askToPersist();
    await run(destination, controller.signal, settings);
  } finally {
    job = undefined;
  }
}

/** Stops the export, whatever it is at. */
export function cancelExport(): void {
  job?.abort();
}

async function run(destination: Destination, signal: AbortSignal, settings: Settings): Promise<void> {
  releaseFinished();
  const started = performance.now();
  const show = (progress: Progress) => {
    if (!signal.aborted) exportState.value = { kind: "running", progress };
  };
  exportState.value = { kind: "running", progress: { completed: 0, message: "Starting" } };
  said.value = "Exporting.";
  try {
    await arrivals(signal);
    const { script: _script, ...heard } = project.value;
    const result = await exportAs(destination, { ...heard, ...settings }, { onProgress: show, signal });
    const tookSeconds = (performance.now() - started) / 1000;
    exportState.value = { kind: "done", finished: await finish(result, destination, tookSeconds) };
    said.value = "The export is finished.";
  } catch (error) {
    if (typeof destination === "object") await discardIfEmpty(destination);
    if (signal.aborted) {
      exportState.value = { kind: "cancelled" };
      said.value = "The export was cancelled. Nothing was saved.";
    } else {
      exportState.value = { kind: "failed", failure: failureOf(error, project.value) };
    }
  }
}

/** Waits for audio that is still being added, unless the user cancels. */
async function arrivals(signal: AbortSignal): Promise<void> {
  if (!arriving.value) return;
  const progress = { completed: 0, message: "Waiting for the audio that is being added" };
  exportState.value = { kind: "running", progress };
  await Promise.race([
    allArrived(),
    new Promise((_, cancel) => signal.addEventListener("abort", () => cancel(signal.reason), { once: true })),
  ]);
}

/** The job itself. The timeline is stored for it alone, and goes with it. */
async function exportAs(
  destination: Destination,
  project: Project,
  options: { onProgress: (progress: Progress) => void; signal: AbortSignal },
): Promise<ExportResult> {
  const { name, clips, trimSilence: _whenAdded, bitRate, loudness, ceilingDb, onUnreadableClip, ...whole } = project;
  const { chapterSource, extension, timing, sidecars, ...layout } = whole;
  const shelf = await library();
  const timeline = await shelf.buildTimeline(name.trim() || "Untitled", clips, { ...options, ...layout });
  try {
    const picked = typeof destination === "object" && { destination };
    const sound = {
      ...(bitRate !== undefined && { bitRate }),
      ...(loudness !== undefined && { loudness }),
      ...(ceilingDb !== undefined && { ceilingDb }),
      ...(onUnreadableClip !== undefined && { onUnreadableClip }),
      ...(chapterSource !== undefined && { chapters: chapterSource }),
      ...(extension !== undefined && { extension }),
      ...(timing !== undefined && { timing }),
      ...(sidecars !== undefined && { sidecars }),
    };
    return await shelf.exportAudio(timeline.id, { ...options, ...sound, ...picked });
  } finally {
    await shelf.removeTimeline(timeline.id);
  }
}

async function finish(result: ExportResult, destination: Destination, tookSeconds: number): Promise<Finished> {
  const file = typeof destination === "object" ? await destination.getFile() : (result.file as File);
  const saved = typeof destination === "object" ? "picked" : destination;
  const url = URL.createObjectURL(file);
  const sidecars = result.sidecars.map(({ name, type, text }) => {
    return { name, url: URL.createObjectURL(new Blob([text], { type })) };
  });
  if (saved === "download") download(url, file.name);
  return { result, file, url, sidecars, saved, tookSeconds };
}

/** Lets go of the last file and its text files before the next ones come. */
function releaseFinished(): void {
  if (exportState.value.kind !== "done") return;
  const { url, sidecars } = exportState.value.finished;
  for (const old of [url, ...sidecars.map(({ url }) => url)]) URL.revokeObjectURL(old);
}

function nothingToExport(): Failure {
  return {
    code: "no-audio-elements",
    unreadable: [],
    sentence: "There is nothing to export yet. Add some audio first.",
  };
}
