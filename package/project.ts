/**
 * Reads project files: JSON that lists a project's clips by audio file (docs/project-file.md). A file is checked as a
 * whole, and all faults are reported at once, in sentences that name the clip.
 *
 * @module secuencia/project.js
 */
export type { FileClip, FileFacts } from "./archive.js";
export { MOST_JSON_BYTES } from "./limits.js";
export { type About, picturesOf, TEXT_TAGS, withPictures } from "./project/about.js";
export {
  baseName,
  checkProject,
  composed,
  type LaneNames,
  MAX_EDGE_FADE_SECONDS,
  MAX_GAP_SECONDS,
  MAX_VOLUME_DB,
  matchFiles,
  matchPictures,
  type NamedFile,
  type ProjectFile,
  ProjectFileError,
  type ProjectLine,
  parseProjectFile,
  type Settings,
} from "./project/file.js";
export { withoutOldFields } from "./project/old-fields.js";
export {
  clipsOf,
  exportOptionsOf,
  type NamedClip,
  type ProjectOptions,
  timelineOptionsOf,
  USUAL_GAP_SECONDS,
} from "./project/options.js";
