/** The studio's library of audio and pictures: the package's library, in a database of its own. */
import { type Asset, openLibrary } from "secuencia";
import { type About, picturesOf } from "secuencia/project.js";

export type Library = Awaited<ReturnType<typeof openLibrary>>;

/** Other pages of this origin may use the package too, whose default name for a library is "secuencia". */
const DATABASE = "secuencia-studio";

let opened: Promise<Library> | undefined;

/** The library, opened on first use. If that fails, the next use tries again. */
export function library(): Promise<Library> {
  opened ??= openLibrary({ database: DATABASE }).catch((error) => {
    opened = undefined;
    throw error;
  });
  return opened;
}

/** Uses another library for the rest of this visit. */
export function useLibrary(other: Library): void {
  opened = Promise.resolve(other);
}

/** The library's assets, by ID. */
export async function heldAssets(): Promise<Map<string, Asset>> {
  const held = await (await library()).assets();
  return new Map(held.map((asset) => [asset.id, asset]));
}

/** Adds a picture and returns its ID. */
export async function addPicture(content: Blob): Promise<string> {
  const { id } = await (await library()).addImage(content);
  return id;
}

/** The IDs of all assets and pictures that a project or a timeline uses. */
export function usedBy(project: About & { clips: readonly { assetId: string }[] }): Set<string> {
  return new Set([...project.clips.map(({ assetId }) => assetId), ...picturesOf(project)]);
}

/** The name of the lock that is held for as long as an export uses a timeline. */
export function exportLock(timelineId: string): string {
  return `studio, exporting ${timelineId}`;
}
