/** Looks whether anything is kept of exports (`workers/journal.ts`). A worker is started only to read what is there. */
import { DATABASE, EXPORTS } from "./workers/journal-database.js";
import { JOURNALS } from "./workers/journal-files.js";

/** Returns whether any export may be kept. */
export async function hasKept(): Promise<boolean> {
  return (await hasFiles()) || (await hasRecords());
}

async function hasFiles(): Promise<boolean> {
  try {
    const folder = await (await navigator.storage.getDirectory()).getDirectoryHandle(JOURNALS);
    return !(await folder.keys().next()).done;
  } catch {
    // There is no such folder, or the browser has no such file system.
    return false;
  }
}

function hasRecords(): Promise<boolean> {
  return new Promise((resolve) => {
    const opening = indexedDB.open(DATABASE);
    // There was no such database, and this makes none.
    opening.onupgradeneeded = () => opening.transaction?.abort();
    opening.onerror = () => resolve(false);
    opening.onsuccess = () => {
      const database = opening.result;
      const end = (count: number) => {
        database.close();
        resolve(count > 0);
      };
      try {
        const counting = database.transaction(EXPORTS).objectStore(EXPORTS).count();
        counting.onsuccess = () => end(counting.result);
        counting.onerror = () => end(0);
      } catch {
        end(0);
      }
    };
  });
}
