/**
 * The exports that are kept while they run, so that they can go on after a crash or in a later visit.
 *
 * Each has a file in the origin's private file system, its journal, which has the finished segments
 * (`src/export/journal.rs`), and a record in a database, which has the request. It has a lock too, while a worker makes
 * it. All are removed when the export ends: with a file, with an error or by a cancel. What is left belongs to an
 * export that was interrupted.
 *
 * A browser that lacks any of these, or refuses them, keeps nothing: an export then begins anew after a crash.
 */
import { build } from "../loading/build.js";
import type { ExportRequest, KeptExport } from "./messages.js";

/** The name of the engine's build, whose segments another one may make otherwise. Only sources have none. */
const BUILD = build ?? "";

/** The file of a journal, as the engine uses it (`src/web/engine/journal.rs`). No method throws. */
export interface JournalFile {
  /** The name of the engine's build. */
  readonly build: string;
  /** Returns the length in bytes. */
  size(): number;
  /** Fills the buffer from a position on. Returns false if it cannot. */
  get(position: number, buffer: Uint8Array): boolean;
  /** Writes bytes at a position. Returns false if it cannot. */
  put(position: number, bytes: Uint8Array): boolean;
}

/** An export that this worker makes and keeps. */
export interface Kept {
  file: JournalFile;
  /** Notes the percentage that is made. */
  reach(completed: number): void;
  /** Removes everything. */
  forget(): Promise<void>;
}

/** The browser's files as only a worker has them, and TypeScript's DOM types do not. */
interface SyncFile {
  getSize(): number;
  read(buffer: Uint8Array, options: { at: number }): number;
  write(bytes: Uint8Array, options: { at: number }): number;
  close(): void;
}
type JournalHandle = FileSystemFileHandle & { createSyncAccessHandle(): Promise<SyncFile> };

/** The folder of the journals. */
export const JOURNALS = "secuencia-exports";

/** The database of the records. */
const DATABASE = "secuencia-exports";
const EXPORTS = "exports";
const REACHED = "reached";

/** How long the database may take, in milliseconds. An export does not depend on what it writes, and soon goes on. */
const PATIENCE_MS = { readwrite: 3000, readonly: 15_000 };

/** How long the file may still be locked by a worker that was ended, and the time between attempts, in milliseconds. */
const LOCKED_MS = 3000;
const NEXT_MS = 50;

/** The time between two notes of how far it is, in milliseconds. */
const NOTED_MS = 2000;

type Stored = Omit<KeptExport, "completed"> & { build: string };
type Reached = Pick<KeptExport, "id" | "completed">;

/** Begins to keep an export, or takes it up again. Resolves with undefined if it is not wanted, or not possible. */
export async function keepExport(request: ExportRequest): Promise<Kept | undefined> {
  const { library, timelineId, options, workers, destination, keep } = request;
  if (!keep || !("database" in library)) return undefined;
  let unlock: (() => void) | undefined;
  let file: SyncFile | undefined;
  try {
    unlock = await lock(keep.id);
    file = await openJournal(keep.id);
    const handle = destination && !("port" in destination) ? destination : undefined;
    const record: Stored = {
      ...{ ...keep, library, timelineId, options, workers },
      ...{ destination: handle, build: BUILD },
    };
    // Without a record, it can at least go on in this visit.
    await save(record).catch(() => {});
    return kept(keep.id, file, unlock);
  } catch {
    file?.close();
    unlock?.();
    return undefined;
  }
}

function kept(id: string, file: SyncFile, unlock: () => void): Kept {
  let notedAt = performance.now();
  let noted: Promise<unknown> = Promise.resolve();
  return {
    file: {
      build: BUILD,
      size: () => attempt(() => file.getSize(), 0),
      get: (at, buffer) => attempt(() => file.read(buffer, { at }), 0) === buffer.length,
      // Not flushed: what the system has survives the browser, and after a loss of power the checksums tell.
      put: (at, bytes) => attempt(() => file.write(bytes, { at }), 0) === bytes.length,
    },
    reach(completed) {
      const now = performance.now();
      if (now - notedAt < NOTED_MS) return;
      notedAt = now;
      const note: Reached = { id, completed };
      noted = inDatabase("readwrite", (transaction) => transaction.objectStore(REACHED).put(note)).catch(() => {});
    },
    async forget() {
      file.close();
      await noted;
      await remove(id);
      unlock();
    },
  };
}

function attempt<T>(action: () => T, otherwise: T): T {
  try {
    return action();
  } catch {
    return otherwise;
  }
}

/** Removes what is kept of an export, once no worker has it. */
export async function forgetExport(id: string): Promise<void> {
  const unlock = await lock(id);
  await remove(id);
  unlock();
}

/** Returns the interrupted exports of a library, the oldest first. Removes what belongs to none. */
export async function unfinishedExports(database: string): Promise<KeptExport[]> {
  const folder = await journals();
  const files = new Set<string>();
  for await (const id of folder.keys()) files.add(id);
  const all = <T>(store: string) =>
    inDatabase<T[]>("readonly", (transaction) => transaction.objectStore(store).getAll());
  const records = await all<Stored>(EXPORTS);
  const reached = new Map((await all<Reached>(REACHED)).map(({ id, completed }) => [id, completed]));
  const running = new Set((await navigator.locks.query()).held?.map(({ name }) => name));
  const isWhole = (id: string) => files.has(id) && records.some((record) => record.id === id);
  for (const id of new Set([...files, ...records.map((record) => record.id)])) {
    if (!isWhole(id) && !running.has(lockOf(id))) await remove(id);
  }
  return records
    .filter(({ id, library }) => library.database === database && files.has(id) && !running.has(lockOf(id)))
    .sort((one, other) => one.begun - other.begun)
    .map(({ build, ...record }) => ({
      ...record,
      completed: build === BUILD ? (reached.get(record.id) ?? 0) : 0,
    }));
}

function lockOf(id: string): string {
  return `secuencia export ${id}`;
}

/** Resolves with the lock's end once it is ours. The browser ends the lock of a worker that is lost. */
function lock(id: string): Promise<() => void> {
  return new Promise((resolve, reject) => {
    const held = () => new Promise<void>((release) => resolve(release));
    navigator.locks.request(lockOf(id), held).catch(reject);
  });
}

async function journals(): Promise<FileSystemDirectoryHandle> {
  return (await navigator.storage.getDirectory()).getDirectoryHandle(JOURNALS, { create: true });
}

async function openJournal(id: string): Promise<SyncFile> {
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

/** Removes an export's journal and its record. Without a journal, a record is not offered. */
async function remove(id: string): Promise<void> {
  const folder = await journals();
  await folder.removeEntry(id).catch(() => {});
  // The browser refuses this while others are in it.
  await (await navigator.storage.getDirectory()).removeEntry(JOURNALS).catch(() => {});
  await inDatabase("readwrite", (transaction) => {
    transaction.objectStore(REACHED).delete(id);
    return transaction.objectStore(EXPORTS).delete(id);
  }).catch(() => {});
}

/** Saves a record, without its handles where the browser refuses to keep them. */
async function save(record: Stored): Promise<void> {
  const put = (whole: Stored) => inDatabase("readwrite", (transaction) => transaction.objectStore(EXPORTS).put(whole));
  await put(record).catch(() => put({ ...record, destination: undefined, folder: undefined }));
}

/** Runs a transaction on the records, and resolves with its result. Rejects if the browser does not answer. */
function inDatabase<T>(
  mode: keyof typeof PATIENCE_MS,
  action: (transaction: IDBTransaction) => IDBRequest,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const opening = indexedDB.open(DATABASE, 1);
    opening.onupgradeneeded = () => {
      for (const store of [EXPORTS, REACHED]) opening.result.createObjectStore(store, { keyPath: "id" });
    };
    let isLate = false;
    const patience = setTimeout(() => {
      isLate = true;
      reject(new Error("the database does not answer"));
    }, PATIENCE_MS[mode]);
    opening.onerror = () => reject(opening.error);
    opening.onsuccess = () => {
      const database = opening.result;
      const end = (settle: () => void) => {
        clearTimeout(patience);
        database.close();
        settle();
      };
      if (isLate) return end(() => {});
      try {
        const transaction = database.transaction([EXPORTS, REACHED], mode);
        const request = action(transaction);
        // Otherwise it waits for this worker, which may be busy for long, and all others wait for it.
        transaction.commit();
        transaction.oncomplete = () => end(() => resolve(request.result as T));
        transaction.onabort = () => end(() => reject(transaction.error));
      } catch (error) {
        end(() => reject(error));
      }
    };
  });
}
