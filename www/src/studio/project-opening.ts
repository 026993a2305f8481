/** Opens a parsed project in place of the current one, with the audio and the pictures that were found for it. */
import { batch } from "@preact/signals";
import type { Asset } from "secuencia";
import { baseName, composed, type ProjectFile, withPictures } from "secuencia/project.js";
import { projectFrom } from "../project/model.ts";
import { arrive } from "./adding.ts";
import type { Arrival } from "./arrivals.ts";
import { openProject } from "./editing.ts";
import { reportFailure } from "./failure.ts";
import { addPicture } from "./library.ts";
import { opening } from "./state.ts";

/**
 * Opens a project. `audioAt` gives the audio at a path: a file to add, or an asset that the library has. `pictures` has
 * files, or IDs of the library's pictures, by their names in the project.
 */
export async function openWith(
  file: ProjectFile,
  audioAt: (path: string) => File | Asset | undefined,
  pictures: Map<string, File | string>,
): Promise<void> {
  const shown = await addPictures(pictures);
  const sources = new Map(file.clips.map(({ file: path }) => [path, audioAt(path)]));
  const ids = new Map<string, string>();
  // Several paths may lead to one file.
  const idOf = new Map<File | undefined, string>();
  for (const [path, source] of sources) {
    const isFile = source === undefined || source instanceof File;
    const id = isFile ? (source && idOf.get(source)) || crypto.randomUUID() : source.id;
    if (isFile && source) idOf.set(source, id);
    ids.set(path, id);
  }
  const opened = withPictures(
    projectFrom(file, (index) => ids.get(file.clips[index]?.file as string) as string),
    (path) => shown.get(path),
  );
  const facts = new Map(file.files?.map((one) => [composed(one.file), one]));
  const arrivals = opened.clips.flatMap((clip, index): Arrival[] => {
    const { file: path } = file.clips[index] as { file: string };
    const source = sources.get(path);
    if (source && !(source instanceof File)) return [];
    const known = facts.get(composed(path));
    return [
      {
        ...clip,
        ...(known && { name: known.name ?? baseName(path), text: known.text ?? "", voice: known.voice ?? "", known }),
        content: async () => {
          if (source) return source;
          throw new Error("its audio is not in the file");
        },
      },
    ];
  });
  await batch(() => {
    openProject(opened);
    opening.value = undefined;
    return arrivals.length > 0 ? arrive(arrivals) : undefined;
  });
}

/** Adds pictures, and returns their IDs by their names in the project. An unreadable one is left out and reported. */
async function addPictures(pictures: Map<string, File | string>): Promise<Map<string, string>> {
  const ids = new Map<string, string>();
  for (const [path, picture] of pictures) {
    try {
      ids.set(path, typeof picture === "string" ? picture : await addPicture(picture));
    } catch (error) {
      reportFailure(`${baseName(path)} could not be added`, error);
    }
  }
  return ids;
}
