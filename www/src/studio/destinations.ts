/** The destination of an exported file: a file or folder that the user picks, a download, or the share sheet. */
import { fileStem } from "secuencia";
import { words } from "../words/words.ts";

export type Destination = FileDestination | FileSystemDirectoryHandle;
export type FileDestination = FileSystemFileHandle | "download" | "share";

/** A file type in the save dialog. */
interface FileKind {
  description: string;
  accept: Record<string, string[]>;
}

// Chromium only, and not yet among TypeScript's DOM types.
type FolderPicker = (options: { id: string; mode: "readwrite" }) => Promise<FileSystemDirectoryHandle>;
type SavePicker = (options: { suggestedName: string; types: FileKind[] }) => Promise<FileSystemFileHandle>;

declare global {
  interface Window {
    showSaveFilePicker?: SavePicker;
    showDirectoryPicker?: FolderPicker;
  }
  interface Navigator {
    /** Safari only: whether the page runs from the home screen, where downloads do not work. */
    standalone?: boolean;
  }
}

/** The MIME type of each extension. */
const TYPES = {
  m4a: "audio/mp4",
  m4b: "audio/mp4",
  secuencia: "application/vnd.secuencia+zip",
  zip: "application/zip",
  otio: "application/json",
};

type Extension = keyof typeof TYPES;

/**
 * Asks the user where to save, if the browser can. Returns nothing if the user dismisses the dialog. Call it before
 * anything else in a click handler: it needs the user's activation.
 */
export async function chooseDestination(suggestedName: string): Promise<FileDestination | undefined> {
  if (!window.showSaveFilePicker) return withoutPicker();
  const extension = suggestedName.slice(suggestedName.lastIndexOf(".") + 1) as Extension;
  const kind = { description: words.value.saving.kinds[extension], accept: { [TYPES[extension]]: [`.${extension}`] } };
  return picked(window.showSaveFilePicker({ suggestedName, types: [kind] }));
}

/** Whether the user can be asked for a folder. */
export function canPickFolders(): boolean {
  return window.showDirectoryPicker !== undefined;
}

/** Asks for a folder in the same way, for several files. */
export async function chooseFolder(): Promise<Destination | undefined> {
  return window.showDirectoryPicker
    ? picked(window.showDirectoryPicker({ id: "exports", mode: "readwrite" }))
    : withoutPicker();
}

function withoutPicker(): "download" | "share" {
  return navigator.standalone ? "share" : "download";
}

async function picked<Handle>(picking: Promise<Handle>): Promise<Handle | "download" | undefined> {
  try {
    return await picking;
  } catch (error) {
    if ((error as DOMException).name === "AbortError") return undefined;
    // The picker exists but is not allowed, for example in a frame. A download is.
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

/** The longest time that a browser may take to start a download. */
const DOWNLOAD_BEGINS_MS = 60_000;

/** Gives the user a file: as a download, or through the share sheet if downloads do not work. Call it from a click. */
export async function give(file: File): Promise<void> {
  if (navigator.standalone) return share(file);
  const url = URL.createObjectURL(file);
  download(url, file.name);
  setTimeout(() => URL.revokeObjectURL(url), DOWNLOAD_BEGINS_MS);
}

/** Opens the system's share sheet for a file. Call it from a click. Closing the sheet is not an error. */
export async function share(file: File): Promise<void> {
  try {
    await navigator.share({ files: [file] });
  } catch (error) {
    if ((error as DOMException).name !== "AbortError") throw error;
  }
}
