/** How safely the browser stores the project and its audio, and how much space they take. */
import { signal } from "@preact/signals";

/** Whether the browser promises to keep everything, and the bytes in use, once known. */
export const storage = signal<{ isPersistent?: boolean; usedBytes?: number }>({});

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
