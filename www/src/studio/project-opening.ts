/** Opens a parsed project beside the others, with the audio and the pictures that were found for it. */
import type { Asset } from "secuencia";
import { baseName, composed, type ProjectFile, withPictures } from "secuencia/project.js";
import { projectFrom } from "../project/model.ts";
import { words } from "../words/words.ts";
import { arrive } from "./adding.ts";
import type { Arrival } from "./arrivals.ts";
import { logError } from "./error-log.ts";
import { withReason } from "./failure.ts";
import { addPicture } from "./library.ts";
import { reportProblems } from "./state.ts";
import { beginProject } from "./switching.ts";

/**
 * Opens a project. `audioAt` gives the audio at a path: a file to add, or an asset that the library has. `pictures` has
 * files, or IDs of the library's pictures, by their names in the project. `notes` are sentences about what it lacks.
 */
export async function openWith(
  file: ProjectFile,
  audioAt: (path: string) => File | Asset | undefined,
  pictures: Map<string, File | string>,
  notes: readonly string[] = [],
): Promise<void> {
  const { shown, faults } = await addPictures(pictures);
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
          throw new Error(words.value.opening.audioNotInside);
        },
      },
    ];
  });
  await beginProject(opened, {
    done: words.value.projects.opened(opened.name),
    begin: () => {
      reportProblems(...notes, ...faults);
      if (arrivals.length > 0) void arrive(arrivals);
    },
  });
}

/** Adds pictures. `shown` has their IDs by their names in the project, without those that cannot be read. */
async function addPictures(
  pictures: Map<string, File | string>,
): Promise<{ shown: Map<string, string>; faults: string[] }> {
  const shown = new Map<string, string>();
  const faults: string[] = [];
  for (const [path, picture] of pictures) {
    try {
      shown.set(path, typeof picture === "string" ? picture : await addPicture(picture));
    } catch (error) {
      logError(error);
      faults.push(withReason(words.value.adding.failed(baseName(path)), error));
    }
  }
  return { shown, faults };
}
