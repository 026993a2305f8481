/**
 * Saves the project in the studio's database after every change, so that the next visit continues with it.
 *
 * The saved project is complete at any moment, even if the browser is killed. A new clip is saved once its audio is in
 * the library. A project that replaces another is saved once all its audio is there; until then, the old one stays.
 *
 * A tab never overwrites changes that it has not seen. Only the tab that edits saves (turns.ts). Saves are numbered
 * too, and a save fails if another tab has already used its number, as an earlier version of the page may. This tab
 * then shows what the other saved.
 *
 * If a save fails, the page says why until one succeeds. It is tried again with the next change, or after a while.
 */
import { computed, effect } from "@preact/signals";
import { del, promisifyRequest } from "idb-keyval";
import { withoutOldFields } from "secuencia/project.js";
import type { Project } from "../project/model.ts";
import { KEYS, store } from "./database.ts";
import { reasonOf } from "./failure.ts";
import { isOfSample } from "./sample.ts";
import { arriving, isIncoming, isViewing, project, saveFault } from "./state.ts";

/** Work that was under way: the name of a project that was being opened, or of files that were being added. */
export interface Unfinished {
  opening?: string;
  adding?: string[];
}

interface Snapshot {
  /** Left out if the saved project stays. */
  project?: Project;
  unfinished?: Unfinished;
}

/** The longest wait for the database, in milliseconds. Opening one that no other tab blocks takes a few. */
const PATIENCE_MS = 8000;

/** The number of the last save that this tab has seen. */
let saves = 0;
/** The content that is saved, or about to be. */
let kept: Snapshot = {};

/** Loads the last open project, and what was still being added when the page was closed. */
export async function loadProject(): Promise<{ saved: Project | undefined; unfinished: Unfinished | undefined }> {
  const loading = store("readonly", (documents) =>
    Promise.all([KEYS.project, KEYS.saves, KEYS.unfinished].map((key) => promisifyRequest(documents.get(key)))),
  );
  const held = "another tab holds it and does not close it. Close or reload that tab, then reload this one";
  const late = new Promise<never>((_, reject) => setTimeout(reject, PATIENCE_MS, new Error(held)));
  const [saved, number, unfinished] = await Promise.race([loading, late]);
  saves = (number as number | undefined) ?? 0;
  return { saved: saved && withoutOldFields(saved as Project), unfinished: unfinished as Unfinished | undefined };
}

/**
 * Saves every change of the project from now on. `known` is the project as it was loaded, if it need not be saved.
 * `onSaved` is called after each save, and `onOvertaken` if another tab has saved meanwhile.
 */
export function keepProjectSaved(
  known: Project | undefined,
  onSaved: () => void = () => {},
  onOvertaken: () => void = () => {},
): void {
  if (known) kept = { project: known };
  [tellSaved, tellOvertaken] = [onSaved, onOvertaken];
  effect(() => save(snapshots.value));
}

let tellSaved = () => {};
let tellOvertaken = () => {};

const awaited = computed(() => arriving.value?.ids);

/** The content that should be saved. */
const snapshots = computed((): Snapshot => {
  const { clips, name } = project.value;
  const coming = clips.filter(({ assetId }) => awaited.value?.has(assetId) && !isOfSample(assetId));
  if (coming.length === 0) return { project: project.value };
  if (isIncoming.value) return { unfinished: { opening: name } };
  const adding = [...new Set(coming.map((clip) => clip.name))];
  return {
    project: { ...project.value, clips: clips.filter((clip) => !coming.includes(clip)) },
    unfinished: { adding },
  };
});

let wanted: Snapshot | undefined;
let saving: Promise<void> | undefined;
let nextTry: ReturnType<typeof setTimeout> | undefined;

/** The time until a save that failed is tried again, in milliseconds. */
const TRY_AGAIN_MS = 2000;

function save(snapshot: Snapshot): void {
  if (!snapshot.unfinished) isIncoming.value = false;
  const { project: changed = kept.project, unfinished } = snapshot;
  if (changed === kept.project && JSON.stringify(unfinished) === JSON.stringify(kept.unfinished)) return;
  kept = { ...(changed && { project: changed }), ...(unfinished && { unfinished }) };
  // Another tab has saved it.
  if (isViewing.peek()) return;
  wanted = over(wanted, snapshot);
  saving ??= saveWanted();
}

/** A snapshot that replaces one before it. A project that still waits to be saved must not get lost. */
function over(before: Snapshot | undefined, { project: changed = before?.project, unfinished }: Snapshot): Snapshot {
  return { ...(changed && { project: changed }), ...(unfinished && { unfinished }) };
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
    try {
      await write(next);
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
  saving = undefined;
}

/** Saves the project although it has not changed: what was saved is gone. */
export function saveAgain(): void {
  kept = {};
  save(snapshots.peek());
}

/** Forgets what waits to be saved: another tab edits the project now. */
export function saveNothing(): void {
  clearTimeout(nextTry);
  wanted = undefined;
  saveFault.value = undefined;
}

function write({ project: changed, unfinished }: Snapshot): Promise<void> {
  return store("readwrite", (documents) => {
    const { transaction } = documents;
    const done = new Promise<void>((resolve, reject) => {
      transaction.oncomplete = () => {
        if (changed) saves += 1;
        resolve();
      };
      transaction.onabort = () => reject(transaction.error ?? new Error("the browser gave no reason"));
    });
    if (changed) {
      documents.put(changed, KEYS.project);
      documents.put(saves + 1, KEYS.saves);
      // If the number exists, this fails, and the whole transaction with it. So nothing has to be read before.
      documents.add(true, [KEYS.saves, saves + 1]);
    }
    if (unfinished) documents.put(unfinished, KEYS.unfinished);
    else documents.delete(KEYS.unfinished);
    // Without this, the transaction would wait for the next task of the page, which never comes during a reload.
    transaction.commit();
    return done;
  });
}

/** Forgets what was still being added at the end of the last visit. */
export async function forgetUnfinished(): Promise<void> {
  if (!kept.unfinished) await del(KEYS.unfinished, store);
}

/** Deletes the numbers of earlier saves, under which no tab will save again. Only a tab that is alone may do so. */
export function forgetOldSaves(): Promise<void> {
  return store("readwrite", (documents) => {
    documents.delete(IDBKeyRange.bound([KEYS.saves], [KEYS.saves, saves], false, true));
    return promisifyRequest(documents.transaction);
  });
}
