/**
 * The database of the kept exports: a record for each, and a note of how far it is. Where the browser has no private
 * file system, or refuses it, a journal is a database too, of its own: WebKit may never answer for one in which a
 * worker was writing when it was ended.
 *
 * A journal in a database has the same bytes as one in a file. Each write is an entry, under its place. They are made
 * in their order, while the worker goes on, so a worker that is lost may lose its last ones.
 */
import type { Journal } from "./journal-files.js";

/** The database's name, and its parts. A journal's name is the same, a space, and the export's ID. */
export const DATABASE = "secuencia-exports";
export const EXPORTS = "exports";
export const REACHED = "reached";
const ENTRIES = "entries";

/** How long a database may take, in milliseconds. An export does not depend on what it writes, and soon goes on. */
const PATIENCE_MS = { readwrite: 3000, readonly: 15_000 };

/** The most bytes that may wait to be written. They are in memory. A journal that is so late keeps nothing more. */
const MOST_WAITING = 64 * 1024 * 1024;

/** As only a worker has it, and TypeScript's DOM types do not. */
declare class FileReaderSync {
  readAsArrayBuffer(blob: Blob): ArrayBuffer;
}

/** Runs a transaction on the records, and resolves with its result. Rejects if the browser does not answer. */
export async function inDatabase<T>(
  mode: keyof typeof PATIENCE_MS,
  action: (transaction: IDBTransaction) => IDBRequest,
): Promise<T> {
  const database = await open(DATABASE, PATIENCE_MS[mode], (empty) => {
    for (const store of [EXPORTS, REACHED]) empty.createObjectStore(store, { keyPath: "id" });
  });
  try {
    const transaction = database.transaction([EXPORTS, REACHED], mode);
    const request = action(transaction);
    // Otherwise it waits for this worker, which may be busy for long, and all others wait for it.
    transaction.commit();
    await inTime(ended(transaction), PATIENCE_MS[mode]);
    return request.result as T;
  } finally {
    database.close();
  }
}

function open(name: string, patience: number, prepare: (empty: IDBDatabase) => void): Promise<IDBDatabase> {
  const opening = indexedDB.open(name, 1);
  opening.onupgradeneeded = () => prepare(opening.result);
  const opened = new Promise<IDBDatabase>((resolve, reject) => {
    opening.onerror = () => reject(opening.error);
    opening.onsuccess = () => {
      // Somebody may want to remove it.
      opening.result.onversionchange = () => opening.result.close();
      resolve(opening.result);
    };
  });
  const inPatience = inTime(opened, patience);
  inPatience.catch(() => opened.then((late) => late.close()).catch(() => {}));
  return inPatience;
}

function ended(transaction: IDBTransaction): Promise<void> {
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error);
  });
}

function inTime<T>(work: Promise<T>, milliseconds: number): Promise<T> {
  return new Promise((resolve, reject) => {
    const patience = setTimeout(reject, milliseconds, new Error("the database does not answer"));
    work.then(resolve, reject).finally(() => clearTimeout(patience));
  });
}

/** Opens an export's journal. Only earlier entries are read: a job still has its own segments. */
export async function openEntries(id: string): Promise<Journal> {
  const patience = PATIENCE_MS.readwrite;
  const database = await open(nameOf(id), patience, (empty) => empty.createObjectStore(ENTRIES));
  const { parts, bytes } = await inTime(entriesOf(database), PATIENCE_MS.readonly);
  // The browser may keep it on disk.
  const before = new Blob(parts);
  const reader = new FileReaderSync();
  /** The end of the earlier entries that are unchanged, and the end of all entries. */
  let [unchanged, end] = [bytes, bytes];
  let waiting = 0;
  let hasFailed = false;
  let written: Promise<unknown> = Promise.resolve();
  return {
    size: () => end,
    get(at, buffer) {
      if (at + buffer.length > unchanged) return false;
      const found = reader.readAsArrayBuffer(before.slice(at, at + buffer.length));
      buffer.set(new Uint8Array(found));
      return true;
    },
    put(at, given) {
      if (hasFailed || waiting > MOST_WAITING) return false;
      const entry = given.slice();
      const transaction = database.transaction(ENTRIES, "readwrite");
      const store = transaction.objectStore(ENTRIES);
      // The entries after a damaged one do not count.
      if (at < end) store.delete(IDBKeyRange.lowerBound(at));
      store.put(entry, at);
      transaction.commit();
      waiting += entry.length;
      unchanged = Math.min(unchanged, at);
      end = at + entry.length;
      // They end in their order.
      written = ended(transaction).then(
        () => (waiting -= entry.length),
        () => (hasFailed = true),
      );
      return true;
    },
    async close() {
      await inTime(written, PATIENCE_MS.readwrite).catch(() => {});
      database.close();
    },
  };
}

/** Reads the entries, one after the other, as far as each begins where the one before it ends. */
function entriesOf(database: IDBDatabase): Promise<{ parts: Blob[]; bytes: number }> {
  const parts: Blob[] = [];
  let bytes = 0;
  const request = database.transaction(ENTRIES).objectStore(ENTRIES).openCursor();
  return new Promise((resolve, reject) => {
    request.onerror = () => reject(request.error);
    request.onsuccess = () => {
      const cursor = request.result;
      if (cursor?.key !== bytes) return resolve({ parts, bytes });
      const entry = cursor.value as Uint8Array<ArrayBuffer>;
      parts.push(new Blob([entry]));
      bytes += entry.length;
      cursor.continue();
    };
  });
}

/** Returns the exports that have such a journal, as far as the browser says. */
export async function exportsInEntries(): Promise<string[]> {
  const listing = indexedDB.databases?.() ?? Promise.resolve([]);
  const databases = await inTime(listing, PATIENCE_MS.readwrite).catch(() => []);
  const names = databases.map(({ name = "" }) => name);
  return names.filter((name) => name.startsWith(nameOf(""))).map((name) => name.slice(nameOf("").length));
}

/** Removes an export's journal, if it has one. */
export function removeEntries(id: string): Promise<void> {
  const removing = indexedDB.deleteDatabase(nameOf(id));
  const removed = new Promise<void>((resolve, reject) => {
    removing.onsuccess = () => resolve();
    removing.onerror = () => reject(removing.error);
  });
  return inTime(removed, PATIENCE_MS.readwrite);
}

/** Removes an export's record and its note. */
export function removeRecord(id: string): Promise<void> {
  return inDatabase("readwrite", (transaction) => {
    transaction.objectStore(REACHED).delete(id);
    return transaction.objectStore(EXPORTS).delete(id);
  });
}

function nameOf(id: string): string {
  return `${DATABASE} ${id}`;
}
