/** The package's library, opened once, and the assets that it holds. */
import { openLibrary } from "secuencia";
import { arriving, assets, project, undoable } from "./state.ts";

/** The library of this page. */
export type Library = Awaited<ReturnType<typeof openLibrary>>;

let opened: Promise<Library> | undefined;

/** The library, opened on first use. */
export function library(): Promise<Library> {
  opened ??= openLibrary();
  return opened;
}

/** Reads what the library holds. */
export async function readAssets(): Promise<void> {
  const found = await (await library()).assets();
  assets.value = new Map(found.map((asset) => [asset.id, asset]));
}

/** Removes the assets that no clip uses, nor any clip that may yet come back. Only the one tab that edits may. */
export async function removeUnusedAssets(): Promise<void> {
  if (!isOnlyTab) return;
  const clips = [...project.peek().clips, ...(undoable.peek()?.keeps ?? [])];
  const used = new Set([...clips.map((clip) => clip.assetId), ...(arriving.peek()?.ids ?? [])]);
  const unused = [...assets.peek().keys()].filter((id) => !used.has(id));
  if (unused.length === 0) return;
  assets.value = new Map([...assets.peek()].filter(([id]) => used.has(id)));
  const shelf = await library();
  for (const id of unused) await shelf.removeAsset(id);
}

let isOnlyTab = false;

/** Claims the project for this tab, for as long as it lives; false if another tab has it. */
export async function claimProject(): Promise<boolean> {
  isOnlyTab = await new Promise<boolean>((decide) => {
    void navigator.locks.request("studio", { ifAvailable: true }, (lock) => {
      decide(lock !== null);
      return lock && new Promise<never>(() => {});
    });
  });
  return isOnlyTab;
}
