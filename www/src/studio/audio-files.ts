/**
 * What a file dialog offers as audio: what the browser knows as such, and what the engine reads besides. Films are
 * among it, for their sound. The dialog's list is a hint: whatever else is chosen is tried by its content.
 */
export const AUDIO_FILES =
  "audio/*,.m4a,.mp4,.mov,.3gp,.flac,.ogg,.opus,.webm,.mka,.mkv,.caf,.aiff,.wav,.bwf,.rf64,.w64,.aac,.latm,.loas";
