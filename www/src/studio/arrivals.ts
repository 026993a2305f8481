/**
 * Audio that is to be added, and the database that keeps its files until the library has them. If the page is closed or
 * the browser ends before that, the next visit goes on with them.
 *
 * Files are kept while others are read, in their order, a few in each transaction. One is removed as soon as it has
 * been added. A file that cannot be kept is added all the same: there may be no room for it twice.
 */
import { createStore, delMany, keys, setMany, values } from "idb-keyval";
import type { AssetDetails } from "secuencia";
import { arriving } from "./state.ts";
import { isInMemory } from "./storage.ts";

/** Audio to add. */
export interface Arrival {
  assetId: string;
  name: string;
  text: string;
  voice: string;
  content: () => Promise<Blob>;
  /** The facts that a library already knew of the audio. If given, silence is not searched for. */
  known?: Pick<AssetDetails, "trim">;
  /** Set where the audio can be fetched again: if it cannot be read, its clips stay, and this gets the reason. */
  onLost?: (reason: string) => void;
}

/** An arrival as it is stored, under the ID of its asset. */
type KeptArrival = Pick<Arrival, "assetId" | "name" | "text" | "voice" | "known"> & { content: Blob };

/** Apart from the studio's other records, whose saves would wait for a large file. */
const store = createStore("studio-arrivals", "files");

/** How much one transaction keeps at most, but at least one file. */
const MOST_FILES = 32;
const MOST_BYTES = 16 * 1024 * 1024;

/**
 * A larger file is not kept once it is being read: a copy takes the disk as long as the reading, and the library makes
 * its own after that.
 */
const MOST_WHILE_READ = 256 * 1024 * 1024;

/** The IDs of the files that are being read, or have been. */
const begun = new Set<string>();

/** The IDs of the files that are kept, or just being written. */
const kept = new Set<string>();

/** The size of each file that waits, in bytes. */
const sizes = new Map<string, number>();

let keeping = Promise.resolve();
let isGivenUp = false;

/** Keeps the files of arrivals in the background, those that can be fetched again excepted. */
export function keepArrivals(arrivals: readonly Arrival[]): void {
  if (isInMemory.peek()) return;
  const files = arrivals.filter(({ assetId, onLost }) => !onLost && !kept.has(assetId));
  keeping = keeping.then(() => keep(files)).catch(giveUp);
}

/** Notes that a file is being read now. */
export function beginReading(assetId: string): void {
  begun.add(assetId);
}

/** Marks arrivals as those that an earlier visit has kept already. */
export function areKept(arrivals: readonly Arrival[]): void {
  for (const { assetId } of arrivals) kept.add(assetId);
}

/** Removes the files of audio that has been added, in one transaction at a time. */
export function releaseArrivals(assetIds: readonly string[]): void {
  released.push(...assetIds.filter((id) => kept.delete(id)));
  if (!isReleasing) void release();
}

let released: string[] = [];
let isReleasing = false;

async function release(): Promise<void> {
  isReleasing = true;
  while (released.length > 0) {
    const some = released;
    released = [];
    // A file that stays is removed at the next start.
    await delMany(some, store).catch(() => {});
  }
  isReleasing = false;
}

/** Removes everything that is kept, and keeps no more in this visit. Returns false if that makes no room. */
export async function giveUpArrivals(): Promise<boolean> {
  giveUp();
  if (kept.size === 0) return false;
  const all = [...kept];
  kept.clear();
  return delMany(all, store).then(
    () => true,
    () => false,
  );
}

/** The audio that earlier visits kept and did not add. */
export async function arrivalsLeft(): Promise<Arrival[]> {
  const left = await values<KeptArrival>(store).catch(() => []);
  return left.map(({ content, ...arrival }) => ({ ...arrival, content: async () => content }));
}

/** Removes what earlier visits kept and nothing needs. Only the tab that edits may do so. */
export async function removeStrayArrivals(): Promise<void> {
  const strays = (await keys<string>(store)).filter((id) => !kept.has(id));
  if (strays.length > 0) await delMany(strays, store);
}

async function keep(arrivals: readonly Arrival[]): Promise<void> {
  const files: KeptArrival[] = [];
  for (const { assetId, name, text, voice, known, content: read } of arrivals) {
    // It may not be in its project's file. That is reported when it is added.
    const content = await read().catch(() => undefined);
    if (content) files.push({ assetId, name, text, voice, ...(known && { known }), content });
  }
  for (const { assetId, content } of files) sizes.set(assetId, content.size);
  while (files.length > 0 && !isGivenUp) {
    const some = takeSome(files);
    if (!(await hasRoomFor(some))) return;
    await write(some);
  }
}

/** Takes the files of the next transaction. Those that have been added meanwhile are left out. */
function takeSome(files: KeptArrival[]): KeptArrival[] {
  const taken: KeptArrival[] = [];
  let bytes = 0;
  while (files[0] && taken.length < MOST_FILES && (taken.length === 0 || bytes + files[0].content.size <= MOST_BYTES)) {
    const file = files.shift() as KeptArrival;
    const isTooLate = file.content.size > MOST_WHILE_READ && begun.has(file.assetId);
    if (isTooLate || !isAwaited(file.assetId)) continue;
    taken.push(file);
    bytes += file.content.size;
  }
  return taken;
}

async function write(files: readonly KeptArrival[]): Promise<void> {
  // Nothing is awaited between this and the request, so a removal always follows it.
  const wanted = files.filter(({ assetId }) => isAwaited(assetId));
  if (wanted.length === 0) return;
  for (const { assetId } of wanted) kept.add(assetId);
  try {
    await setMany(
      wanted.map((file) => [file.assetId, file]),
      store,
    );
  } catch (error) {
    for (const { assetId } of wanted) kept.delete(assetId);
    if ((error as Error).name === "QuotaExceededError") return giveUp();
    // A file that is gone must not keep the others from being written.
    if (wanted.length > 1) for (const file of wanted) await write([file]);
  }
}

function giveUp(): void {
  isGivenUp = true;
}

function isAwaited(assetId: string): boolean {
  return arriving.peek()?.ids.has(assetId) ?? false;
}

/** Whether there is room for these files beside twice as much as the library needs for all that wait. */
async function hasRoomFor(files: readonly KeptArrival[]): Promise<boolean> {
  for (const id of sizes.keys()) if (!isAwaited(id)) sizes.delete(id);
  const { quota = Number.POSITIVE_INFINITY, usage = 0 } = (await navigator.storage?.estimate?.()) ?? {};
  const waiting = [...sizes.values()].reduce((sum, size) => sum + size, 0);
  return quota - usage >= 2 * waiting + files.reduce((sum, { content }) => sum + content.size, 0);
}
