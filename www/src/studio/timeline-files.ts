/** Saves and opens timelines for other editors, as OpenTimelineIO (.otio). Loaded on demand. */
import type { Asset } from "secuencia";
import { OtioError, type OtioMedia, otioToTimeline, timelineToOtio } from "secuencia/otio.js";
import { composed, ProjectFileError, picturesOf } from "secuencia/project.js";
import type { Project } from "../project/model.ts";
import { projectOf, timelineOf } from "../project/timeline.ts";
import { words } from "../words/words.ts";
import { asSentence } from "./failure.ts";
import { library } from "./library.ts";
import { openWith } from "./project-opening.ts";
import { assets } from "./state.ts";

/** The project's timeline. It refers to the audio and does not contain it. */
export async function timelineFileOf(project: Project): Promise<Blob> {
  const timeline = timelineOf(project, (assetId) => assets.value.get(assetId));
  return new Blob([timelineToOtio(timeline, assets.value.values())], { type: "application/json" });
}

/** Opens a timeline. Its audio is among the files chosen with it, or still in the library. */
export async function openTimelineFile(file: File, others: File[]): Promise<void> {
  try {
    const { timeline, media, notes } = otioToTimeline(await file.text());
    const parsed = projectOf({ timeline, media }, file.name.replace(/\.otio$/i, ""));
    if (media.length === 0 && !timeline.metadata?.studio) {
      throw new ProjectFileError([words.value.opening.noClips, ...notes]);
    }
    const sources = sourcesOf(media, others);
    const pictures = new Map<string, string>();
    for (const id of picturesOf(parsed)) if (await (await library()).image(id)) pictures.set(id, id);
    const gone = picturesOf(parsed).length - pictures.size;
    if (gone > 0) notes.unshift(words.value.opening.picturesGone(file.name, gone));
    await openWith(parsed, (assetId) => sources.get(assetId), pictures, notes);
  } catch (error) {
    if (error instanceof OtioError) throw new ProjectFileError([asSentence(error.message)]);
    throw error;
  }
}

/**
 * Finds the audio of each medium: by file name, because other programs move files, or in the library. Throws a
 * `ProjectFileError`.
 */
function sourcesOf(media: OtioMedia[], files: File[]): Map<string, File | Asset> {
  const byName = new Map(files.map((one) => [composed(one.name), one]));
  const namesakes = new Map<string, OtioMedia[]>();
  for (const medium of media) {
    const name = composed(medium.name);
    namesakes.set(name, [...(namesakes.get(name) ?? []), medium]);
  }
  const heldOf = ({ assetId, name }: OtioMedia) => {
    const asset = assets.value.get(assetId);
    return asset && composed(asset.name) === composed(name) ? asset : undefined;
  };
  const { opening: say } = words.value;
  const found = new Map<string, File | Asset>();
  const faults: string[] = [];
  for (const [name, same] of namesakes) {
    const chosen = byName.get(name);
    const [first, second] = same as [OtioMedia, OtioMedia?];
    if (chosen && !second) {
      found.set(first.assetId, chosen);
      continue;
    }
    const missing = same.filter((medium) => !heldOf(medium));
    if (missing.length > 0 && chosen) {
      faults.push(say.sameName(first.url ?? "", second?.url ?? ""));
    } else if (missing.length > 0) {
      faults.push(say.audioMissing(name));
    }
    for (const medium of same) found.set(medium.assetId, heldOf(medium) as Asset);
  }
  if (faults.length > 0) throw new ProjectFileError(faults);
  return found;
}
