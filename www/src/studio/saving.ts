/** Where an exported file goes: the place that the user picked, a download, or the system's share sheet. */
/** Where the file is to go. */
export type Destination = FileSystemFileHandle | "download" | "share";

/** What a save dialog is to show. */
interface FileKind {
  description: string;
  accept: Record<string, string[]>;
}

// Chromium only, and not yet in TypeScript's DOM.
type SavePicker = (options: { suggestedName: string; types: FileKind[] }) => Promise<FileSystemFileHandle>;

declare global {
  interface Window {
    showSaveFilePicker?: SavePicker;
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
export async function chooseDestination(suggestedName: string): Promise<Destination | undefined> {
  if (!window.showSaveFilePicker) return navigator.standalone ? "share" : "download";
  const kind: FileKind = KINDS[suggestedName.slice(suggestedName.lastIndexOf(".") + 1) as Extension];
  try {
    return await window.showSaveFilePicker({ suggestedName, types: [kind] });
  } catch (error) {
    if ((error as DOMException).name === "AbortError") return undefined;
    // The picker is there but not allowed, in a frame for example: a download is.
    return "download";
  }
}

/** The project's name as a file name, with the characters that no file system takes replaced. */
export function fileNameFor(projectName: string, extension: Extension = "m4a"): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are among those that no file system takes
  const safe = projectName.replace(/[\\/:*?"<>|\u0000-\u001f]/g, "-").trim();
  return `${safe || "Untitled"}.${extension}`;
}

/** Saves a file at an object URL through the browser's downloads. */
export function download(url: string, name: string): void {
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
}

/** Offers a file to the system's share sheet. Call it from a click. Closing the sheet is silent. */
export async function share(file: File): Promise<void> {
  try {
    await navigator.share({ files: [file] });
  } catch (error) {
    if ((error as DOMException).name !== "AbortError") throw error;
  }
}
