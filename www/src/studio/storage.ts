/** How safely the browser stores the project and its audio, and how much space they take. */
import { signal } from "@preact/signals";
import { requireRoom } from "secuencia";
import { words } from "../words/words.ts";
import { reportFailure } from "./failure.ts";

/** Whether the browser promises to keep everything, and the bytes in use, once known. */
export const storage = signal<{ isPersistent?: boolean; usedBytes?: number }>({});

/** Whether everything is in memory only, because the browser's storage cannot be used. */
export const isInMemory = signal(false);

/** Whether there is room for files. If there is not, this says so, and nothing need be begun. */
export async function hasRoomFor(files: readonly File[]): Promise<boolean> {
  try {
    if (!isInMemory.peek()) await requireRoom(await sizeOf(files));
    return true;
  } catch (error) {
    reportFailure(words.value.adding.noRoom(files.length), error);
    return false;
  }
}

/** The longest stretch of work before the page gets its turn, in milliseconds. */
const SLICE_MS = 10;

/** The size of all files. For each, the browser asks the disk, which takes a third of a millisecond. */
async function sizeOf(files: readonly File[]): Promise<number> {
  let sum = 0;
  let begun = performance.now();
  for (const { size } of files) {
    sum += size;
    if (performance.now() - begun < SLICE_MS) continue;
    await new Promise((resolve) => setTimeout(resolve));
    begun = performance.now();
  }
  return sum;
}

/** Asks the browser for both. */
export async function measureStorage(): Promise<void> {
  const [isPersistent, estimate] = await Promise.all([
    navigator.storage?.persisted?.(),
    navigator.storage?.estimate?.(),
  ]);
  storage.value = {
    ...(isPersistent !== undefined && { isPersistent }),
    ...(estimate?.usage !== undefined && { usedBytes: estimate.usage }),
  };
}

/** Asks the browser to keep everything. Call it from a user's action, which makes consent more likely. */
export async function askToPersist(): Promise<void> {
  if (storage.value.isPersistent) return;
  const isPersistent = await navigator.storage?.persist?.();
  if (isPersistent !== undefined) storage.value = { ...storage.value, isPersistent };
}
