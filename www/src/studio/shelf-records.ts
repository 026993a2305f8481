/**
 * The shelf's records in the studio's database: of each project a summary, and its whole history. Where nothing can be
 * stored, they are in memory for as long as the page is open.
 */
import { promisifyRequest } from "idb-keyval";
import { withoutOldFields } from "secuencia/project.js";
import type { History } from "../project/history.ts";
import { historyFrom, type StoredHistory } from "../project/history-log.ts";
import type { Shelved, Summary } from "../project/shelf.ts";
import { KEYS, store } from "./database.ts";
import { isInMemory } from "./storage.ts";

/** A change of the shelf. */
export interface ShelfChange {
  /** Projects to put on it. Without its history, a project that is there keeps the one that it has. */
  put?: readonly (Pick<Shelved, "summary"> & Partial<Shelved>)[];
  /** The IDs of projects to take off it. */
  remove?: readonly string[];
}

const inMemory = new Map<string, Shelved>();

/** Changes the shelf, as a part of a transaction. */
export function changeRecords(documents: IDBObjectStore, { put = [], remove = [] }: ShelfChange): void {
  for (const id of remove) for (const key of [KEYS.shelved, KEYS.shelvedWhole]) documents.delete([key, id]);
  for (const { summary, whole } of put) {
    documents.put(summary, [KEYS.shelved, summary.id]);
    if (whole) documents.put(whole, [KEYS.shelvedWhole, summary.id]);
  }
}

/** Changes the shelf where nothing can be stored. */
export function changeInMemory({ put = [], remove = [] }: ShelfChange): void {
  for (const id of remove) inMemory.delete(id);
  for (const { summary, whole = inMemory.get(summary.id)?.whole } of put) {
    if (whole) inMemory.set(summary.id, { summary, whole });
  }
}

/** The facts about all projects on the shelf. */
export async function summaries(): Promise<Summary[]> {
  if (isInMemory.peek()) return [...inMemory.values()].map(({ summary }) => summary);
  const all = IDBKeyRange.bound([KEYS.shelved], [KEYS.shelved, []]);
  return store("readonly", (documents) => promisifyRequest(documents.getAll(all)));
}

/** A project on the shelf. Undefined if it is not there any more. */
export async function shelvedAt(id: string): Promise<Shelved | undefined> {
  if (isInMemory.peek()) return inMemory.get(id);
  const [summary, whole] = await store("readonly", (documents) => {
    const records = [KEYS.shelved, KEYS.shelvedWhole].map((key) => documents.get([key, id]));
    return Promise.all(records.map((request) => promisifyRequest(request)));
  });
  return summary && whole && { summary, whole };
}

/** The history of a project on the shelf. */
export function historyOf({ project, bookmark, steps }: StoredHistory): History {
  return historyFrom(withoutOldFields(project), bookmark, steps);
}
