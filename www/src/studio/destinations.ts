/** Where an exported file goes: the place that the user picked, a download, or the system's share sheet. */
import { fileStem } from "secuencia";

/** Where the file is to go. */
export type Destination = FileDestination | FileSystemDirectoryHandle;
export type FileDestination = FileSystemFileHandle | "download" | "share";

/** What a save dialog is to show. */
interface FileKind {
  description: string;
  accept: Record<string, string[]>;
}

// Chromium only, and not yet in TypeScript's DOM.
type FolderPicker = (options: { id: string; mode: "readwrite" }) => Promise<FileSystemDirectoryHandle>;
type SavePicker = (options: { suggestedName: string; types: FileKind[] }) => Promise<FileSystemFileHandle>;

declare global {
  interface Window {
    showSaveFilePicker?: SavePicker;
    showDirectoryPicker?: FolderPicker;
  }
  interface Navigator {
    /** Safari's own: whether the page runs from the home screen, where downloads do nothing. */
    standalone?: boolean;
  }
}

const KINDS = {
  m4a: { description: "M4A audio", accept: { "audio/mp4": [".m4a"] } },
  m4b: { description: "M4A audio", accept: { "audio/mp4": [".m4b"] } },
  secuencia: { description: "Secuencia project", accept: { "application/vnd.secuencia+zip": [".secuencia"] } },
  otio: { description: "OpenTimelineIO timeline", accept: { "application/json": [".otio"] } },
} satisfies Record<string, FileKind>;

type Extension = keyof typeof KINDS;

/**
 * Asks where to save, where the browser can; nothing comes back from a dialog that was dismissed. Call it first thing
 * in a click: it needs the user's activation.
 */
export async function chooseDestination(suggestedName: string): Promise<FileDestination | undefined> {
  if (!window.showSaveFilePicker) return navigator.standalone ? "share" : "download";
  const kind: FileKind = KINDS[suggestedName.slice(suggestedName.lastIndexOf(".") + 1) as Extension];
  return picked(window.showSaveFilePicker({ suggestedName, types: [kind] }));
}

/** Whether the user can be asked for a folder. */
export function canPickFolders(): boolean {
  return window.showDirectoryPicker !== undefined;
}

/** Asks for a folder, in the same way: for the file, and what goes with it. */
export async function chooseFolder(): Promise<Destination | undefined> {
  return window.showDirectoryPicker
    ? picked(window.showDirectoryPicker({ id: "exports", mode: "readwrite" }))
    : "download";
}

async function picked<Handle>(picking: Promise<Handle>): Promise<Handle | "download" | undefined> {
  try {
    return await picking;
  } catch (error) {
    if ((error as DOMException).name === "AbortError") return undefined;
    // The picker is there but not allowed, in a frame for example: a download is.
    return "download";
  }
}

/** The project's name as a file name. */
export function fileNameFor(projectName: string, extension: Extension = "m4a"): string {
  return `${fileStem(projectName)}.${extension}`;
}

/** Saves a file at an object URL through the browser's downloads. */
export function download(url: string, name: string): void {
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
}

/** How long a browser may take to begin a download, at most. */
const DOWNLOAD_BEGINS_MS = 60_000;

/** Hands out a file: as a download or, where those do nothing, through the share sheet. Call it from a click. */
export async function give(file: File): Promise<void> {
  if (navigator.standalone) return share(file);
  const url = URL.createObjectURL(file);
  download(url, file.name);
  setTimeout(() => URL.revokeObjectURL(url), DOWNLOAD_BEGINS_MS);
}

/** Offers a file to the system's share sheet. Call it from a click. Closing the sheet is silent. */
export async function share(file: File): Promise<void> {
  try {
    await navigator.share({ files: [file] });
  } catch (error) {
    if ((error as DOMException).name !== "AbortError") throw error;
  }
}
