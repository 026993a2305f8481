/** Starts the studio: opens the last project, or the sample on a first visit. */
import { batch } from "@preact/signals";
import { count } from "../format.ts";
import type { Project } from "../project/model.ts";
import { forgetUnfinished, keepProjectSaved, loadProject, type Unfinished } from "./autosave.ts";
import { removeUnused } from "./cleanup.ts";
import { reportFailure, withReason } from "./failure.ts";
import { heldAssets } from "./library.ts";
import { moveIn, removeMoved } from "./migration.ts";
import { fetchSampleAudio, loadSample } from "./sample.ts";
import { assets, isFilled, isOpen, project, reportProblems } from "./state.ts";
import { measureStorage } from "./storage.ts";
import { joinTabs, whenAlone } from "./tabs.ts";

/** Opens the project, lists its clips, and then fetches missing audio and cleans up. */
export async function openStudio(): Promise<void> {
  try {
    await joinTabs();
    const { saved, unfinished } = await loadProject();
    // The sample is listed before its audio is there. A saved project is listed with its audio.
    if (!saved) await openSample();
    const isMoved = !saved || (await moveAudio(saved));
    const held = await heldAssets();
    let filled: Promise<void> | undefined;
    batch(() => {
      if (saved) project.value = saved;
      assets.value = held;
      filled = fetchSampleAudio();
      isOpen.value = true;
    });
    // If the sample could not be loaded, the empty project is not saved, so the next visit tries again.
    keepProjectSaved(saved ?? (project.value.clips.length === 0 ? project.value : undefined));
    await measureStorage();
    await filled;
    isFilled.value = true;
    const isAlone = await whenAlone(async () => {
      await reportUnfinished(unfinished);
      if (!isMoved) return;
      // Anything that cannot be removed now is removed on a later visit.
      await removeMoved().catch(() => {});
      await removeUnused().catch(() => {});
    });
    if (!isAlone) {
      reportProblems(
        "This project is also open in another tab. Use only one of them: the other’s changes will not be saved.",
      );
    }
  } catch (error) {
    reportFailure("The studio could not start", error);
  }
}

async function openSample(): Promise<void> {
  try {
    project.value = await loadSample();
  } catch (error) {
    reportProblems(
      `${withReason("The sample could not be loaded", error)} Reload the page to try again, or add your own audio.`,
    );
  }
}

/** Moves the project's audio out of the old library. Returns false, and reports it, if that fails. */
async function moveAudio(saved: Project): Promise<boolean> {
  try {
    await moveIn(saved);
    return true;
  } catch (error) {
    reportFailure("The project’s audio could not be moved to its new place, so it stays in the old one", error);
    return false;
  }
}

/** Reports what was still being added when the page was last closed. */
async function reportUnfinished(unfinished: Unfinished | undefined): Promise<void> {
  if (!unfinished) return;
  const { opening, adding = [] } = unfinished;
  if (opening !== undefined) {
    reportProblems(
      `“${opening}” was still being opened when the page was closed. Open it again. This is the project from before.`,
    );
  }
  if (adding.length > 0) {
    const [first, ...others] = adding;
    const more = others.length > 0 ? ` and ${count(others.length, "other file")}` : "";
    const were = others.length > 0 ? "were" : "was";
    reportProblems(`“${first}”${more} ${were} still being added when the page was closed. Add what is missing again.`);
  }
  await forgetUnfinished();
}
