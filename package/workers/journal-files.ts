/** Journals as files in the origin's private file system, each written at once by the worker that has it. */

/** A journal as it is stored. Its first methods are those of the engine's file (`journal.ts`), but may throw. */
export interface Journal {
  /** Returns the length in bytes. */
  size(): number;
  /** Fills the buffer from a position on. Returns false if it cannot. */
  get(position: number, buffer: Uint8Array): boolean;
  /** Writes bytes at a position. Returns false if it cannot. */
  put(position: number, bytes: Uint8Array): boolean;
  /** Closes it, once all is written. */
  close(): Promise<void>;
}

/** The folder of the journals. */
export const JOURNALS = "secuencia-exports";

/** How long a file may still be locked by a worker that was ended, and the time between attempts, in milliseconds. */
const LOCKED_MS = 3000;
const NEXT_MS = 50;

/** The browser's files as only a worker has them, and TypeScript's DOM types do not. */
interface SyncFile {
  getSize(): number;
  read(buffer: Uint8Array, options: { at: number }): number;
  write(bytes: Uint8Array, options: { at: number }): number;
  close(): void;
}
type JournalHandle = FileSystemFileHandle & { createSyncAccessHandle(): Promise<SyncFile> };

/** Opens an export's journal. Rejects if the browser has no such file system, or refuses it. */
export async function openFile(id: string): Promise<Journal> {
  const file = await openSyncFile(id);
  return {
    size: () => file.getSize(),
    get: (at, buffer) => file.read(buffer, { at }) === buffer.length,
    // Not flushed: what the system has survives the browser, and after a loss of power the checksums tell.
    put: (at, bytes) => file.write(bytes, { at }) === bytes.length,
    close: async () => file.close(),
  };
}

async function openSyncFile(id: string): Promise<SyncFile> {
  const end = performance.now() + LOCKED_MS;
  for (;;) {
    try {
      const handle = (await (await journals()).getFileHandle(id, { create: true })) as JournalHandle;
      return await handle.createSyncAccessHandle();
    } catch (error) {
      // A lost worker may hold it still, or another one has just removed the folder, which was empty.
      const mayPass = ["NoModificationAllowedError", "NotFoundError"].includes((error as DOMException).name);
      if (!mayPass || performance.now() > end) throw error;
      await new Promise((resolve) => setTimeout(resolve, NEXT_MS));
    }
  }
}

/** Returns the exports that have such a journal; undefined if the browser does not say. */
export async function exportsInFiles(): Promise<Set<string> | undefined> {
  try {
    const ids = new Set<string>();
    for await (const id of (await journals()).keys()) ids.add(id);
    return ids;
  } catch {
    return undefined;
  }
}

/** Removes an export's journal, if it has one. */
export async function removeFile(id: string): Promise<void> {
  try {
    await (await journals()).removeEntry(id).catch(() => {});
    // The browser refuses this while others are in it.
    await (await navigator.storage.getDirectory()).removeEntry(JOURNALS).catch(() => {});
  } catch {
    // There is no such file system.
  }
}

async function journals(): Promise<FileSystemDirectoryHandle> {
  return (await navigator.storage.getDirectory()).getDirectoryHandle(JOURNALS, { create: true });
}
