/** Secuencia, used as by any page. Clips are in its library before the clock starts, as the peers have their Blobs. */
import { openLibrary } from "/secuencia/index.js";

/** `options.repeat` plays all clips so many times; `options.toDisk` saves to a file; the rest goes to `exportAudio`. */
export async function prepare({ clips, clipSeconds, rate, bitRate, options }) {
  const { repeat = 1, toDisk = false, ...exporting } = options;
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
  /** Resolves once the worker has let go of an export: it does one thing after the other, and this asks for nothing. */
  const released = () => library.planExport("none").catch(() => {});
  return Object.assign(run, { released });
}

/** A file in the page's own folder: a picker cannot be answered without a user, and gives the same kind of handle. */
async function newFile() {
  const folder = await navigator.storage.getDirectory();
  return folder.getFileHandle("bench.m4a", { create: true });
}
