/**
 * Reads what an audio file says of itself beside its audio: its chapters or markers, its tags and its cover. They are
 * the file's own claims, so a page asks its user before it takes them over. `addAsset` needs none of them.
 *
 * @module secuencia/describe.js
 */
import { Content } from "./describe/bytes.js";
import { Found } from "./describe/found.js";
import { readId3 } from "./describe/id3.js";
import { readMp4 } from "./describe/mp4.js";
import { readFlac, readOgg } from "./describe/vorbis.js";
import { readWave } from "./describe/wave.js";
import type { ChapterMarker, Tags } from "./types.js";

/** The most ID3v2 tags at the start of a file. */
const MOST_TAGS = 10;

/** What an audio file says of itself. */
export interface AudioDescription {
  /** Its tags, as far as an exported file has them too. */
  tags: Omit<Tags, "covers">;
  /** Its chapters, or the markers of a WAV, in order. Their times are seconds from the start of the file's audio. */
  chapters: ChapterMarker[];
  /** Its cover, for `addImage`, which checks it. Left out if there is none. */
  cover?: Blob;
}

/**
 * Reads what an audio file says of itself: of MP4 and MOV (.m4a, .m4b), MP3 and AAC with ID3v2, FLAC, Ogg and WAV. Of
 * other formats, and where a description is damaged or larger than the limits, this finds nothing or less. It reads a
 * few parts of the file, and never all. Rejects only if the content cannot be read, with the browser's error.
 */
export async function describeAudio(audio: Blob): Promise<AudioDescription> {
  const content = new Content(audio);
  const found = new Found();
  let start = 0;
  for (let count = 0; count < MOST_TAGS; count += 1) {
    const length = await readId3(content, start, found);
    if (length === 0) break;
    start += length;
  }
  const head = await content.read(start, 12);
  const mark = (at: number) => (head.byteLength >= at + 4 ? head.name(at) : "");
  if (mark(0) === "fLaC") await readFlac(content, start, found);
  else if (mark(0) === "OggS" && start === 0) await readOgg(content, found);
  else if (/^(RIFF|RF64|BW64)$/.test(mark(0)) && mark(8) === "WAVE" && start === 0) await readWave(content, found);
  else if (/^(ftyp|moov|mdat|wide|free|skip)$/.test(mark(4)) && start === 0) await readMp4(content, found);
  const { tags, chapters, cover } = found.done();
  return { tags, chapters, ...(cover && { cover }) };
}
