/** Gives a clip other audio: a better recording of its line, or the file that is missing. */
import { batch } from "@preact/signals";
import { clipTitle, withAudio } from "../project/model.ts";
import { reportFailure } from "./failure.ts";
import { edit } from "./history.ts";
import { library } from "./library.ts";
import { assets, isViewing, opening, project } from "./state.ts";
import { hasRoomFor, measureStorage } from "./storage.ts";

/** Reads a file, and has a clip play it. The clip keeps its text, place and level. If that fails, nothing changes. */
export async function replaceAudio(clipId: string, file: File): Promise<void> {
  if (isViewing.peek()) return;
  opening.value = file.name;
  try {
    const clip = project.peek().clips.find(({ id }) => id === clipId);
    if (!clip || !(await hasRoomFor([file]))) return;
    const { text, voice } = clip;
    const { trimSilence = false } = project.peek();
    const asset = await (await library()).addAsset(file, { name: file.name, text, voice }, { trimSilence });
    const title = clipTitle(clip);
    batch(() => {
      assets.value = new Map(assets.peek()).set(asset.id, asset);
      edit(`Replace the audio of ${title}`, (before) => withAudio(before, clipId, asset), {
        done: `Replaced the audio of ${title}.`,
      });
    });
    if (asset.warning) reportFailure(`${file.name} was added, but part of it could not be read`, asset.warning);
    await measureStorage();
  } catch (error) {
    reportFailure(`${file.name} could not be added, so the clip is as it was`, error);
  } finally {
    opening.value = undefined;
  }
}
