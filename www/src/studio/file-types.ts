/**
 * The types of files that the studio takes: lists for the `accept` of a file dialog, and patterns for file names. The
 * lists are only hints: any other file is tried as audio.
 */

/** The types that the browser knows as audio, and the others that the engine reads, including videos. */
export const AUDIO_FILES =
  "audio/*,.m4a,.mp4,.mov,.3gp,.flac,.ogg,.opus,.webm,.mka,.mkv,.caf,.aiff,.wav,.bwf,.rf64,.w64,.aac,.latm,.loas";

export const SCRIPT_FILES = ".fountain,.spmd,.txt";
export const SCRIPT_FILE = /\.(?:fountain|spmd|txt)$/i;

export const PROJECT_FILES = ".secuencia,.otio,.json,.zip,application/json";
export const PROJECT_FILE = /\.(?:secuencia|otio|json|zip)$/i;
