/**
 * Saves the project and its history in the studio's database after every change, so that the next visit continues with
 * them. Of the history, only the steps that have changed are written, together with the project that they lead to.
 *
 * The saved project is complete at any moment, even if the browser is killed. It names the audio that is still being
 * added. A project that replaces another is saved once all its audio is there; until then, the old one stays, and the
 * steps to the new one are beside it. unfinished.ts has what the next visit does about both.
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
import { currentStep, type History, type Step, withStep } from "../project/history.ts";
import { type Bookmark, bookmarkOf, historyFrom, logChange, type StepRecord } from "../project/history-log.ts";
import type { Project } from "../project/model.ts";
import { KEYS, store } from "./database.ts";
import { reasonOf } from "./failure.ts";
import { isOfSample } from "./sample.ts";
import { arriving, history, isIncoming, isViewing, project, saveFault } from "./state.ts";
import type { Unfinished } from "./unfinished.ts";

/** What the last visit saved. */
export interface Saved {
  /** Undefined on a first visit. */
  history: History | undefined;
  unfinished: Unfinished | undefined;
}

interface Snapshot {
  /** Left out if the saved one stays. */
  history?: History;
  unfinished?: Unfinished;
}

/** Unfinished work as it is stored. The steps have a record of their own, which seldom changes. */
interface UnfinishedRecord extends Pick<Unfinished, "coming"> {
  /** The name of the project that was being opened. */
  opening?: string;
}

/** The saved bookmark. It holds only for the save that it came with: a version without histories may save later. */
interface SavedBookmark extends Bookmark {
  save: number;
}

/** The last change of a page that was left before the database had it. It follows that save, or the one after it. */
interface Late {
  unfinished?: UnfinishedRecord;
  saves: number;
  label: string;
  project: Project;
}

/** Its key in the storage of texts. */
const LATE = "studio: late change";

/** The keys of all steps. */
const STEPS = IDBKeyRange.bound([KEYS.step], [KEYS.step, []]);

/** The longest wait for the database, in milliseconds. Opening one that no other tab blocks takes a few. */
const PATIENCE_MS = 8000;

/** The number of the last save that this tab has seen. */
let saves = 0;
/** The content that is saved, or about to be. */
let kept: Snapshot = {};
/** The history whose steps are stored. Undefined if that is not known. */
let stored: History | undefined;

/** Loads the last open project with its history, and what was still being added when the page was closed. */
export async function loadSaved(): Promise<Saved> {
  const loading = store("readonly", (documents) => {
    const names = [KEYS.project, KEYS.saves, KEYS.unfinished, KEYS.incoming, KEYS.bookmark];
    const single = names.map((key) => documents.get(key));
    return Promise.all([...single, documents.getAll(STEPS)].map((request) => promisifyRequest(request)));
  });
  const held = "another tab holds it and does not close it. Close or reload that tab, then reload this one";
  const late = new Promise<never>((_, reject) => setTimeout(reject, PATIENCE_MS, new Error(held)));
  const [saved, number, unfinished, incoming, bookmark, steps] = await Promise.race([loading, late]);
  saves = (number as number | undefined) ?? 0;
  stored = saved && historyOf(saved as Project, bookmark as SavedBookmark | undefined, steps as StepRecord[]);
  const last = stored && lateChange();
  if (!stored || !last) {
    return { history: stored, unfinished: unfinishedOf(unfinished as UnfinishedRecord, incoming as Incoming) };
  }
  const step = { label: last.label, project: withoutOldFields(last.project) };
  return { history: withStep(stored, step), unfinished: unfinishedOf(last.unfinished) };
}

type Incoming = readonly Step[] | undefined;

function unfinishedOf(record: UnfinishedRecord | undefined, steps: Incoming = []): Unfinished | undefined {
  if (!record) return undefined;
  const { coming = [], opening: name } = record;
  return { coming, ...(name !== undefined && { opening: { name, steps } }) };
}

function recordOf({ coming, opening }: Unfinished): UnfinishedRecord {
  return { coming, ...(opening && { opening: opening.name }) };
}

/** Finds the change that followed what is saved, if a page was left before it was saved. */
function lateChange(): Late | undefined {
  try {
    const late = JSON.parse(localStorage.getItem(LATE) ?? "null") as Late | null;
    // The save that was under way may have succeeded after all.
    return late && [late.saves, late.saves + 1].includes(saves) ? late : undefined;
  } catch {
    return undefined;
  }
}

/** Keeps a change that the database does not have yet: the page is being left. */
function keepLateChange(): void {
  const { history: changed, unfinished } = wanted ? over(underWay, wanted) : (underWay ?? {});
  if (!changed) return;
  const { label, project: late } = currentStep(changed);
  const change: Late = { saves, label, project: late, ...(unfinished && { unfinished: recordOf(unfinished) }) };
  try {
    localStorage.setItem(LATE, JSON.stringify(change));
  } catch {
    // It is too large, or such storage is forbidden. The save that is under way may still succeed.
  }
}

function historyOf(saved: Project, bookmark: SavedBookmark | undefined, steps: StepRecord[]): History {
  return historyFrom(withoutOldFields(saved), bookmark?.save === saves ? bookmark : undefined, steps);
}

/**
 * Saves every change from now on. `known` is the history as it was loaded, if it need not be saved. `onSaved` is called
 * after each save, and `onOvertaken` if another tab has saved meanwhile.
 */
export function keepSaved(
  known: History | undefined,
  onSaved: () => void = () => {},
  onOvertaken: () => void = () => {},
): void {
  // The loaded history may have one change more than the saved one. That change is saved now.
  if (known) kept = { history: stored ?? known };
  [tellSaved, tellOvertaken] = [onSaved, onOvertaken];
  effect(() => save(snapshots.value));
  addEventListener("pagehide", keepLateChange);
}

let tellSaved = () => {};
let tellOvertaken = () => {};

/** The content that should be saved. */
const snapshots = computed((): Snapshot => {
  const coming = [...(arriving.value?.ids ?? [])].filter((id) => !isOfSample(id));
  if (coming.length === 0) return { history: history.value };
  const awaited = new Set(coming);
  if (isIncoming.value && project.value.clips.some(({ assetId }) => awaited.has(assetId))) {
    return { unfinished: { coming, opening: opening.value } };
  }
  return { history: history.value, unfinished: { coming } };
});

/** The project that is being opened. The saved one stays meanwhile, so the steps to this one are those it has not. */
const opening = computed((): NonNullable<Unfinished["opening"]> => {
  const before = new Set(kept.history?.steps);
  return { name: project.value.name, steps: history.value.steps.filter((step) => !before.has(step)) };
});

let wanted: Snapshot | undefined;
/** The snapshot that is being written. */
let underWay: Snapshot | undefined;
let saving: Promise<void> | undefined;
let nextTry: ReturnType<typeof setTimeout> | undefined;

/** The time until a save that failed is tried again, in milliseconds. */
const TRY_AGAIN_MS = 2000;

function save(snapshot: Snapshot): void {
  if (!snapshot.unfinished?.opening) isIncoming.value = false;
  const { history: changed = kept.history, unfinished } = snapshot;
  if (changed === kept.history && isSameWork(unfinished, kept.unfinished)) return;
  kept = { ...(changed && { history: changed }), ...(unfinished && { unfinished }) };
  // Another tab has saved it.
  if (isViewing.peek()) return;
  wanted = over(wanted, snapshot);
  saving ??= saveWanted();
}

function isSameWork(one: Unfinished | undefined, other: Unfinished | undefined): boolean {
  return one?.opening === other?.opening && String(one?.coming) === String(other?.coming);
}

/** A snapshot that replaces one before it. A history that still waits to be saved must not get lost. */
function over(before: Snapshot | undefined, { history: changed = before?.history, unfinished }: Snapshot): Snapshot {
  return { ...(changed && { history: changed }), ...(unfinished && { unfinished }) };
}

/** Resolves once everything is saved, or could not be. */
export async function allSaved(): Promise<void> {
  await saving;
}

/** Saves one snapshot at a time: the number of a save is right only if the save before it succeeded. */
async function saveWanted(): Promise<void> {
  clearTimeout(nextTry);
  while (wanted) {
    const next: Snapshot = wanted;
    wanted = undefined;
    underWay = next;
    try {
      await write(next);
      if (next.history) localStorage.removeItem(LATE);
      saveFault.value = undefined;
      tellSaved();
    } catch (error) {
      // Another tab has saved under this number.
      if ((error as Error).name === "ConstraintError") tellOvertaken();
      else {
        saveFault.value = reasonOf(error);
        wanted = over(next, wanted ?? next);
        nextTry = setTimeout(() => {
          if (wanted) saving ??= saveWanted();
        }, TRY_AGAIN_MS);
      }
      break;
    }
  }
  underWay = undefined;
  saving = undefined;
}

/** Saves everything although it has not changed: what was saved is gone. */
export function saveAgain(): void {
  kept = {};
  stored = undefined;
  save(snapshots.peek());
}

/** Forgets what waits to be saved: another tab edits the project now. */
export function saveNothing(): void {
  clearTimeout(nextTry);
  wanted = undefined;
  saveFault.value = undefined;
}

/** The stored steps to the project that is being opened. */
let storedSteps: NonNullable<Unfinished["opening"]>["steps"] | undefined;

function write({ history: changed, unfinished }: Snapshot): Promise<void> {
  return store("readwrite", (documents) => {
    const { transaction } = documents;
    const steps = unfinished?.opening?.steps;
    const done = new Promise<void>((resolve, reject) => {
      transaction.oncomplete = () => {
        if (changed) {
          saves += 1;
          stored = changed;
        }
        storedSteps = steps;
        resolve();
      };
      transaction.onabort = () => reject(transaction.error ?? new Error("the browser gave no reason"));
    });
    if (changed) {
      documents.put(currentStep(changed).project, KEYS.project);
      documents.put(saves + 1, KEYS.saves);
      putSteps(documents, changed);
      // If the number exists, this fails, and the whole transaction with it. So nothing has to be read before.
      documents.add(true, [KEYS.saves, saves + 1]);
    }
    if (unfinished) documents.put(recordOf(unfinished), KEYS.unfinished);
    else documents.delete(KEYS.unfinished);
    if (!steps) documents.delete(KEYS.incoming);
    else if (steps !== storedSteps) documents.put(steps, KEYS.incoming);
    // Without this, the transaction would wait for the next task of the page, which never comes during a reload.
    transaction.commit();
    return done;
  });
}

function putSteps(documents: IDBObjectStore, changed: History): void {
  if (!stored) documents.delete(STEPS);
  const { written, deleted } = logChange(stored, changed);
  for (const number of deleted) documents.delete([KEYS.step, number]);
  for (const step of written) documents.put(step, [KEYS.step, step.number]);
  documents.put({ ...bookmarkOf(changed), save: saves + 1 }, KEYS.bookmark);
}

/** Forgets what was still being added at the end of the last visit. */
export async function forgetUnfinished(): Promise<void> {
  if (!kept.unfinished) await delMany([KEYS.unfinished, KEYS.incoming], store);
}

/** Deletes the numbers of earlier saves, under which no tab will save again. Only a tab that is alone may do so. */
export function forgetOldSaves(): Promise<void> {
  return store("readwrite", (documents) => {
    documents.delete(IDBKeyRange.bound([KEYS.saves], [KEYS.saves, saves], false, true));
    return promisifyRequest(documents.transaction);
  });
}
