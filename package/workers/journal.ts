/**
 * The exports that are kept while they run, so that they can go on after a crash or in a later visit.
 *
 * Each has a journal, which has the finished segments (`src/export/journal.rs`), and a record in a database, which has
 * the request. The journal is a file in the origin's private file system (`journal-files.ts`). Where the browser has
 * none, or refuses it, it is a database (`journal-database.ts`). An export has a lock too, while a worker makes it.
 * All are removed when the export ends: with a file, with an error or by a cancel. What is left belongs to an export
 * that was interrupted.
 *
 * A browser that refuses databases too keeps nothing: an export then begins anew after a crash.
 */
import { build } from "../loading/build.js";
import {
  EXPORTS,
  exportsInEntries,
  inDatabase,
  openEntries,
  REACHED,
  removeEntries,
  removeRecord,
} from "./journal-database.js";
import { exportsInFiles, type Journal, openFile, removeFile } from "./journal-files.js";
import type { ExportRequest, KeptExport } from "./messages.js";

/** The name of the engine's build, whose segments another one may make otherwise. Only sources have none. */
const BUILD = build ?? "";

/** The file of a journal, as the engine uses it (`src/web/engine/journal.rs`). No method throws. */
export interface JournalFile extends Omit<Journal, "close"> {
  /** The name of the engine's build. */
  readonly build: string;
}

/** An export that this worker makes and keeps. */
export interface Kept {
  file: JournalFile;
  /** Notes the percentage that is made. */
  reach(completed: number): void;
  /** Removes everything. */
  forget(): Promise<void>;
}

/** A journal that keeps nothing. */
const NOTHING: Journal = { size: () => 0, get: () => false, put: () => false, close: async () => {} };

/** The time between two notes of how far it is, in milliseconds. */
const NOTED_MS = 2000;

/** `isInDatabase` says where the journal is. */
type Stored = Omit<KeptExport, "completed"> & { build: string; isInDatabase: boolean };
type Reached = Pick<KeptExport, "id" | "completed">;

/** Begins to keep an export, or takes it up again. Resolves with undefined if it is not wanted, or not possible. */
export async function keepExport(request: ExportRequest): Promise<Kept | undefined> {
  const { library, timelineId, options, workers, destination, keep } = request;
  if (!keep || !("database" in library)) return undefined;
  let unlock: (() => void) | undefined;
  let journal: Journal | undefined;
  try {
    unlock = await lock(keep.id);
    // A journal that is in the database goes on there, also if the browser gives files by now.
    const isInDatabase = (await exportsInEntries()).includes(keep.id);
    const file = isInDatabase ? undefined : await openFile(keep.id).catch(() => undefined);
    // A journal that the browser does not open keeps nothing, and is removed in the end.
    journal = file ?? (await openEntries(keep.id).catch(() => NOTHING));
    const handle = destination && !("port" in destination) ? destination : undefined;
    const record: Stored = {
      ...{ ...keep, library, timelineId, options, workers },
      ...{ destination: handle, build: BUILD, isInDatabase: !file },
    };
    // Without a record, it can at least go on in this visit.
    await save(record).catch(() => {});
    return kept(keep.id, journal, unlock);
  } catch {
    await journal?.close();
    unlock?.();
    return undefined;
  }
}

function kept(id: string, journal: Journal, unlock: () => void): Kept {
  let notedAt = performance.now();
  let noted: Promise<unknown> = Promise.resolve();
  return {
    file: {
      build: BUILD,
      size: () => attempt(() => journal.size(), 0),
      get: (at, buffer) => attempt(() => journal.get(at, buffer), false),
      put: (at, bytes) => attempt(() => journal.put(at, bytes), false),
    },
    reach(completed) {
      const now = performance.now();
      if (now - notedAt < NOTED_MS) return;
      notedAt = now;
      const note: Reached = { id, completed };
      noted = inDatabase("readwrite", (transaction) => transaction.objectStore(REACHED).put(note)).catch(() => {});
    },
    async forget() {
      await journal.close();
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
  const files = await exportsInFiles();
  const entries = await exportsInEntries();
  const all = <T>(store: string) =>
    inDatabase<T[]>("readonly", (transaction) => transaction.objectStore(store).getAll());
  const records = await all<Stored>(EXPORTS);
  const reached = new Map((await all<Reached>(REACHED)).map(({ id, completed }) => [id, completed]));
  const running = new Set((await navigator.locks.query()).held?.map(({ name }) => name));
  const isFree = (id: string) => !running.has(lockOf(id));
  const hasJournal = ({ id, isInDatabase }: Stored) => isInDatabase || files?.has(id);
  // While the browser does not say which files there are, all may be there.
  const whole = new Set(records.filter((record) => hasJournal(record) ?? true).map(({ id }) => id));
  for (const id of new Set([...(files ?? []), ...entries, ...records.map((record) => record.id)])) {
    if (!whole.has(id) && isFree(id)) await remove(id);
  }
  return records
    .filter((record) => record.library.database === database && hasJournal(record) && isFree(record.id))
    .sort((one, other) => one.begun - other.begun)
    .map(({ build, isInDatabase: _, ...record }) => ({
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

/** Removes an export's journal and its record. Without a journal, a record is not offered. */
async function remove(id: string): Promise<void> {
  await removeFile(id);
  await removeRecord(id).catch(() => {});
  await removeEntries(id).catch(() => {});
}

/** Saves a record, without its handles where the browser refuses to keep them. */
async function save(record: Stored): Promise<void> {
  const put = (whole: Stored) => inDatabase("readwrite", (transaction) => transaction.objectStore(EXPORTS).put(whole));
  await put(record).catch(() => put({ ...record, destination: undefined, folder: undefined }));
}
