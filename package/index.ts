/**
 * Exports a timeline of audio clips to one M4A file inside a web page. Everything begins with {@link openLibrary}.
 *
 * `openLibrary` loads `page_bg.wasm`; the first `addAsset` or `exportAudio` loads `worker.js` and `engine_bg.wasm`.
 * These files are beside this one, or where a bundler puts them. If they are not, all of them come from `inline.js`.
 *
 * @module secuencia
 */
export * from "./choices.js";
export type { ClipContent, FileContent } from "./contents.js";
export { discardIfEmpty } from "./destination.js";
export { type ClipFailure, type OtherFailure, type RoomFailure, SecuenciaError } from "./errors.js";
export {
  type ContentChapter,
  type ContentClip,
  type ContentTags,
  type ExportClipsOptions,
  exportClips,
} from "./export-clips.js";
export { fileStem } from "./file-stem.js";
export type { Library } from "./library.js";
export { openLibrary } from "./open-library.js";
export type { PcmAudio } from "./pcm.js";
export type { Player, PlayerEvents } from "./player.js";
export { requireRoom } from "./room.js";
export type * from "./types.js";
