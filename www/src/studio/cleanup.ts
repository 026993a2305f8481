/**
 * Removes from the library what nothing needs: assets and pictures that no step of the project's history has needed for
 * days, and timelines that exports have left behind, at once. Only a tab that is alone may do so: it cannot know what
 * other tabs use.
 */
import { get, set } from "idb-keyval";
import { forgetOldSaves } from "./autosave.ts";
import { KEYS, store } from "./database.ts";
import { exportLock, library } from "./library.ts";
import { arriving, assets, neededContent, opening } from "./state.ts";

/** Until then, a picture that was added in a dialog can still be saved with it. */
const KEPT_DAYS = 7;

/** Removes what has been unused for long enough, unless something is being added or opened. */
export async function removeUnused(): Promise<void> {
  const isBusy = () => arriving.peek() !== undefined || opening.peek() !== undefined;
  if (isBusy()) return;
  await forgetOldSaves();
  const shelf = await library();
  const held = [...(await shelf.assets()), ...(await shelf.images())].map(({ id }) => id);
  const longUnused = await noteUse(held, neededContent.peek());
  // The user may have gone on working in the meantime.
  if (isBusy()) return;
  const used = neededContent.peek();
  const unused = longUnused.filter((id) => !used.has(id));
  // A timeline file that is opened from now on must not find them.
  if (unused.length > 0) assets.value = new Map([...assets.peek()].filter(([id]) => !unused.includes(id)));
  for (const id of unused) {
    await shelf.removeAsset(id);
    await shelf.removeImage(id);
  }
}

/** Removes the timelines of exports that no longer run. One that was interrupted goes on with a copy of its own. */
export async function removeDeadTimelines(): Promise<void> {
  const shelf = await library();
  // An export has its lock before its timeline is stored, so they are listed in this order.
  const timelines = await shelf.timelines();
  const { held = [] } = await navigator.locks.query();
  const locks = new Set(held.map(({ name }) => name));
  for (const { id } of timelines) if (!locks.has(exportLock(id))) await shelf.removeTimeline(id);
}

/** Records which of the held IDs are in use, and returns those that have been unused for too long. */
async function noteUse(held: string[], used: ReadonlySet<string>): Promise<string[]> {
  const now = Date.now();
  const before = (await get<Map<string, number>>(KEYS.unused, store)) ?? new Map<string, number>();
  const unused = new Map<string, number>();
  for (const id of held) {
    // A clock that was wrong must not make it older than it is.
    if (!used.has(id)) unused.set(id, Math.min(before.get(id) ?? now, now));
  }
  await set(KEYS.unused, unused, store);
  const longAgo = now - KEPT_DAYS * 24 * 60 * 60 * 1000;
  return [...unused].filter(([, since]) => since <= longAgo).map(([id]) => id);
}
