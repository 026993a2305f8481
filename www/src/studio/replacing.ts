/** Gives a clip other audio: a better recording of its line, or the file that is missing. */
import { batch } from "@preact/signals";
import { clipTitle, withAudio } from "../project/model.ts";
import { words } from "../words/words.ts";
import { reportFailure } from "./failure.ts";
import { edit } from "./history.ts";
import { library } from "./library.ts";
import { assets, isViewing, opened, opening, project } from "./state.ts";
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
    const shelf = await library();
    const { id } = opened.peek();
    const asset = await shelf.addAsset(file, { name: file.name, text, voice }, { trimSilence });
    if (opened.peek().id !== id) {
      await shelf.removeAsset(asset.id);
      throw new Error(words.value.adding.leftMeanwhile);
    }
    const title = clipTitle(clip);
    batch(() => {
      assets.value = new Map(assets.peek()).set(asset.id, asset);
      edit(words.value.steps.replaceAudio(title), (before) => withAudio(before, clipId, asset), {
        done: words.value.steps.replacedAudio(title),
      });
    });
    if (asset.warning) reportFailure(words.value.adding.addedInPart(file.name), asset.warning);
    await measureStorage();
  } catch (error) {
    reportFailure(words.value.adding.notReplaced(file.name), error);
  } finally {
    opening.value = undefined;
  }
}
