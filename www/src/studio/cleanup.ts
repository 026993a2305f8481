/**
 * Removes projects that were deleted long ago, assets and pictures that no step of any project's history has needed for
 * days, and timelines that exports have left behind. Only a tab that is alone may do so: other tabs may use them.
 */
import { get, set } from "idb-keyval";
import { contentOf } from "../project/history.ts";
import { isExpired } from "../project/shelf.ts";
import { changeShelf, forgetOldSaves } from "./autosave.ts";
import { KEYS, store } from "./database.ts";
import { exportLock, library } from "./library.ts";
import { summaries } from "./shelf-records.ts";
import { arriving, assets, history, neededContent, opening } from "./state.ts";

/** Until then, a picture that was added in a dialog can still be saved with it. */
const KEPT_DAYS = 7;

/** Removes the projects that can no longer be put back. */
export async function removeExpired(): Promise<void> {
  const now = Date.now();
  const expired = (await summaries()).filter((summary) => isExpired(summary, now));
  if (expired.length > 0) await changeShelf({ remove: expired.map(({ id }) => id) });
}

/** Removes the audio and pictures that have been unused for long enough, unless something is being added or opened. */
export async function removeUnused(): Promise<void> {
  if (isBusy()) return;
  await forgetOldSaves();
  const shelf = await library();
  const held = [...(await shelf.assets()), ...(await shelf.images())].map(({ id }) => id);
  const longUnused = await noteUse(held, await needed());
  // The user may have gone on working in the meantime.
  const used = await needed();
  if (isBusy()) return;
  await remove(longUnused.filter((id) => !used.has(id)));
}

/**
 * Removes the content of a project that is gone for good, at once. Content that another project needs stays, and all of
 * it does while something is being added, opened or exported.
 */
export async function removeContent(ids: readonly string[]): Promise<void> {
  const [shelved, isUsedByExports] = await Promise.all([summaries(), isExporting()]);
  if (isBusy() || isUsedByExports) return;
  const used = new Set([...contentOf(history.peek()), ...shelved.flatMap(({ content }) => content)]);
  await remove(ids.filter((id) => !used.has(id)));
}

/** Whether audio is being added, or a project opened. */
function isBusy(): boolean {
  return arriving.peek() !== undefined || opening.peek() !== undefined;
}

async function isExporting(): Promise<boolean> {
  return [...(await heldLocks())].some((name) => name.startsWith(exportLock("")));
}

async function remove(ids: readonly string[]): Promise<void> {
  const gone = new Set(ids);
  const shelf = await library();
  // A timeline file that is opened from now on must not find them.
  if (gone.size > 0) assets.value = new Map([...assets.peek()].filter(([id]) => !gone.has(id)));
  for (const id of gone) {
    await shelf.removeAsset(id);
    await shelf.removeImage(id);
  }
}

/** The IDs of the content that any project needs: the open one, and those on the shelf, deleted or not. */
async function needed(): Promise<ReadonlySet<string>> {
  const shelved = await summaries();
  return new Set([...neededContent.peek(), ...shelved.flatMap(({ content }) => content)]);
}

/** Removes the timelines of exports that no longer run. One that was interrupted goes on with a copy of its own. */
export async function removeDeadTimelines(): Promise<void> {
  const shelf = await library();
  // An export has its lock before its timeline is stored, so they are listed in this order.
  const timelines = await shelf.timelines();
  const locks = await heldLocks();
  for (const { id } of timelines) if (!locks.has(exportLock(id))) await shelf.removeTimeline(id);
}

async function heldLocks(): Promise<ReadonlySet<string>> {
  const { held = [] } = await navigator.locks.query();
  return new Set(held.map(({ name = "" }) => name));
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
