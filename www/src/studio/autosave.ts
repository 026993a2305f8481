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
import { createStore, del, get, promisifyRequest, set } from "idb-keyval";
import type { Project } from "../project/model.ts";
import { arriving, isIncoming, isStale, problems, project, SAMPLE } from "./state.ts";

/** Where each thing is kept. */
const PROJECT = "project";
const SAVES = "saves";
const UNFINISHED = "unfinished";
/** Since when nothing has used an asset or a picture, by their IDs. */
const UNUSED = "unused";
const MOVING = "moving";

const store = createStore("studio", "documents");

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
    Promise.all([PROJECT, SAVES, UNFINISHED].map((key) => promisifyRequest(documents.get(key)))),
  );
  saves = (number as number | undefined) ?? 0;
  return { saved: saved as Project | undefined, unfinished: unfinished as Unfinished | undefined };
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
  const coming = clips.filter(({ assetId }) => awaited.value?.has(assetId) && !assetId.startsWith(SAMPLE));
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
      const { name, message } = error as Error;
      // Another tab has saved under this number.
      if (name === "ConstraintError") isStale.value = true;
      else problems.value = [...problems.peek(), `The project could not be saved: ${message}`];
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
      documents.put(changed, PROJECT);
      documents.put(saves + 1, SAVES);
      // Refused, and everything with it, where it is there: nothing need be read before.
      documents.add(true, [SAVES, saves + 1]);
    }
    if (unfinished) documents.put(unfinished, UNFINISHED);
    else documents.delete(UNFINISHED);
    // Without it the transaction waits for another turn of the page, which a reload would not give it.
    transaction.commit();
    return done;
  });
}

/** Lets go of what had not come in before this visit. */
export async function forgetUnfinished(): Promise<void> {
  if (!kept.unfinished) await del(UNFINISHED, store);
}

/**
 * Notes which of what the library holds is used, and returns what has not been used for so long. Only for a tab that is
 * alone: what others use is not known here.
 */
export async function noteUse(held: string[], used: ReadonlySet<string>, days: number): Promise<string[]> {
  const now = Date.now();
  const before = (await get<Map<string, number>>(UNUSED, store)) ?? new Map<string, number>();
  const unused = new Map<string, number>();
  for (const id of held) {
    // A clock that was wrong must not make it older than it is.
    if (!used.has(id)) unused.set(id, Math.min(before.get(id) ?? now, now));
  }
  await store("readwrite", (documents) => {
    documents.put(unused, UNUSED);
    // The numbers of saves that nobody will try any more.
    documents.delete(IDBKeyRange.bound([SAVES], [SAVES, saves], false, true));
    return promisifyRequest(documents.transaction);
  });
  const longAgo = now - days * 24 * 60 * 60 * 1000;
  return [...unused].filter(([, since]) => since <= longAgo).map(([id]) => id);
}

/** What is being moved from one library to another: the IDs of assets and pictures. */
export async function loadMoving(): Promise<string[]> {
  return (await get<string[]>(MOVING, store)) ?? [];
}

export function noteMoving(ids: string[]): Promise<void> {
  return set(MOVING, ids, store);
}
