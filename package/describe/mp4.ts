/**
 * Reads what an MP4 or a QuickTime file says of itself: iTunes' list of tags, and chapters of a text track (QuickTime
 * File Format, "Chapter lists") or of Nero's box `chpl`. Both are documented only by their readers, such as ffmpeg.
 */

import { MOST_DESCRIPTION_BYTES, MOST_NAME_CHARACTERS, MOST_PARTS } from "../limits.js";
import { type Bytes, type Content, orNothing } from "./bytes.js";
import type { Found, TextTag } from "./found.js";
import { GENRES } from "./genres.js";

const TEXTS: Record<string, TextTag> = {
  "\xa9nam": "title",
  "\xa9ART": "artist",
  "\xa9alb": "album",
  aART: "albumArtist",
  "\xa9wrt": "composer",
  "\xa9nrt": "narrator",
  "\xa9gen": "genre",
  "\xa9day": "year",
  "\xa9cmt": "comment",
  desc: "description",
  ldes: "longDescription",
  cprt: "copyright",
  "\xa9cpy": "copyright",
  "\xa9grp": "grouping",
};

const MEDIA_TYPES = { 1: "music", 2: "audiobook", 21: "podcast" } as const;

/** The unit of Nero's times: 100 ns. */
const NERO_SECONDS = 1e-7;

/** The most tracks that are looked at. */
const MOST_TRACKS = 32;

/** The most bytes of a chapter's title. */
const MOST_TITLE_BYTES = 4 * MOST_NAME_CHARACTERS;

/** A track that may hold chapters. */
interface Track {
  id: number;
  /** The tracks that have its chapters. */
  chapters: number[];
  media: Bytes;
  /** The silence before it, by its edit list, in the movie's unit. */
  delay: number;
}

/** Reads a file's description. */
export async function readMp4(content: Content, found: Found): Promise<void> {
  const movie = await movieOf(content);
  if (!movie) return;
  let timescale = 1;
  let nero: Bytes | undefined;
  const tracks: Track[] = [];
  for (const [name, body] of boxes(movie)) {
    if (name === "mvhd") timescale = body.getUint32(body.getUint8(0) === 1 ? 20 : 12);
    if (name === "trak" && tracks.length < MOST_TRACKS) tracks.push(...(orNothing(() => trackOf(body)) ?? []));
    if (name !== "udta") continue;
    for (const [kind, part] of boxes(body)) {
      if (kind === "chpl") nero = part;
      if (kind === "meta") orNothing(() => readList(part, found));
    }
  }
  const wanted = tracks.flatMap(({ chapters }) => chapters);
  const texts = tracks.find(({ id }) => wanted.includes(id));
  if (texts) await readTexts(content, texts, timescale, found);
  if (nero && found.chapters.length === 0) orNothing(() => readNero(nero, found));
}

/** Returns the movie box; undefined if there is none or it is too large. */
async function movieOf(content: Content): Promise<Bytes | undefined> {
  let at = 0;
  for (let count = 0; count < MOST_PARTS && at + 8 <= content.size; count += 1) {
    const head = await content.read(at, 16);
    const short = head.getUint32(0);
    const [size, header] = short === 1 && head.byteLength === 16 ? [head.u64(8), 16] : [short, 8];
    const length = size === 0 ? content.size - at : size;
    if (length < header) return undefined;
    if (head.name(4) === "moov") {
      return length > MOST_DESCRIPTION_BYTES ? undefined : content.read(at + header, length - header);
    }
    at += length;
  }
  return undefined;
}

/** The boxes in a row: their names and their bodies. */
function* boxes(whole: Bytes): Generator<[string, Bytes]> {
  for (let at = 0, count = 0; at + 8 <= whole.byteLength && count < MOST_PARTS; count += 1) {
    const size = whole.getUint32(at);
    const [length, header] = size === 1 && at + 16 <= whole.byteLength ? [whole.u64(at + 8), 16] : [size, 8];
    if (length < header) return;
    yield [whole.name(at + 4), whole.part(at + header, at + length)];
    at += length;
  }
}

/** The box at a path of names. */
function boxAt(whole: Bytes, ...path: string[]): Bytes | undefined {
  let box: Bytes | undefined = whole;
  for (const name of path) {
    let found: Bytes | undefined;
    for (const [kind, body] of box ? boxes(box) : []) {
      if (kind !== name) continue;
      found = body;
      break;
    }
    box = found;
  }
  return box;
}

function trackOf(trak: Bytes): Track[] {
  const [header, media, references, edits] = [
    boxAt(trak, "tkhd"),
    boxAt(trak, "mdia"),
    boxAt(trak, "tref", "chap"),
    boxAt(trak, "edts", "elst"),
  ];
  if (!header || !media) return [];
  const id = header.getUint32(header.getUint8(0) === 1 ? 20 : 12);
  const chapters = Array.from({ length: Math.min((references?.byteLength ?? 0) >> 2, 16) }, (_, n) =>
    (references as Bytes).getUint32(4 * n),
  );
  return [{ id, chapters, media, delay: edits ? (orNothing(() => delayOf(edits)) ?? 0) : 0 }];
}

/** The length of an empty edit at the start (ISO/IEC 14496-12, 8.6.6): its media time is −1. */
function delayOf(edits: Bytes): number {
  if (edits.getUint32(4) === 0) return 0;
  const isWide = edits.getUint8(0) === 1;
  const [length, isEmpty] = isWide
    ? [edits.u64(8), edits.getInt32(16) === -1]
    : [edits.getUint32(8), edits.getInt32(12) === -1];
  return isEmpty ? length : 0;
}

/** Reads the samples of a text track: each is a chapter's title, and lasts until the next one. */
async function readTexts(content: Content, track: Track, timescale: number, found: Found): Promise<void> {
  const table = boxAt(track.media, "minf", "stbl");
  const header = boxAt(track.media, "mdhd");
  if (!table || !header) return;
  const samples = orNothing(() => samplesOf(table)) ?? [];
  const unit = orNothing(() => header.getUint32(header.getUint8(0) === 1 ? 20 : 12)) ?? 0;
  if (unit === 0 || timescale === 0) return;
  for (const { offset, size, time } of samples) {
    const sample = await content.read(offset, Math.min(size, 2 + MOST_TITLE_BYTES));
    const title = orNothing(() => titleOf(sample));
    if (title === undefined) return;
    found.chapter(track.delay / timescale + time / unit, title);
  }
}

/** A text sample: its length in 16 bits, and UTF-8, or UTF-16 with a byte order mark. */
function titleOf(sample: Bytes): string {
  const text = sample.array(2, 2 + Math.min(sample.getUint16(0), MOST_TITLE_BYTES));
  if (text[0] === 0xfe && text[1] === 0xff) return new TextDecoder("utf-16be").decode(text);
  if (text[0] === 0xff && text[1] === 0xfe) return new TextDecoder("utf-16le").decode(text);
  return new TextDecoder().decode(text);
}

/** The samples of a track (ISO/IEC 14496-12, 8.6 and 8.7), at most as many as a file may have chapters. */
function samplesOf(table: Bytes): { offset: number; size: number; time: number }[] {
  const [times, sizes, chunks] = [boxAt(table, "stts"), boxAt(table, "stsz"), boxAt(table, "stsc")];
  const [near, far] = [boxAt(table, "stco"), boxAt(table, "co64")];
  const places = near ?? far;
  if (!times || !sizes || !chunks || !places) return [];
  const count = Math.min(sizes.getUint32(8), MOST_PARTS);
  const sizeOf = (sample: number) => sizes.getUint32(4) || sizes.getUint32(12 + 4 * sample);
  const durations: number[] = [];
  for (let entry = 0; entry < times.getUint32(4) && durations.length < count; entry += 1) {
    const run = Math.min(times.getUint32(8 + 8 * entry), count - durations.length);
    for (let n = 0; n < run; n += 1) durations.push(times.getUint32(12 + 8 * entry));
  }
  const samples: { offset: number; size: number; time: number }[] = [];
  let [entry, time] = [0, 0];
  for (let chunk = 0; chunk < places.getUint32(4) && samples.length < count; chunk += 1) {
    const hasNext = entry + 1 < chunks.getUint32(4);
    if (hasNext && chunks.getUint32(8 + 12 * (entry + 1)) === chunk + 1) entry += 1;
    let offset = near ? near.getUint32(8 + 4 * chunk) : (far as Bytes).u64(8 + 8 * chunk);
    const inChunk = Math.min(chunks.getUint32(12 + 12 * entry), count - samples.length);
    for (let n = 0; n < inChunk; n += 1) {
      const size = sizeOf(samples.length);
      const duration = durations[samples.length] ?? 0;
      samples.push({ offset, size, time });
      offset += size;
      time += duration;
    }
  }
  return samples;
}

/** Nero's chapters: a count, and for each its start, the length of its title, and the title. */
function readNero(chpl: Bytes, found: Found): void {
  let at = chpl.getUint8(0) === 1 ? 9 : 5;
  const count = chpl.getUint8(at - 1);
  for (let n = 0; n < count; n += 1) {
    const length = chpl.getUint8(at + 8);
    found.chapter(chpl.u64(at) * NERO_SECONDS, chpl.text(at + 9, at + 9 + length));
    at += 9 + length;
  }
}

/** Reads iTunes' list. In QuickTime files, `meta` has no version. */
function readList(meta: Bytes, found: Found): void {
  const list = boxAt(meta.name(4) === "hdlr" ? meta : meta.part(4), "ilst");
  for (const [name, item] of list ? boxes(list) : []) orNothing(() => readItem(name, item, found));
}

function readItem(name: string, item: Bytes, found: Found): void {
  const data = boxAt(item, "data");
  if (!data) return;
  const value = data.part(8);
  found.text(Object.hasOwn(TEXTS, name) ? TEXTS[name] : undefined, value.text());
  if (name === "covr") found.picture(value.array());
  if (name === "trkn") found.numbers("track", value.getUint16(2), value.getUint16(4));
  if (name === "disk") found.numbers("disc", value.getUint16(2), value.getUint16(4));
  if (name === "gnre") found.text("genre", GENRES[value.getUint16(0) - 1] ?? "");
  if (name === "stik") found.mediaType(MEDIA_TYPES[value.getUint8(0) as keyof typeof MEDIA_TYPES]);
  if (name === "----" && boxAt(item, "name")?.text(4).toUpperCase() === "LANGUAGE") found.language(value.text());
}
