/** Starts the studio: opens the last project, or the sample on a first visit. */
import { batch } from "@preact/signals";
import { openLibrary } from "secuencia";
import { count } from "../format.ts";
import { beginHistory, currentStep, type History, withoutAudio } from "../project/history.ts";
import type { Project } from "../project/model.ts";
import {
  allSaved,
  forgetUnfinished,
  keepSaved,
  loadSaved,
  saveAgain,
  saveNothing,
  type Unfinished,
} from "./autosave.ts";
import { removeUnused } from "./cleanup.ts";
import { findInterrupted } from "./exporting.ts";
import { faultInWords, reportFailure, withReason } from "./failure.ts";
import { dismissOffer, endTyping, followKeys } from "./history.ts";
import { heldAssets, library, useLibrary } from "./library.ts";
import { moveIn, removeMoved } from "./migration.ts";
import { fetchSampleAudio, loadSample } from "./sample.ts";
import {
  assets,
  closeScript,
  editedClipId,
  history,
  isFilled,
  isIncoming,
  isOpen,
  isViewing,
  project,
  reportProblems,
  saveFault,
  startFault,
} from "./state.ts";
import { isInMemory, measureStorage } from "./storage.ts";
import { joinTabs, whenAlone } from "./tabs.ts";
import { beginTurns, endTurns, leaveTurn, tellSaved } from "./turns.ts";

/**
 * Opens the project, lists its clips, and then fetches missing audio and cleans up. If the browser's storage cannot be
 * used, everything stays in memory, and the page says so.
 */
export async function openStudio(): Promise<void> {
  followKeys();
  try {
    const tidyUp = await openKept();
    // Anything that cannot be done now is done on a later visit.
    await tidyUp().catch(() => {});
  } catch (error) {
    await openInMemory(error).catch(() => {
      startFault.value = withReason("The studio could not start", error);
    });
  }
}

/** Opens the project. Returns a function that does the rest: the page can be used meanwhile. */
async function openKept(): Promise<() => Promise<void>> {
  await joinTabs();
  const enter = () => void fetchSampleAudio();
  await beginTurns({ saved: isAllSaved, show: showSaved, enter, leave: stopEditing });
  const { history: saved, unfinished } = await loadSaved();
  // The sample is listed before its audio is there. A saved project is listed with its audio.
  if (!saved) await openSample();
  const isMoved = !saved || (await moveAudio(currentStep(saved).project));
  const shelf = await library();
  const held = await heldAssets();
  void shelf.lost.then((error) => {
    startFault.value = error.message;
  });
  void shelf.emptied.then(comeBackEmpty);
  let filled: Promise<void> | undefined;
  batch(() => {
    if (saved) history.value = withoutLost(saved, unfinished, held);
    assets.value = held;
    if (!isViewing.value) filled = fetchSampleAudio();
    isOpen.value = true;
  });
  // If the sample could not be loaded, the empty project is not saved, so the next visit tries again.
  keepSaved(saved ?? (project.value.clips.length === 0 ? history.value : undefined), tellSaved, leaveTurn);
  return async () => {
    await measureStorage().catch(() => {});
    await filled;
    isFilled.value = true;
    await findInterrupted();
    await whenAlone(async () => {
      await reportUnfinished(unfinished);
      if (!isMoved) return;
      await removeMoved().catch(() => {});
      await removeUnused().catch(() => {});
      await checkAssets();
    });
  };
}

/** Goes on without storage, with the sample. */
async function openInMemory(reason: unknown): Promise<void> {
  endTurns();
  useLibrary(await openLibrary({ storage: "memory" }));
  isInMemory.value = true;
  isViewing.value = false;
  const unusable = withReason("This browser’s storage cannot be used", reason);
  startFault.value = `${unusable} Nothing is kept when you close this tab, so save the project before that.`;
  await openSample();
  isOpen.value = true;
  await fetchSampleAudio();
  isFilled.value = true;
}

/** Shows the project as another tab saved it, with its history, which this tab may go on with. */
async function showSaved(): Promise<void> {
  const { history: saved, unfinished } = await loadSaved();
  if (!saved) return;
  const isKnown = currentStep(saved).project.clips.every(({ assetId }) => assets.peek().has(assetId));
  const held = isKnown ? assets.peek() : await heldAssets();
  batch(() => {
    assets.value = held;
    history.value = withoutLost(saved, unfinished, held);
  });
}

/** The history without audio that was still being added when it was saved, and that the library does not have. */
function withoutLost(saved: History, unfinished: Unfinished | undefined, held: ReadonlyMap<string, unknown>): History {
  return withoutAudio(saved, new Set(unfinished?.coming?.filter((id) => !held.has(id))));
}

/** Ends what only the tab that edits may do. */
function stopEditing(): void {
  saveNothing();
  endTyping();
  batch(() => {
    dismissOffer();
    editedClipId.value = undefined;
    isIncoming.value = false;
    closeScript();
  });
}

async function isAllSaved(): Promise<boolean> {
  await allSaved();
  return saveFault.peek() === undefined;
}

/** Shows which audio is left after the browser has cleared the library, and saves the project again. */
async function comeBackEmpty({ message }: Error): Promise<void> {
  reportProblems(message);
  assets.value = await heldAssets();
  if (isViewing.peek()) return;
  saveAgain();
  await fetchSampleAudio();
}

/** Names the audio that is damaged. */
async function checkAssets(): Promise<void> {
  const faults = await (await library()).check();
  if (faults.length === 0) return;
  assets.value = await heldAssets();
  const used = new Set(project.peek().clips.map(({ assetId }) => assetId));
  reportProblems(...faults.filter(({ assetId }) => used.has(assetId)).map(faultInWords));
}

async function openSample(): Promise<void> {
  try {
    history.value = beginHistory(await loadSample());
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
