/** The room in the browser's storage, which is asked for before anything is written there. */
import { SecuenciaError } from "./errors.js";

/**
 * Rejects with `quota-exceeded` if the browser's storage has no room for so many bytes. A page can ask before it begins
 * what would not end. Browsers that do not tell, as in a sandboxed frame, have room.
 */
export async function requireRoom(bytes: number): Promise<void> {
  const { usage, quota } = (await globalThis.navigator?.storage?.estimate?.().catch(() => {})) ?? {};
  if (usage === undefined || quota === undefined) return;
  const available = Math.max(0, quota - usage);
  if (bytes <= available) return;
  const message = `This needs ${sizeOf(bytes)}, and the browser’s storage has room for ${sizeOf(available)}.`;
  const facts = { needed: bytes, available };
  throw new SecuenciaError("quota-exceeded", `${message} Free some space, then try again.`, facts);
}

/** Whether a destination is in the origin's private file system, and so takes room in the browser's storage. */
export async function isPrivate(destination: unknown): Promise<boolean> {
  if (typeof FileSystemHandle === "undefined" || !(destination instanceof FileSystemHandle)) return false;
  try {
    return (await (await navigator.storage.getDirectory()).resolve(destination)) !== null;
  } catch {
    return false;
  }
}

function sizeOf(bytes: number): string {
  return `${Math.ceil(bytes / 1e6).toLocaleString("en")} MB`;
}
