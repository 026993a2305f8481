/**
 * The engine in a thread of Node. It is the browsers' engine; contents arrive as plain data and become Blobs that can
 * be read at once. The build gives this module to the worker's script in place of `workers/engine.js`.
 */
import init, * as engine from "../workers/engine.js";
import type { LibrarySource } from "../workers/messages.js";
import { type PlainBlob, SyncBlob } from "./sync-blob.js";

export const { blame, Preview, watchReading } = engine;
export default init;

export const inspect: typeof engine.inspect = (assetId, content, ...rest) =>
  engine.inspect(assetId, readable(content), ...rest);

export const planTimeline: typeof engine.planTimeline = (source, ...rest) =>
  engine.planTimeline(opened(source), ...rest);

export const surveyTimeline: typeof engine.surveyTimeline = (source, ...rest) =>
  engine.surveyTimeline(opened(source), ...rest);

export const exportTimeline: typeof engine.exportTimeline = (source, ...rest) =>
  engine.exportTimeline(opened(source), ...rest);

export const Assistant = {
  prepare: (source: LibrarySource, timelineId: string) => engine.Assistant.prepare(opened(source), timelineId),
};

/** Does nothing: a program exports at once, so a rehearsal would come too late. */
export const rehearse: typeof engine.rehearse = async () => {};

/** Returns a library's records with Blobs as contents. The given ones stay as they are: helpers get them too. */
function opened(source: LibrarySource): LibrarySource {
  if ("database" in source) return source;
  const contents = new Map([...source.contents].map(([id, content]) => [id, readable(content)]));
  return { ...source, contents };
}

/** Returns the Blob of a content that `threads.ts` made plain. */
function readable(content: unknown): SyncBlob {
  return SyncBlob.fromPlain(content as PlainBlob);
}
