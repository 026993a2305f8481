/**
 * Keeps the project in IndexedDB, in a database beside the library, so that the next visit finds it as it was.
 *
 * What is kept opens whole, whenever the browser is ended. A clip that is being added is kept once its audio is in the
 * library; a project that takes another's place is kept once all its audio is, and the one before it until then.
 *
 * No tab overwrites what it has not seen. Saves are numbered, and a save goes through only where no other tab has saved
 * under its number. A tab whose save does not go through is stale: it saves no more, and says so.
 */
import { computed, effect } from "@preact/signals";
import { del, promisifyRequest } from "idb-keyval";
import type { Project } from "../project/model.ts";
import { withoutOldFields } from "../project/old-fields.ts";
import { KEYS, store } from "./database.ts";
import { reportFailure } from "./failure.ts";
import { isOfSample } from "./sample.ts";
import { arriving, isIncoming, isStale, project } from "./state.ts";

/** What was still on its way in: a project, by its name, or files. */
export interface Unfinished {
  opening?: string;
  adding?: string[];
}

interface Snapshot {
  /** Left out where the one that is kept is to stay. */
  project?: Project;
  unfinished?: Unfinished;
}

/** The number of the last save that this tab has seen. */
let saves = 0;
/** What is kept, or about to be. */
let kept: Snapshot = {};

/** The project that was open last, and what had not come in when it was left. */
export async function loadProject(): Promise<{ saved: Project | undefined; unfinished: Unfinished | undefined }> {
  const [saved, number, unfinished] = await store("readonly", (documents) =>
    Promise.all([KEYS.project, KEYS.saves, KEYS.unfinished].map((key) => promisifyRequest(documents.get(key)))),
  );
  saves = (number as number | undefined) ?? 0;
  return { saved: saved && withoutOldFields(saved as Project), unfinished: unfinished as Unfinished | undefined };
}

/** Saves every change of the project from now on. `known` is what need not be saved: it is what was loaded. */
export function keepProjectSaved(known: Project | undefined): void {
  if (known) kept = { project: known };
  effect(() => void save(snapshots.value));
}

const awaited = computed(() => arriving.value?.ids);

/** What is to be kept. */
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
let isSaving = false;

/** One save at a time: the next one is right only if this one goes through. */
async function save(snapshot: Snapshot): Promise<void> {
  if (!snapshot.unfinished) isIncoming.value = false;
  const { project: changed = kept.project, unfinished } = snapshot;
  if (changed === kept.project && JSON.stringify(unfinished) === JSON.stringify(kept.unfinished)) return;
  kept = { ...(changed && { project: changed }), ...(unfinished && { unfinished }) };
  // What waits to be saved still does.
  wanted = { ...(wanted?.project && { project: wanted.project }), ...snapshot };
  if (!unfinished) delete wanted.unfinished;
  if (isSaving) return;
  isSaving = true;
  while (wanted && !isStale.peek()) {
    const next: Snapshot = wanted;
    wanted = undefined;
    try {
      await write(next);
    } catch (error) {
      // Another tab has saved under this number.
      if ((error as Error).name === "ConstraintError") isStale.value = true;
      else reportFailure("The project could not be saved", error);
    }
  }
  isSaving = false;
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
      // Refused, and everything with it, where it is there: nothing need be read before.
      documents.add(true, [KEYS.saves, saves + 1]);
    }
    if (unfinished) documents.put(unfinished, KEYS.unfinished);
    else documents.delete(KEYS.unfinished);
    // Without it the transaction waits for another turn of the page, which a reload would not give it.
    transaction.commit();
    return done;
  });
}

/** Lets go of what had not come in before this visit. */
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
