/**
 * Saves the open project and its history in the studio's database after every change, so that the next visit continues
 * with them. Of the history, only the steps that have changed are written, together with the project that they lead to.
 * The shelf, which has all other projects, is written here too, so that all of it agrees.
 *
 * Everything that is saved is complete at any moment, even if the browser is killed. To open another project is one
 * transaction: the open one is put on the shelf as the other takes its place. The saved project names the audio that is
 * still being added; unfinished.ts has what the next visit does about it.
 *
 * The database takes a moment, and a page that is left has none. The last change then goes into the browser's storage
 * of texts, which is written at once, and the next visit adds it as a step.
 *
 * A tab never overwrites changes that it has not seen. Only the tab that edits saves (turns.ts). Saves are numbered
 * too, and a save fails if another tab has already used its number, as an earlier version of the page may. This tab
 * then shows what the other saved.
 *
 * If a save fails, the page says why until one succeeds. It is tried again with the next change, or after a while.
 */
import { computed, effect } from "@preact/signals";
import { delMany, promisifyRequest } from "idb-keyval";
import { withoutOldFields } from "secuencia/project.js";
import { currentStep, type History, withStep } from "../project/history.ts";
import { type Bookmark, bookmarkOf, historyFrom, logChange, type StepRecord } from "../project/history-log.ts";
import type { Project } from "../project/model.ts";
import type { Shelved } from "../project/shelf.ts";
import { words } from "../words/words.ts";
import { KEYS, store } from "./database.ts";
import { reasonOf } from "./failure.ts";
import { isOfSample } from "./sample.ts";
import { changeInMemory, changeRecords, type ShelfChange } from "./shelf-records.ts";
import { arriving, history, isViewing, type Opened, opened, saveFault } from "./state.ts";
import { isInMemory } from "./storage.ts";

/** What the last visit saved. */
export interface Saved {
  project: OpenProject;
  /** The IDs of the audio that was still being added. */
  coming: readonly string[];
  /** The name of the project that an earlier version was still opening. */
  notOpened?: string | undefined;
}

/** The project that is open, or is to be. */
export interface OpenProject {
  opened: Opened;
  history: History;
}

/** What is saved of the open project. */
interface Snapshot extends OpenProject {
  coming: readonly string[];
}

/** The audio that was still being added, as it is stored. */
interface UnfinishedRecord {
  coming?: readonly string[];
  /** Of earlier versions: the name of the project that was being opened. */
  opening?: string;
}

/** The saved bookmark. It holds only for the save that it came with: a version without histories may save later. */
interface SavedBookmark extends Bookmark {
  save: number;
}

/** The last change of a page that was left before the database had it. It follows that save, or the one after it. */
interface Late {
  /** The project's ID. */
  id?: string;
  unfinished?: UnfinishedRecord;
  saves: number;
  label: string;
  project: Project;
}

/** Its key in the storage of texts. */
const LATE = "studio: late change";

/** The ID of a project that an earlier version saved, which had one alone. */
const FIRST_ID = "first";

/** The keys of all steps. */
const STEPS = IDBKeyRange.bound([KEYS.step], [KEYS.step, []]);

/** The longest wait for the database, in milliseconds. Opening one that no other tab blocks takes a few. */
const PATIENCE_MS = 8000;

/** The number of the last save that this tab has seen. */
let saves = 0;
/** The content that is saved, or about to be. */
let kept: Snapshot | undefined;
/** The project whose steps are stored. Undefined if that is not known. */
let stored: OpenProject | undefined;

/** Loads the last open project with its history. Undefined on a first visit. */
export async function loadSaved(): Promise<Saved | undefined> {
  const loading = store("readonly", (documents) => {
    const names = [KEYS.project, KEYS.open, KEYS.saves, KEYS.unfinished, KEYS.bookmark];
    const single = names.map((key) => documents.get(key));
    return Promise.all([...single, documents.getAll(STEPS)].map((request) => promisifyRequest(request)));
  });
  const { heldByTab } = words.value.reasons;
  const late = new Promise<never>((_, reject) => setTimeout(reject, PATIENCE_MS, new Error(heldByTab)));
  const [saved, open, number, unfinished, bookmark, steps] = await Promise.race([loading, late]);
  saves = (number as number | undefined) ?? 0;
  stored = saved && openProjectOf(saved as Project, open as Opened, bookmark as SavedBookmark, steps as StepRecord[]);
  if (!stored) return undefined;
  const { coming = [], opening: notOpened } = (unfinished as UnfinishedRecord | undefined) ?? {};
  const last = lateChange(stored.opened);
  if (!last) return { project: stored, coming: notOpened === undefined ? coming : [], notOpened };
  const step = { label: last.label, project: withoutOldFields(last.project) };
  const { id, changedAt } = stored.opened;
  const project = { opened: { id, changedAt }, history: withStep(stored.history, step) };
  return { project, coming: last.unfinished?.coming ?? [] };
}

function openProjectOf(
  saved: Project,
  open: Opened | undefined,
  bookmark: SavedBookmark | undefined,
  steps: StepRecord[],
): OpenProject {
  const project = withoutOldFields(saved);
  const isMarked = bookmark?.save === saves;
  const { id, changedAt, origin } = open ?? { id: FIRST_ID, changedAt: Date.now(), origin: originOf(project) };
  // Another version may have changed it since.
  const isAsBegun = isMarked && bookmark.first === 0 && steps.length === 0;
  return {
    opened: { id, changedAt, ...(isAsBegun && origin && { origin }) },
    history: historyFrom(project, isMarked ? bookmark : undefined, steps),
  };
}

/** What a project began as that an earlier version saved, if it is as it began. */
function originOf({ clips }: Project): Opened["origin"] {
  if (clips.length === 0) return "empty";
  return clips.every(({ assetId }) => isOfSample(assetId)) ? "sample" : undefined;
}

/** Finds the change that followed what is saved, if a page was left before it was saved. */
function lateChange({ id }: Opened): Late | undefined {
  try {
    const late = JSON.parse(localStorage.getItem(LATE) ?? "null") as Late | null;
    // The save that was under way may have succeeded after all.
    return late && (late.id ?? id) === id && [late.saves, late.saves + 1].includes(saves) ? late : undefined;
  } catch {
    return undefined;
  }
}

/** Keeps a change that the database does not have yet: the page is being left. */
function keepLateChange(): void {
  const late = wanted ?? underWay;
  if (!late) return;
  const { label, project } = currentStep(late.history);
  const change: Late = { saves, id: late.opened.id, label, project, unfinished: { coming: late.coming } };
  try {
    localStorage.setItem(LATE, JSON.stringify(change));
  } catch {
    // It is too large, or such storage is forbidden. The save that is under way may still succeed.
  }
}

/**
 * Saves every change from now on. `known` is the project as it was loaded, if it need not be saved. `onSaved` is called
 * after each save, and `onOvertaken` if another tab has saved meanwhile.
 */
export function keepSaved(
  known: OpenProject | undefined,
  onSaved: () => void = () => {},
  onOvertaken: () => void = () => {},
): void {
  // The loaded history may have one change more than the saved one. That change is saved now.
  if (known) kept = { ...(stored ?? known), coming: [] };
  [tellSaved, tellOvertaken] = [onSaved, onOvertaken];
  effect(() => save(snapshots.value));
  addEventListener("pagehide", keepLateChange);
}

let tellSaved = () => {};
let tellOvertaken = () => {};

/** The content that should be saved. */
const snapshots = computed((): Snapshot => {
  const coming = [...(arriving.value?.ids ?? [])].filter((id) => !isOfSample(id));
  return { opened: opened.value, history: history.value, coming };
});

let wanted: Snapshot | undefined;
/** The snapshot that is being written. */
let underWay: Snapshot | undefined;
let nextTry: ReturnType<typeof setTimeout> | undefined;

/** The time until a save that failed is tried again, in milliseconds. */
const TRY_AGAIN_MS = 2000;

function save(snapshot: Snapshot): void {
  if (snapshot.history === kept?.history && String(snapshot.coming) === String(kept.coming)) return;
  kept = snapshot;
  // Another tab has saved it.
  if (isViewing.peek()) return;
  wanted = snapshot;
  void inTurn(saveWanted);
}

/** Ends when everything has been written, or could not be. */
let writing: Promise<unknown> = Promise.resolve();

/** Writes one thing after the other: the number of a save is right only if the save before it succeeded. */
function inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
  const turn = writing.then(work);
  writing = turn.catch(() => {});
  return turn;
}

/** Resolves once everything is saved, or could not be. */
export async function allSaved(): Promise<void> {
  await writing;
}

async function saveWanted(): Promise<void> {
  clearTimeout(nextTry);
  if (!wanted) return;
  underWay = wanted;
  wanted = undefined;
  try {
    await write(underWay);
    localStorage.removeItem(LATE);
    saveFault.value = undefined;
    tellSaved();
  } catch (error) {
    if (isOvertaken(error)) tellOvertaken();
    else {
      saveFault.value = reasonOf(error);
      wanted ??= underWay;
      nextTry = setTimeout(() => void inTurn(saveWanted), TRY_AGAIN_MS);
    }
  }
  underWay = undefined;
}

/** Whether another tab has saved under this number. */
function isOvertaken(error: unknown): boolean {
  return (error as Error).name === "ConstraintError";
}

/** Saves everything although it has not changed: what was saved is gone. */
export function saveAgain(): void {
  kept = undefined;
  stored = undefined;
  save(snapshots.peek());
}

/** Forgets what waits to be saved: another tab edits the project now. */
export function saveNothing(): void {
  clearTimeout(nextTry);
  wanted = undefined;
  saveFault.value = undefined;
}

/** Another project, which takes the place of the open one. */
export interface Replacement {
  next: OpenProject;
  /** The former project as the shelf is to have it, at the time of the call. Undefined if it need not be kept. */
  shelve: () => Shelved | undefined;
  /** Shows the next one. Called as soon as both are saved. */
  show: () => void;
}

/**
 * Saves another project in place of the open one, and takes it off the shelf if it is there. If that fails, nothing
 * changes. Resolves with false if another tab edits now.
 */
export function replaceOpen({ next, shelve, show }: Replacement): Promise<boolean> {
  return inTurn(async () => {
    if (isViewing.peek()) return false;
    underWay = snapshots.peek();
    const { history: before, coming } = underWay;
    const shelfChange = () => ({ put: [shelve() ?? []].flat(), remove: [next.opened.id] });
    try {
      if (!(await isWritten({ ...next, coming }, shelfChange()))) return false;
    } finally {
      underWay = undefined;
    }
    // The former project may have been edited meanwhile.
    if (history.peek() !== before) await isWritten(undefined, shelfChange()).catch(() => {});
    kept = { ...next, coming };
    wanted = undefined;
    saveFault.value = undefined;
    show();
    tellSaved();
    return true;
  });
}

/** Changes the shelf. If that fails, nothing changes. Resolves with false if another tab edits now. */
export function changeShelf(change: ShelfChange): Promise<boolean> {
  return inTurn(async () => {
    if (isViewing.peek() || !(await isWritten(undefined, change))) return false;
    tellSaved();
    return true;
  });
}

/** Writes as `write` does. Resolves with false if another tab has saved meanwhile. */
async function isWritten(snapshot: Snapshot | undefined, change: ShelfChange): Promise<boolean> {
  try {
    await write(snapshot, change);
    return true;
  } catch (error) {
    if (!isOvertaken(error)) throw error;
    tellOvertaken();
    return false;
  }
}

/** Writes a snapshot, a change of the shelf, or both, in one transaction. */
async function write(snapshot: Snapshot | undefined, change: ShelfChange = {}): Promise<void> {
  if (isInMemory.peek()) return changeInMemory(change);
  const open = snapshot ?? stored;
  await store("readwrite", (documents) => {
    const { transaction } = documents;
    const done = new Promise<void>((resolve, reject) => {
      transaction.oncomplete = () => {
        saves += 1;
        if (snapshot) stored = snapshot;
        resolve();
      };
      transaction.onabort = () => reject(transaction.error ?? new Error(words.value.reasons.noneGiven));
    });
    if (snapshot) {
      documents.put(currentStep(snapshot.history).project, KEYS.project);
      documents.put(snapshot.opened, KEYS.open);
      putSteps(documents, snapshot);
      if (snapshot.coming.length > 0) documents.put({ coming: snapshot.coming }, KEYS.unfinished);
      else documents.delete(KEYS.unfinished);
    }
    // It holds only for its save.
    if (open) documents.put({ ...bookmarkOf(open.history), save: saves + 1 }, KEYS.bookmark);
    changeRecords(documents, change);
    documents.put(saves + 1, KEYS.saves);
    // If the number exists, this fails, and the whole transaction with it. So nothing has to be read before.
    documents.add(true, [KEYS.saves, saves + 1]);
    // Without this, the transaction would wait for the next task of the page, which never comes during a reload.
    transaction.commit();
    return done;
  });
}

function putSteps(documents: IDBObjectStore, { opened: { id }, history: changed }: OpenProject): void {
  const known = stored?.opened.id === id ? stored.history : undefined;
  if (!known) documents.delete(STEPS);
  const { written, deleted } = logChange(known, changed);
  for (const number of deleted) documents.delete([KEYS.step, number]);
  for (const step of written) documents.put(step, [KEYS.step, step.number]);
}

/** Forgets what was still being added at the end of the last visit. */
export async function forgetUnfinished(): Promise<void> {
  const isUnfinished = (kept?.coming.length ?? 0) > 0;
  await delMany(isUnfinished ? [KEYS.incoming] : [KEYS.incoming, KEYS.unfinished], store);
}

/** Deletes the numbers of earlier saves, under which no tab will save again. Only a tab that is alone may do so. */
export function forgetOldSaves(): Promise<void> {
  return store("readwrite", (documents) => {
    documents.delete(IDBKeyRange.bound([KEYS.saves], [KEYS.saves, saves], false, true));
    return promisifyRequest(documents.transaction);
  });
}
