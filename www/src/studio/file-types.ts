/**
 * The types of files that the studio takes: lists for the `accept` of a file dialog, and patterns for file names. The
 * lists are only hints: any other file is tried as audio.
 */

/**
 * Everything in the table of docs/formats.md, by type and by extension: browsers know most films as video, .caf and
 * .qta as nothing, and iOS offers little audio under `audio/*`.
 */
export const AUDIO_FILES = [
  ...["audio/*", "video/mp4", "video/quicktime", "video/3gpp", "video/3gpp2", "video/webm", "video/x-matroska"],
  ...[".wav", ".wave", ".bwf", ".rf64", ".bw64", ".w64", ".aiff", ".aif", ".aifc", ".caf", ".mp3"],
  ...[".m4a", ".m4b", ".m4r", ".mp4", ".m4v", ".mov", ".qta", ".3gp", ".3g2", ".aac", ".adts", ".latm", ".loas"],
  ...[".flac", ".ogg", ".oga", ".opus", ".webm", ".weba", ".mka", ".mkv"],
].join();

/** A name with one of those extensions. */
export const AUDIO_FILE = new RegExp(
  `(?:${AUDIO_FILES.split(",")
    .filter((one) => one.startsWith("."))
    .join("|")
    .replaceAll(".", "\\.")})$`,
  "i",
);

/** A picture that can be a cover. */
export const PICTURE_FILE = /\.(?:png|jpe?g)$/i;

export const SCRIPT_FILES = ".fountain,.spmd,.txt";
export const SCRIPT_FILE = /\.(?:fountain|spmd|txt)$/i;

export const PROJECT_FILES = ".secuencia,.otio,.json,.zip,application/json";
export const PROJECT_FILE = /\.(?:secuencia|otio|json|zip)$/i;
