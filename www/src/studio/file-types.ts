/**
 * The files that the studio takes, by their names: lists for a file dialog's `accept`, and patterns for the files that
 * come. A list is only a hint: any other file that is chosen is tried as audio.
 */

/** What the browser knows as audio, and the other files that the engine reads, films included. */
export const AUDIO_FILES =
  "audio/*,.m4a,.mp4,.mov,.3gp,.flac,.ogg,.opus,.webm,.mka,.mkv,.caf,.aiff,.wav,.bwf,.rf64,.w64,.aac,.latm,.loas";

export const SCRIPT_FILES = ".fountain,.spmd,.txt";
export const SCRIPT_FILE = /\.(?:fountain|spmd|txt)$/i;

export const PROJECT_FILES = ".secuencia,.otio,.json,.zip,application/json";
export const PROJECT_FILE = /\.(?:secuencia|otio|json|zip)$/i;
