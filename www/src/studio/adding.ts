/**
 * The queue of audio to be added to the library, a file for each core at a time. A clip is listed at once, and gets its
 * length when its audio has been read. If a file cannot be read, its clips are removed, a notice names it, and the
 * queue continues. What waits is kept for the next visit (arrivals.ts).
 *
 * The page shows ten times a second how much has been read: each update costs as much as the list of clips is long.
 */
import { batch } from "@preact/signals";
import { type AddOptions, type Asset, type Progress, SecuenciaError, type Waveform } from "secuencia";
import type { Project } from "../project/model.ts";
import { words } from "../words/words.ts";
import { type Arrival, beginReading, giveUpArrivals, keepArrivals, releaseArrivals } from "./arrivals.ts";
import { reasonOf, reportFailure } from "./failure.ts";
import { forgetAudio } from "./history.ts";
import { library } from "./library.ts";
import { arriving, assets, neededContent, project, said, whenLeft } from "./state.ts";
import { measureStorage } from "./storage.ts";

/** The most files that are read at the same time, each by a worker. */
const READERS = Math.min(navigator.hardwareConcurrency || 1, 8);

/** The time between two updates of the page, in milliseconds. */
const TOLD_MS = 100;

/** The time between two drawings of the waveforms of what is being read, in milliseconds. They cost more. */
const DRAWN_MS = 500;

/** The page shows no time left before this, in milliseconds: it would jump. */
const UNSURE_MS = 2000;

let queue = Promise.resolve();

/** Ends when the user stops what is being added. */
let stopping = new AbortController();

/** When the queue began, in milliseconds. */
let begunAt = 0;

/** News that the page does not show yet: new assets, and the IDs of all files that are done. */
const fresh = new Map<string, Asset>();
const done = new Set<string>();

/** The IDs of the audio that the user may stop: all audio that cannot be fetched again. */
const stoppable = new Set<string>();

/** How much of each file that is being read is done, from 0 to 1, and its waveform so far. */
const parts = new Map<string, number>();
const waveforms = new Map<string, Waveform>();

/** Whether some of a project's audio is still being added. */
export function isComing({ clips }: Project): boolean {
  const coming = arriving.peek()?.ids;
  return coming !== undefined && clips.some(({ assetId }) => coming.has(assetId));
}

/** Resolves when all audio of a project has been read; rejects if the signal aborts before that. */
export async function allArrived(wanted: () => Project, signal: AbortSignal): Promise<void> {
  if (!isComing(wanted())) return;
  const aborted = new Promise((_, reject) =>
    signal.addEventListener("abort", () => reject(signal.reason), { once: true }),
  );
  while (isComing(wanted())) await Promise.race([queue, aborted]);
}

/** Queues audio. Each asset is added once, after those already in the queue. */
export function arrive(arrivals: Arrival[]): Promise<void> {
  const each = [...new Map(arrivals.map((arrival) => [arrival.assetId, arrival])).values()];
  const before = arriving.peek();
  if (!before) begunAt = performance.now();
  for (const { assetId, onLost } of each) if (!onLost) stoppable.add(assetId);
  arriving.value = {
    ...(before ?? { done: 0, name: "", part: 0, secondsLeft: undefined, waveforms: new Map() }),
    ids: new Set([...(before?.ids ?? []), ...each.map(({ assetId }) => assetId)]),
    total: (before?.total ?? 0) + each.length,
  };
  const { signal } = stopping;
  const trimming = { trimSilence: project.peek().trimSilence ?? false };
  queue = queue.then(async () => {
    const rest = each.values();
    const addRest = async () => {
      for (const arrival of rest) await addOne(arrival, trimming, signal);
    };
    await Promise.all(Array.from({ length: READERS }, addRest));
    releaseArrivals(each.map(({ assetId }) => assetId));
    tellNow();
    if (arriving.value?.ids.size === 0) await finish();
  });
  keepArrivals(each);
  return queue;
}

/** Whether some of what is being added can be stopped. */
export function canStop(): boolean {
  return [...(arriving.value?.ids ?? [])].some((id) => stoppable.has(id));
}

// The audio of a project that is left is still added. The next project cannot stop it.
whenLeft(() => {
  stoppable.clear();
  stopping = new AbortController();
});

/** Takes out what has not been read yet. Audio that has been read stays. */
export function stopAdding(): void {
  tellNow();
  const ids = [...(arriving.peek()?.ids ?? [])].filter((id) => stoppable.has(id));
  stopping.abort();
  stopping = new AbortController();
  forgetAudio(new Set(ids));
  said.value = words.value.adding.stopped;
}

async function addOne(arrival: Arrival, trimming: AddOptions, stopped: AbortSignal): Promise<void> {
  const { assetId, name, text, voice, known, onLost } = arrival;
  tell({ name });
  beginReading(assetId);
  const signal = onLost ? undefined : stopped;
  try {
    if (neededContent.value.has(assetId) && !signal?.aborted) {
      const content = await arrival.content();
      const details = { id: assetId, name, text, voice, ...(known?.trim && { trim: known.trim }) };
      const shelf = await library();
      const onProgress = ({ completed, waveform }: Progress) => {
        parts.set(assetId, completed / 100);
        if (waveform) waveforms.set(assetId, waveform);
        tell();
      };
      const options = { ...(!known && trimming), ...(signal && { signal }), onProgress };
      const add = () => shelf.addAsset(content, details, options);
      // The copies that are kept for the next visit may have taken the room.
      const asset = await add().catch(async (error) => {
        if (!isFull(error) || !(await giveUpArrivals())) throw error;
        return add();
      });
      releaseArrivals([assetId]);
      fresh.set(assetId, asset);
      if (asset.warning) reportFailure(words.value.adding.addedInPart(name), asset.warning);
    }
  } catch (error) {
    if (onLost) onLost(reasonOf(error));
    else if (!stopped.aborted)
      batch(() => {
        forgetAudio(new Set([assetId]));
        reportFailure(words.value.adding.failed(name), error);
      });
  }
  parts.delete(assetId);
  waveforms.delete(assetId);
  done.add(assetId);
  tell();
}

function isFull(error: unknown): boolean {
  return error instanceof SecuenciaError && error.code === "quota-exceeded";
}

async function finish(): Promise<void> {
  said.value = words.value.adding.added;
  arriving.value = undefined;
  stoppable.clear();
  await measureStorage();
}

let telling: ReturnType<typeof setTimeout> | undefined;
let newest = "";
let drawnAt = 0;

/** Updates the page soon. */
function tell({ name = newest }: { name?: string } = {}): void {
  newest = name;
  telling ??= setTimeout(tellNow, TOLD_MS);
}

/** Updates the page with all news. */
function tellNow(): void {
  clearTimeout(telling);
  telling = undefined;
  const before = arriving.peek();
  if (!before) return;
  const now = performance.now();
  const count = before.done + done.size;
  const part = (count + [...parts.values()].reduce((sum, one) => sum + one, 0)) / before.total;
  const elapsed = now - begunAt;
  const secondsLeft = elapsed > UNSURE_MS ? (elapsed * (1 - part)) / part / 1000 : undefined;
  const ids = new Set([...before.ids].filter((id) => !done.has(id)));
  const isDue = done.size > 0 || (waveforms.size > 0 && now - drawnAt > DRAWN_MS);
  // With the same object, nothing is drawn again.
  const heard = isDue ? new Map(waveforms) : before.waveforms;
  if (isDue) drawnAt = now;
  batch(() => {
    if (fresh.size > 0) assets.value = new Map([...assets.peek(), ...fresh]);
    arriving.value = { ...before, ids, done: count, name: newest, part, secondsLeft, waveforms: heard };
  });
  fresh.clear();
  done.clear();
}
