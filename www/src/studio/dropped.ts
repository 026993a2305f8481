/** The files of a drop, with those in its folders. */
import { AUDIO_FILE, PICTURE_FILE, PROJECT_FILE } from "./file-types.ts";

/**
 * The files that are dropped. Of a folder, these are the ones that the studio reads: audio, or a project with all that
 * is beside it. Call it from the event itself: a browser forgets what was dropped after it.
 */
export async function droppedFiles({ items, files }: DataTransfer): Promise<File[]> {
  const entries = [...items].map((item) => item.webkitGetAsEntry?.());
  const folders = entries.filter((entry) => entry?.isDirectory) as FileSystemDirectoryEntry[];
  if (folders.length === 0) return [...files];
  // A browser lists a folder among the files too, as an empty one.
  const alone = entries.flatMap((entry, index) => (entry?.isFile ? (items[index]?.getAsFile() ?? []) : []));
  const inside = (await Promise.all(folders.map(filesIn))).flat();
  const hasProject = [...alone, ...inside].some(({ name }) => PROJECT_FILE.test(name));
  const isRead = ({ name }: File) =>
    AUDIO_FILE.test(name) || (hasProject && (PROJECT_FILE.test(name) || PICTURE_FILE.test(name)));
  return [...alone, ...inside.filter(isRead)];
}

/** All files in a folder and in its folders, without hidden ones. */
async function filesIn(folder: FileSystemDirectoryEntry): Promise<File[]> {
  const reader = folder.createReader();
  const found: File[] = [];
  for (;;) {
    // Each call gives some of the entries, and none at the end.
    const entries = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (entries.length === 0) return found;
    for (const entry of entries) {
      if (entry.name.startsWith(".") || entry.name === "__MACOSX") continue;
      if (entry.isDirectory) found.push(...(await filesIn(entry as FileSystemDirectoryEntry)));
      else
        found.push(await new Promise<File>((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject)));
    }
  }
}
