/**
 * Secuencia, used as any page would. Its clips are in the library before the clock starts, as the peers' are in Blobs.
 */
import { exportClips, openLibrary } from "/secuencia/index.js";

/**
 * `options.repeat` repeats the row of clips, `options.toDisk` saves to a file, `options.isOneCall` takes no library,
 * and the rest goes to `exportAudio`.
 */
export async function prepare({ clips, clipSeconds, rate, bitRate, options }) {
  const { repeat = 1, toDisk = false, isOneCall = false, ...exporting } = options;
  if (isOneCall) {
    return async () => {
      const row = clips.map((content) => ({ content, duration: clipSeconds }));
      const { file, stats } = await exportClips(row, { audioRate: rate, bitRate });
      return { file, workers: stats.workers, peakWasmBytes: stats.peakWasmBytes };
    };
  }
  const library = await openLibrary();
  const assets = [];
  for (const clip of clips) assets.push(await library.addAsset(clip));
  const row = Array.from({ length: repeat }, () =>
    assets.map(({ id }) => ({ assetId: id, duration: clipSeconds })),
  ).flat();
  const destination = toDisk ? await newFile() : undefined;

  const run = async (more = {}) => {
    const timeline = await library.buildTimeline("Bench", row, { audioRate: rate });
    const saving = { ...exporting, ...(destination && { destination }), ...more };
    const { file = await destination.getFile(), stats } = await library.exportAudio(timeline.id, {
      bitRate,
      ...saving,
    });
    return { file, workers: stats.workers, peakWasmBytes: stats.peakWasmBytes };
  };
  /**
   * Resolves when the worker has finished with an export. The worker runs one job at a time, so a trivial one waits.
   */
  const released = () => library.planExport("none").catch(() => {});
  return Object.assign(run, { released });
}

/** Returns a file in the page's own folder. A picker needs a user, and returns the same kind of handle. */
async function newFile() {
  const folder = await navigator.storage.getDirectory();
  return folder.getFileHandle("bench.m4a", { create: true });
}
