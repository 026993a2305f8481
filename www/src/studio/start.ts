/** Starts the studio: opens the last project, or the sample on a first visit. */
import { batch } from "@preact/signals";
import { get, set } from "idb-keyval";
import { openLibrary } from "secuencia";
import { beginHistory, contentOf, currentStep } from "../project/history.ts";
import type { Project } from "../project/model.ts";
import { words } from "../words/words.ts";
import { arrive } from "./adding.ts";
import { type Arrival, areKept, arrivalsLeft, removeStrayArrivals } from "./arrivals.ts";
import {
  allSaved,
  forgetUnfinished,
  keepSaved,
  loadSaved,
  type OpenProject,
  type Saved,
  saveAgain,
  saveNothing,
} from "./autosave.ts";
import { removeDeadTimelines, removeExpired, removeUnused } from "./cleanup.ts";
import { KEYS, store } from "./database.ts";
import { findInterrupted } from "./exporting.ts";
import { faultInWords, reportFailure, withReason } from "./failure.ts";
import { dismissOffer, endTyping, followKeys } from "./history.ts";
import { askBeforeLeaving } from "./leaving.ts";
import { heldAssets, library, useLibrary } from "./library.ts";
import { moveIn, removeMoved } from "./migration.ts";
import { fetchSampleAudio, loadSample } from "./sample.ts";
import { summaries } from "./shelf-records.ts";
import {
  assets,
  closeScript,
  editedClipId,
  history,
  isFilled,
  isOpen,
  isViewing,
  neededElsewhere,
  opened,
  project,
  reportProblems,
  said,
  saveFault,
  startFault,
} from "./state.ts";
import { isInMemory, measureStorage } from "./storage.ts";
import { show } from "./switching.ts";
import { joinTabs, whenAlone } from "./tabs.ts";
import { beginTurns, endTurns, leaveTurn, tellSaved } from "./turns.ts";
import { goneOn } from "./unfinished.ts";

/**
 * Opens the project, lists its clips, and then fetches missing audio and cleans up. If the browser's storage cannot be
 * used, everything stays in memory, and the page says so.
 */
export async function openStudio(): Promise<void> {
  followKeys();
  askBeforeLeaving();
  try {
    const tidyUp = await openKept();
    // Anything that cannot be done now is done on a later visit.
    await tidyUp().catch(() => {});
  } catch (error) {
    await openInMemory(error).catch(() => {
      startFault.value = withReason(words.value.notices.notStarted, error);
    });
  }
}

/** Opens the project. Returns a function that does the rest: the page can be used meanwhile. */
async function openKept(): Promise<() => Promise<void>> {
  await joinTabs();
  let begun = () => {};
  const hasBegun = new Promise<void>((resolve) => {
    begun = resolve;
  });
  const enter = async (begin: () => void) => {
    await hasBegun;
    await showSaved(await loadSaved(), true, () => {
      begin();
      void fetchSampleAudio();
    });
  };
  const follow = async () => showSaved(await loadSaved(), false);
  await beginTurns({ saved: isAllSaved, show: follow, enter, leave: stopEditing });
  const saved = await loadSaved();
  // The sample is listed before its audio is there. A saved project is listed with its audio.
  if (!saved) await openSample();
  const isMoved = !saved || (await moveAudio(currentStep(saved.project.history).project));
  const shelf = await library();
  void shelf.lost.then((error) => {
    startFault.value = error.message;
  });
  void shelf.emptied.then(comeBackEmpty);
  let filled: Promise<void> | undefined;
  assets.value = await heldAssets();
  await showSaved(saved, !isViewing.value, () => {
    if (!isViewing.value) filled = fetchSampleAudio();
    isOpen.value = true;
  });
  begun();
  // If the sample could not be loaded, the empty project is not saved, so the next visit tries again.
  const isEmpty = project.value.clips.length === 0;
  keepSaved(saved?.project ?? (isEmpty ? openProject() : undefined), tellSaved, leaveTurn);
  return async () => {
    await measureStorage().catch(() => {});
    await filled;
    isFilled.value = true;
    await findInterrupted();
    if (!isViewing.value) {
      await forgetUnfinished();
      await removeStrayArrivals();
    }
    await whenAlone(async () => {
      if (!isMoved) return;
      await removeMoved().catch(() => {});
      await removeDeadTimelines().catch(() => {});
      await removeExpired().catch(() => {});
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
  const { noStorage, nothingKept } = words.value.notices;
  startFault.value = `${withReason(noStorage, reason)} ${nothingKept}`;
  await openSample();
  isOpen.value = true;
  await fetchSampleAudio();
  isFilled.value = true;
}

/**
 * Shows the saved project, with its history. If this tab is to edit, it goes on with what was still being added, and
 * says what is lost. `begin` is called in the same batch.
 */
async function showSaved(saved: Saved | undefined, isOurs: boolean, begin = () => {}): Promise<void> {
  if (!saved) return batch(begin);
  const { project: last, coming, notOpened } = saved;
  const isKnown = currentStep(last.history).project.clips.every(({ assetId }) => assets.peek().has(assetId));
  const held = isKnown ? assets.peek() : await heldAssets();
  const left = isOurs && coming.length > 0 ? await arrivalsToAdd(held) : [];
  // Audio that was still being added may be for a project that is on the shelf by now.
  const shelved = left.length > 0 ? await summaries() : [];
  const there = new Set([...held.keys(), ...left.map(({ assetId }) => assetId)]);
  const { history: begun, faults } = goneOn(last.history, coming, there);
  const elsewhere = new Set(shelved.flatMap(({ content }) => content));
  const needed = contentOf(begun);
  const arrivals = inPlaceOrder(left, currentStep(begun).project).filter(
    ({ assetId }) => needed.has(assetId) || elsewhere.has(assetId),
  );
  batch(() => {
    assets.value = held;
    show({ opened: last.opened, history: begun });
    if (isOurs) {
      if (notOpened !== undefined) faults.unshift(words.value.opening.notOpened(notOpened));
      reportProblems(...faults);
    }
    if (arrivals.length > 0) {
      neededElsewhere.value = new Set([...neededElsewhere.peek(), ...elsewhere]);
      said.value = words.value.adding.goingOn(arrivals.length);
      areKept(arrivals);
      void arrive(arrivals);
    }
    begin();
  });
}

/** How many visits in a row may go on with the same files and add none of them. One of them may end the browser. */
const MOST_VISITS = 3;

/** The audio whose files an earlier visit kept, if going on with it is worth another try. */
async function arrivalsToAdd(held: ReadonlyMap<string, unknown>): Promise<Arrival[]> {
  const left = (await arrivalsLeft()).filter(({ assetId }) => !held.has(assetId));
  const before = await get<{ files: number; visits: number }>(KEYS.goneOn, store);
  const visits = before?.files === left.length ? before.visits + 1 : 1;
  await set(KEYS.goneOn, { files: left.length, visits }, store);
  return visits <= MOST_VISITS ? left : [];
}

/** Arrivals in the order of their clips. */
function inPlaceOrder(arrivals: readonly Arrival[], { clips }: Project): Arrival[] {
  const places = new Map(clips.map(({ assetId }, index) => [assetId, index]));
  const placeOf = ({ assetId }: Arrival) => places.get(assetId) ?? clips.length;
  return [...arrivals].sort((one, other) => placeOf(one) - placeOf(other));
}

function openProject(): OpenProject {
  return { opened: opened.peek(), history: history.peek() };
}

/** Ends what only the tab that edits may do. */
function stopEditing(): void {
  saveNothing();
  endTyping();
  batch(() => {
    dismissOffer();
    editedClipId.value = undefined;
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

/** Opens the sample as the first project. */
async function openSample(): Promise<void> {
  try {
    const first = beginHistory(await loadSample());
    show({ opened: { ...opened.peek(), origin: "sample" }, history: first });
  } catch (error) {
    const { noSample, noSampleHelp } = words.value.notices;
    reportProblems(`${withReason(noSample, error)} ${noSampleHelp}`);
  }
}

/** Moves the project's audio out of the old library. Returns false, and reports it, if that fails. */
async function moveAudio(saved: Project): Promise<boolean> {
  try {
    await moveIn(saved);
    return true;
  } catch (error) {
    reportFailure(words.value.notices.notMoved, error);
    return false;
  }
}
