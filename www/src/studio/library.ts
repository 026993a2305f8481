/** The package's library, opened once, and the assets and pictures that it holds. */
import { type Asset, openLibrary } from "secuencia";
import { picturesOf } from "../project/about.ts";
import { arriving, assets, draftPictures, project, undoable } from "./state.ts";

/** The library of this page. */
export type Library = Awaited<ReturnType<typeof openLibrary>>;

let opened: Promise<Library> | undefined;

/** The library, opened on first use. */
export function library(): Promise<Library> {
  opened ??= openLibrary();
  return opened;
}

/** What the library holds, by ID. */
export async function heldAssets(): Promise<Map<string, Asset>> {
  const held = await (await library()).assets();
  return new Map(held.map((asset) => [asset.id, asset]));
}

/** The pictures that this page has shown or added: the library has no list of them. */
const pictures = new Set<string>();

/** Keeps a picture, and gives its ID. */
export async function addPicture(content: Blob): Promise<string> {
  const { id } = await (await library()).addImage(content);
  pictures.add(id);
  return id;
}

/** Removes the pictures that nothing shows, nor anything that may yet come back. */
async function removeUnusedPictures(): Promise<void> {
  const shown = picturesOf(project.peek());
  for (const id of shown) pictures.add(id);
  const used = new Set([...shown, ...draftPictures.peek(), ...(undoable.peek()?.keepsPictures ?? [])]);
  for (const id of pictures) {
    if (used.has(id)) continue;
    pictures.delete(id);
    await (await library()).removeImage(id);
  }
}

/**
 * Removes the assets that no clip uses, nor any clip that may yet come back, and pictures likewise. Only the one tab that
 * edits may.
 */
export async function removeUnusedAssets(): Promise<void> {
  if (!isOnlyTab) return;
  await removeUnusedPictures();
  const clips = [...project.peek().clips, ...(undoable.peek()?.keeps ?? [])];
  const used = new Set([...clips.map((clip) => clip.assetId), ...(arriving.peek()?.ids ?? [])]);
  const unused = [...assets.peek().keys()].filter((id) => !used.has(id));
  if (unused.length === 0) return;
  assets.value = new Map([...assets.peek()].filter(([id]) => used.has(id)));
  const shelf = await library();
  for (const id of unused) await shelf.removeAsset(id);
}

let isOnlyTab = false;

/** How long a page that is being reloaded may take to let go of the project, in milliseconds. */
const PATIENCE = 1000;

/** Claims the project for this tab, for as long as it lives; false if another tab has it. */
export function claimProject(): Promise<boolean> {
  return new Promise((decide) => {
    setTimeout(() => decide(false), PATIENCE);
    void navigator.locks.request("studio", () => {
      isOnlyTab = true;
      decide(true);
      return new Promise<never>(() => {});
    });
  });
}
