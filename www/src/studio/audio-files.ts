/**
 * The files that a file dialog offers as audio: those that the browser knows as audio, and the others that the engine
 * reads, films included. The list is only a hint: any other file that is chosen is tried by its content.
 */
export const AUDIO_FILES =
  "audio/*,.m4a,.mp4,.mov,.3gp,.flac,.ogg,.opus,.webm,.mka,.mkv,.caf,.aiff,.wav,.bwf,.rf64,.w64,.aac,.latm,.loas";
