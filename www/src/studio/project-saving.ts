/** Saves the project itself: as one file with everything in it, or as a timeline for other editors. */
import { discardIfEmpty } from "secuencia";
import type { PackOptions } from "secuencia/archive.js";
import type { Project } from "../project/model.ts";
import { words } from "../words/words.ts";
import { allArrived } from "./adding.ts";
import { chooseDestination, type FileDestination, fileNameFor, give } from "./destinations.ts";
import { reportFailure } from "./failure.ts";
import { asOpen, project, said, saving } from "./state.ts";

/** Saves the project as one file. Call it from the click itself: the save dialog comes before any work. */
export function saveProject(): Promise<void> {
  return save("secuencia", async (whole, options) => {
    const { archiveOf } = await import("./project-archive.ts");
    return archiveOf(whole, options);
  });
}

/** Saves the timeline for other editors. Call it from the click itself too. */
export function saveTimeline(): Promise<void> {
  return save("otio", async (whole) => {
    const { timelineFileOf } = await import("./timeline-files.ts");
    return timelineFileOf(whole);
  });
}

/** Cancels saving, if it is running. An existing file stays unchanged. */
export function cancelSaving(): void {
  current?.abort();
}

let current: AbortController | undefined;

async function save(
  extension: "secuencia" | "otio",
  make: (whole: Project, options: PackOptions) => Promise<Blob>,
): Promise<void> {
  if (saving.value !== undefined) return;
  const name = fileNameFor(project.value.name, extension);
  const wanted = asOpen();
  const destination = await chooseDestination(name);
  if (!destination) return;
  current = new AbortController();
  const { signal } = current;
  const onProgress = (done: number) => {
    saving.value = done;
  };
  onProgress(0);
  const { saving: say } = words.value;
  said.value = say.begun;
  try {
    await allArrived(wanted, signal);
    const content = await make(wanted(), { onProgress, signal });
    signal.throwIfAborted();
    await put(content, name, destination, signal);
    said.value = say.saved[extension];
  } catch (error) {
    if (typeof destination === "object") await discardIfEmpty(destination);
    if (signal.aborted) said.value = say.cancelled;
    else reportFailure(say.failed[extension], placeOr(error));
  } finally {
    saving.value = undefined;
  }
}

/** A file that was picked to be written is not one that cannot be read. */
function placeOr(error: unknown): unknown {
  const isGone = error instanceof DOMException && error.name === "NotFoundError";
  return isGone ? new Error(words.value.saving.folderGone) : error;
}

async function put(content: Blob, name: string, destination: FileDestination, signal: AbortSignal): Promise<void> {
  // A picked file is replaced only when everything has been written.
  if (typeof destination === "object") return content.stream().pipeTo(await destination.createWritable(), { signal });
  return give(new File([content], name, { type: content.type }));
}
