/** How safely the browser keeps the project and its audio, and how much room they take. */
import { signal } from "@preact/signals";

/** Whether the browser promised to keep everything until the user removes it, and the bytes in use, once known. */
export const storage = signal<{ isPersistent?: boolean; usedBytes?: number }>({});

/** Asks the browser what it knows. */
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

/** Asks the browser to keep everything. Call it from something that the user did: browsers prefer that. */
export async function askToPersist(): Promise<void> {
  if (storage.value.isPersistent) return;
  const isPersistent = await navigator.storage?.persist?.();
  if (isPersistent !== undefined) storage.value = { ...storage.value, isPersistent };
}
