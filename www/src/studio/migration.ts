/**
 * Brings the project's audio and pictures from the library that the studio once shared with other pages of its origin.
 *
 * All of it is copied before any of it is removed there, and only what the project refers to: the rest may be another
 * page's. What a timeline in that library plays may be too, and stays. It can end at any moment, and begin anew.
 */
import { get, set } from "idb-keyval";
import { openLibrary, SecuenciaError } from "secuencia";
import type { Project } from "../project/model.ts";
import { KEYS, store } from "./database.ts";
import { type Library, library, usedBy, useLibrary } from "./library.ts";

/** The library that the studio once used. */
const SHARED = "secuencia";

/**
 * Copies what is not here yet. Where there is no room for that, it rejects, and this visit goes on with the old
 * library.
 */
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

/** Removes from the old library what has been copied. Only for a tab that is alone: another may still play it there. */
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

/** False for what cannot be read: it stays where it is. Throws where there is no room. */
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

/** The IDs of all that a library holds. */
async function holdings(shelf: Library): Promise<Set<string>> {
  return new Set([...(await shelf.assets()).map(({ id }) => id), ...(await shelf.images())]);
}

/** Whether there is such a database. To open one that is not would make it. */
async function isThere(name: string): Promise<boolean> {
  // Some browsers cannot say. There it is made, and stays empty.
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
