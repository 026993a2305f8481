/** The package's library, in a database of the studio's own, and what is in it. */
import { type Asset, openLibrary } from "secuencia";
import { type About, picturesOf } from "../project/about.ts";
import { noteUse } from "./autosave.ts";
import { arriving, assets, opening, project, undoable } from "./state.ts";

/** The library of this page. */
export type Library = Awaited<ReturnType<typeof openLibrary>>;

/** Other pages of this origin use the package too, and it calls a library "secuencia" where they do not say. */
const DATABASE = "secuencia-studio";

/** How long what nothing uses is kept: a project that another was opened over can be opened again. */
const KEPT_DAYS = 7;

let opened: Promise<Library> | undefined;

/** The library, opened on first use. */
export function library(): Promise<Library> {
  opened ??= openLibrary({ database: DATABASE });
  return opened;
}

/** Goes on with another library for this visit. */
export function useLibrary(other: Library): void {
  opened = Promise.resolve(other);
}

/** What the library holds, by ID. */
export async function heldAssets(): Promise<Map<string, Asset>> {
  const held = await (await library()).assets();
  return new Map(held.map((asset) => [asset.id, asset]));
}

/** Keeps a picture, and gives its ID. */
export async function addPicture(content: Blob): Promise<string> {
  const { id } = await (await library()).addImage(content);
  return id;
}

/** What a project, or a timeline, plays and shows, by ID. */
export function usedBy(project: About & { clips: readonly { assetId: string }[] }): Set<string> {
  return new Set([...project.clips.map(({ assetId }) => assetId), ...picturesOf(project)]);
}

/**
 * Removes what has not been used for days: assets, pictures, and timelines that exports have left behind. Only for a
 * tab that is alone.
 */
export async function removeUnused(): Promise<void> {
  const isBusy = () => arriving.peek() !== undefined || opening.peek() !== undefined;
  if (isBusy()) return;
  const shelf = await library();
  const held = [...(await shelf.assets()), ...(await shelf.timelines())].map(({ id }) => id);
  const longUnused = await noteUse([...held, ...(await shelf.images())], inUse(), KEPT_DAYS);
  // The user does not wait for this.
  if (isBusy()) return;
  const used = inUse();
  const unused = longUnused.filter((id) => !used.has(id));
  // No timeline file that is opened from now on finds it here.
  if (unused.length > 0) assets.value = new Map([...assets.peek()].filter(([id]) => !unused.includes(id)));
  for (const id of unused) {
    await shelf.removeAsset(id);
    await shelf.removeImage(id);
    await shelf.removeTimeline(id);
  }
}

/** The timelines of this page's exports, by ID. */
export const exportTimelines = new Set<string>();

/** What this page uses, or may yet. */
function inUse(): Set<string> {
  const undone = (undoable.peek()?.keeps ?? []).map(({ assetId }) => assetId);
  return new Set([...usedBy(project.peek()), ...undone, ...exportTimelines]);
}
