/** The package's library, in a database of the studio's own, and what is in it. */
import { type Asset, openLibrary } from "secuencia";
import { type About, picturesOf } from "../project/about.ts";

/** The library of this page. */
export type Library = Awaited<ReturnType<typeof openLibrary>>;

/** Other pages of this origin use the package too, and it calls a library "secuencia" where they do not say. */
const DATABASE = "secuencia-studio";

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

/** The timelines of this page's exports, by ID. */
export const exportTimelines = new Set<string>();
