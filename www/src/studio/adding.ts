/**
 * The queue of audio to be added to the library, a file for each core at a time. A clip is listed at once, and gets its
 * length when its audio has been read. If a file cannot be read, its clips are removed, a notice names it, and the
 * queue continues. What waits is kept for the next visit (arrivals.ts).
 */
import { batch } from "@preact/signals";
import { type AddOptions, SecuenciaError } from "secuencia";
import { type Arrival, giveUpArrivals, keepArrivals, releaseArrivals } from "./arrivals.ts";
import { reasonOf, reportFailure } from "./failure.ts";
import { forgetAudio } from "./history.ts";
import { library } from "./library.ts";
import { arriving, assets, neededContent, project, said } from "./state.ts";
import { measureStorage } from "./storage.ts";

/** The most files that are read at the same time, each by a worker. */
const READERS = Math.min(navigator.hardwareConcurrency || 1, 8);

let queue = Promise.resolve();

/** Resolves when all queued audio has been read; rejects if the signal aborts before that. */
export async function allArrived(signal: AbortSignal): Promise<void> {
  const aborted = new Promise((_, reject) =>
    signal.addEventListener("abort", () => reject(signal.reason), { once: true }),
  );
  for (let last: Promise<void> | undefined; last !== queue; ) {
    last = queue;
    await Promise.race([last, aborted]);
  }
}

/** Queues audio. Each asset is added once, after those already in the queue. */
export function arrive(arrivals: Arrival[]): Promise<void> {
  const each = [...new Map(arrivals.map((arrival) => [arrival.assetId, arrival])).values()];
  const { ids = [], done = 0, total = 0, name = "" } = arriving.value ?? {};
  const awaited = new Set([...ids, ...each.map(({ assetId }) => assetId)]);
  arriving.value = { ids: awaited, done, total: total + each.length, name };
  queue = queue.then(async () => {
    const rest = each.values();
    const addRest = async () => {
      for (const arrival of rest) await addOne(arrival);
    };
    await Promise.all(Array.from({ length: READERS }, addRest));
    releaseArrivals(each.map(({ assetId }) => assetId));
    if (arriving.value?.ids.size === 0) await finish();
  });
  keepArrivals(each);
  return queue;
}

async function addOne(arrival: Arrival): Promise<void> {
  const { assetId, name, text, voice, known, onLost } = arrival;
  change({ name });
  try {
    if (neededContent.value.has(assetId)) {
      const content = await arrival.content();
      const details = { id: assetId, name, text, voice, ...(known?.trim && { trim: known.trim }) };
      const shelf = await library();
      const add = () => shelf.addAsset(content, details, known ? {} : trimming());
      // The copies that are kept for the next visit may have taken the room.
      const asset = await add().catch(async (error) => {
        if (!isFull(error) || !(await giveUpArrivals())) throw error;
        return add();
      });
      releaseArrivals([assetId]);
      assets.value = new Map(assets.value).set(assetId, asset);
      if (asset.warning) reportFailure(`${name} was added, but part of it could not be read`, asset.warning);
    }
  } catch (error) {
    if (onLost) onLost(reasonOf(error));
    else
      batch(() => {
        forgetAudio(new Set([assetId]));
        reportFailure(`${name} could not be added`, error);
      });
  }
  const ids = new Set(arriving.value?.ids);
  ids.delete(assetId);
  change({ ids, done: (arriving.value?.done ?? 0) + 1 });
}

function isFull(error: unknown): boolean {
  return error instanceof SecuenciaError && error.code === "quota-exceeded";
}

function trimming(): AddOptions {
  return { trimSilence: project.value.trimSilence ?? false };
}

async function finish(): Promise<void> {
  said.value = "All audio has been added.";
  arriving.value = undefined;
  await measureStorage();
}

function change(news: Partial<NonNullable<typeof arriving.value>>): void {
  if (arriving.value) arriving.value = { ...arriving.value, ...news };
}
