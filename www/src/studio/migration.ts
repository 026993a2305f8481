/**
 * Moves the project's audio and pictures out of the library that the studio once shared with other pages of its origin.
 *
 * Only what the project uses is moved, because the rest may belong to another page. Assets that a timeline in the old
 * library plays may belong to another page too, so they stay there as well. Everything is copied before anything is
 * removed. The move can be interrupted at any moment, and starts again on the next visit.
 */
import { get, set } from "idb-keyval";
import { openLibrary, SecuenciaError } from "secuencia";
import type { Project } from "../project/model.ts";
import { KEYS, store } from "./database.ts";
import { type Library, library, usedBy, useLibrary } from "./library.ts";

/** The name of the old library. */
const SHARED = "secuencia";

/** Copies what the new library lacks. If there is no room, it rejects, and this visit uses the old library. */
export async function moveIn(project: Project): Promise<void> {
  const own = await library();
  const held = await holdings(own);
  const missing = [...usedBy(project)].filter((id) => !held.has(id));
  if (missing.length === 0 || !(await isThere(SHARED))) return;
  const shared = await openLibrary({ database: SHARED });
  const there = await holdings(shared);
  const wanted = missing.filter((id) => there.has(id));
  if (wanted.length > 0) await noteMoving([...new Set([...(await loadMoving()), ...wanted])]);
  const copied: string[] = [];
  try {
    for (const id of wanted) if (await copy(id, shared, own)) copied.push(id);
  } catch (error) {
    useLibrary(shared);
    for (const id of copied) await remove(id, own);
    await own.close();
    throw error;
  }
  await shared.close();
}

/** Removes what has been copied from the old library. Only a tab that is alone may do so: others may still use it. */
export async function removeMoved(): Promise<void> {
  const moved = await loadMoving();
  if (moved.length === 0) return;
  const shared = await openLibrary({ database: SHARED });
  const here = await holdings(await library());
  const played = new Set((await shared.timelines()).flatMap((timeline) => [...usedBy(timeline)]));
  for (const id of moved) if (here.has(id) && !played.has(id)) await remove(id, shared);
  await noteMoving([]);
  await shared.close();
}

/** Copies one item. Returns false if it cannot be read, and so stays behind. Throws if there is no room. */
async function copy(id: string, from: Library, to: Library): Promise<boolean> {
  try {
    return (await to.copyAsset(id, from)) || (await to.copyImage(id, from));
  } catch (error) {
    if (error instanceof SecuenciaError && error.code === "quota-exceeded") throw error;
    return false;
  }
}

async function remove(id: string, from: Library): Promise<void> {
  await from.removeAsset(id);
  await from.removeImage(id);
}

/** The IDs of all assets and pictures in a library. */
async function holdings(shelf: Library): Promise<Set<string>> {
  return new Set([...(await shelf.assets()).map(({ id }) => id), ...(await shelf.images()).map(({ id }) => id)]);
}

/** Whether a database exists. Opening it would create it. */
async function isThere(name: string): Promise<boolean> {
  // Some browsers cannot tell. There the database is created, and stays empty.
  if (!indexedDB.databases) return true;
  return (await indexedDB.databases()).some((database) => database.name === name);
}

/** The IDs of the assets and pictures that are being moved. */
async function loadMoving(): Promise<string[]> {
  return (await get<string[]>(KEYS.moving, store)) ?? [];
}

function noteMoving(ids: string[]): Promise<void> {
  return set(KEYS.moving, ids, store);
}
