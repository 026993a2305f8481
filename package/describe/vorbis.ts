/** Reads Vorbis comments (xiph.org: "Ogg Vorbis I format specification: comment field") in FLAC and Ogg files. */
import { MOST_DESCRIPTION_BYTES, MOST_PARTS } from "../limits.js";
import { Bytes, Content, orNothing } from "./bytes.js";
import type { Found, TextTag } from "./found.js";

const TEXTS: Record<string, TextTag> = {
  TITLE: "title",
  ARTIST: "artist",
  ALBUM: "album",
  ALBUMARTIST: "albumArtist",
  "ALBUM ARTIST": "albumArtist",
  COMPOSER: "composer",
  NARRATOR: "narrator",
  GENRE: "genre",
  DATE: "year",
  YEAR: "year",
  COMMENT: "comment",
  DESCRIPTION: "description",
  COPYRIGHT: "copyright",
  GROUPING: "grouping",
};

/** The kinds of FLAC's blocks (RFC 9639, 8.1), and the bit of the last one. */
const COMMENTS = 4;
const PICTURE = 6;
const LAST = 0x80;

/** The headers of Vorbis and Opus comments. */
const MARKS = ["\x03vorbis", "OpusTags"];

/** Reads the blocks of a FLAC file that begins at this byte. */
export async function readFlac(content: Content, start: number, found: Found): Promise<void> {
  let at = start + 4;
  for (let count = 0; count < MOST_PARTS && at < MOST_DESCRIPTION_BYTES; count += 1) {
    const head = await content.read(at, 4);
    if (head.byteLength < 4) return;
    const [kind, length] = [head.getUint8(0), head.u24(1)];
    const type = kind & ~LAST;
    if (type === COMMENTS || type === PICTURE) {
      const body = await content.read(at + 4, length);
      orNothing(() => (type === PICTURE ? readPicture(body, found) : readComments(body, found)));
    }
    if (kind & LAST) return;
    at += 4 + length;
  }
}

/** Reads the second packet of an Ogg file's first stream, which has the comments. */
export async function readOgg(content: Content, found: Found): Promise<void> {
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let [packets, at, total] = [0, 0, 0];
  let serial: number | undefined;
  while (packets < 2 && total < MOST_DESCRIPTION_BYTES) {
    const page = await content.read(at, 27 + 255 + 255 * 255);
    if (page.byteLength < 27 || page.name(0) !== "OggS") return;
    const sizes = page.array(27, 27 + page.getUint8(26));
    let place = 27 + sizes.length;
    serial ??= page.getUint32(14);
    const isOurs = page.getUint32(14) === serial;
    for (const size of sizes) {
      if (isOurs && packets === 1) parts.push(page.array(place, place + size));
      place += size;
      if (isOurs && size < 255) packets += 1;
      if (packets === 2) break;
    }
    at += 27 + sizes.length + sizes.reduce((sum, size) => sum + size, 0);
    total += page.byteLength;
  }
  const packet = await new Content(new Blob(parts)).read(0, MOST_DESCRIPTION_BYTES);
  for (const mark of MARKS) {
    if (orNothing(() => packet.name(0, mark.length)) === mark) {
      orNothing(() => readComments(packet.part(mark.length), found));
    }
  }
}

/** Reads the comments: the program's name, a count, and `NAME=text` each, all with their lengths. */
function readComments(body: Bytes, found: Found): void {
  let at = 4 + body.getUint32(0, true);
  const count = body.getUint32(at, true);
  at += 4;
  const chapters = new Map<string, { time?: string; name?: string }>();
  const numbers = new Map<string, string>();
  for (let n = 0; n < Math.min(count, MOST_PARTS); n += 1) {
    const length = body.getUint32(at, true);
    const comment = body.text(at + 4, at + 4 + length);
    at += 4 + length;
    const [name, value] = [comment.split("=", 1)[0]?.toUpperCase() ?? "", comment.slice(comment.indexOf("=") + 1)];
    found.text(Object.hasOwn(TEXTS, name) ? TEXTS[name] : undefined, value);
    if (name === "LANGUAGE") found.language(value);
    if (name === "METADATA_BLOCK_PICTURE") readCoded(value, found);
    const [, number, field] = /^CHAPTER(\d{1,4})(NAME)?$/.exec(name) ?? [];
    if (number) chapters.set(number, { ...chapters.get(number), [field ? "name" : "time"]: value });
    if (/^(TRACK|DISC)/.test(name) && !numbers.has(name)) numbers.set(name, value);
  }
  for (const { time = "", name = "" } of chapters.values()) found.chapter(secondsOf(time), name);
  const total = (what: string) => numbers.get(`${what}TOTAL`) ?? numbers.get(`TOTAL${what}S`) ?? "";
  for (const what of ["TRACK", "DISC"]) {
    const number = numbers.get(`${what}NUMBER`) ?? "";
    found.place(what === "TRACK" ? "track" : "disc", number.includes("/") ? number : `${number}/${total(what)}`);
  }
}

/** Seconds of `00:12:34.567`; not a number for anything else. */
function secondsOf(time: string): number {
  const [, hours, minutes, seconds] = /^(\d+):(\d{1,2}):(\d{1,2}(?:\.\d+)?)$/.exec(time.trim()) ?? [];
  return Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
}

/** Reads a picture in base64. */
function readCoded(value: string, found: Found): void {
  try {
    const bytes = Uint8Array.from(atob(value), (char) => char.charCodeAt(0));
    readPicture(new Bytes(bytes.buffer), found);
  } catch (error) {
    // It is no base64, or ends too early.
    if (!(error instanceof DOMException || error instanceof RangeError)) throw error;
  }
}

/** Reads a picture block (RFC 9639, 8.8). Type 3 is the front cover. */
function readPicture(body: Bytes, found: Found): void {
  const mime = 8 + body.getUint32(4);
  const words = mime + 4 + body.getUint32(mime);
  // Width, height, depth and colours are before the length.
  const start = words + 20;
  found.picture(body.array(start, start + body.getUint32(words + 16)), body.getUint32(0) === 3);
}
