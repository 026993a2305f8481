/** Reads ID3v2 tags (id3.org: ID3v2.2, 2.3, 2.4, and "ID3v2 Chapter Frame Addendum"). */
import { MOST_DESCRIPTION_BYTES, MOST_PARTS } from "../limits.js";
import { Bytes, type Content, orNothing } from "./bytes.js";
import type { Found, TextTag } from "./found.js";
import { GENRES } from "./genres.js";

const HEADER = 10;

/** The frames that are text, by their names in ID3v2.2 and later. */
const TEXTS: Record<string, TextTag> = {
  TT2: "title",
  TIT2: "title",
  TP1: "artist",
  TPE1: "artist",
  TAL: "album",
  TALB: "album",
  TP2: "albumArtist",
  TPE2: "albumArtist",
  TCM: "composer",
  TCOM: "composer",
  TYE: "year",
  TYER: "year",
  TDRC: "year",
  TCR: "copyright",
  TCOP: "copyright",
  TT1: "grouping",
  TIT1: "grouping",
  GRP1: "grouping",
  TDES: "description",
};

/** Picture type 3: the front cover. */
const FRONT_COVER = 3;

/** Reads the tag at a byte of a content. Returns its length; 0 if there is none. */
export async function readId3(content: Content, start: number, found: Found): Promise<number> {
  const head = await content.read(start, HEADER);
  const size = orNothing(() => (head.name(0, 3) === "ID3" ? sevenBits(head, 6) : undefined));
  if (size === undefined) return 0;
  const [version, flags] = [head.getUint8(3), head.getUint8(5)];
  const isKnown = version >= 2 && version <= 4 && size <= MOST_DESCRIPTION_BYTES;
  if (isKnown) {
    const body = await content.read(start + HEADER, size);
    orNothing(() => readTag(body, version, flags, found));
  }
  return HEADER + size + (flags & 0x10 ? HEADER : 0);
}

/** A number of 28 bits, seven in each byte. */
function sevenBits(bytes: Bytes, at: number): number {
  return [0, 1, 2, 3].reduce((number, n) => (number << 7) | (bytes.getUint8(at + n) & 0x7f), 0);
}

function readTag(body: Bytes, version: number, flags: number, found: Found): void {
  // From 2.4 on, each frame tells for itself.
  const whole = flags & 0x80 && version < 4 ? synchronised(body) : body;
  let at = 0;
  if (flags & 0x40 && version === 3) at = 4 + whole.getUint32(0);
  if (flags & 0x40 && version === 4) at = sevenBits(whole, 0);
  for (const [name, frame] of frames(whole.part(at), version)) {
    if (name === "CHAP") orNothing(() => readChapter(frame, version, found));
    else orNothing(() => readFrame(name, frame, found));
  }
}

/** The frames in a row. What follows the last one is padding. */
function* frames(whole: Bytes, version: number): Generator<[string, Bytes]> {
  const [letters, header] = version === 2 ? [3, 6] : [4, 10];
  for (let at = 0, count = 0; at + header < whole.byteLength && count < MOST_PARTS; count += 1) {
    const name = whole.name(at, letters);
    if (!/^[A-Z0-9]+$/.test(name)) return;
    const length =
      version === 2 ? whole.u24(at + 3) : version === 3 ? whole.getUint32(at + 4) : sevenBits(whole, at + 4);
    const format = version === 2 ? 0 : whole.getUint8(at + 9);
    const start = at + header;
    at = start + length;
    if (at > whole.byteLength) return;
    // Compressed and encrypted frames are left out.
    if (format & (version === 4 ? 0x0c : 0xc0)) continue;
    const body = whole.part(start + (version === 4 && format & 0x01 ? 4 : 0), at);
    yield [name, version === 4 && format & 0x02 ? synchronised(body) : body];
  }
}

/** Without the zeros that keep players from taking a tag for audio (ID3v2.4, 6.1). */
function synchronised(bytes: Bytes): Bytes {
  const from = bytes.array();
  const to = new Uint8Array(from.length);
  let length = 0;
  for (let at = 0; at < from.length; at += 1) {
    if (from[at] === 0 && from[at - 1] === 0xff) continue;
    to[length] = from[at] as number;
    length += 1;
  }
  return new Bytes(to.buffer, 0, length);
}

function readFrame(name: string, frame: Bytes, found: Found): void {
  if (name === "APIC" || name === "PIC") readPicture(frame, name === "PIC", found);
  else if (name === "COMM" || name === "COM") readComment(frame, found);
  else if (name.startsWith("T") || name === "GRP1") readText(name, frame, found);
}

function readText(name: string, frame: Bytes, found: Found): void {
  const [value = ""] = textsOf(frame, 1, frame.getUint8(0));
  if (name === "TCON" || name === "TCO") found.text("genre", genreOf(value));
  else if (name === "TRCK" || name === "TRK") found.place("track", value);
  else if (name === "TPOS" || name === "TPA") found.place("disc", value);
  else if (name === "TLAN" || name === "TLA") found.language(value);
  else found.text(Object.hasOwn(TEXTS, name) ? TEXTS[name] : undefined, value);
}

/** `17`, `(17)` or `(17)Rock`: a number of ID3v1, or a name. */
function genreOf(value: string): string {
  const [, number, other] = /^\(?(\d{1,3})\)?(.*)$/s.exec(value) ?? [];
  return number === undefined ? value : other || (GENRES[Number(number)] ?? "");
}

function readPicture(frame: Bytes, isOld: boolean, found: Found): void {
  const encoding = frame.getUint8(0);
  const mime = isOld ? 4 : endOf(frame, 1, 0);
  const type = frame.getUint8(mime);
  found.picture(frame.array(endOf(frame, mime + 1, encoding)), type === FRONT_COVER);
}

/** A comment has a language and a name. Those with a name are programs' own notes. */
function readComment(frame: Bytes, found: Found): void {
  const [name, text = ""] = textsOf(frame, 4, frame.getUint8(0));
  if (!name) found.text("comment", text);
}

/** An ID, and the start and the end in milliseconds and in bytes; then frames, of which one is the title. */
function readChapter(frame: Bytes, version: number, found: Found): void {
  const at = endOf(frame, 0, 0);
  let title = "";
  for (const [name, sub] of frames(frame.part(at + 16), version)) {
    if (name === "TIT2" && !title) title = orNothing(() => textsOf(sub, 1, sub.getUint8(0))[0]) ?? "";
  }
  found.chapter(frame.getUint32(at) / 1000, title);
}

/** The byte after a text that ends with a zero. In UTF-16 (1 and 2), that has two bytes. */
function endOf(frame: Bytes, start: number, encoding: number): number {
  const width = encoding === 1 || encoding === 2 ? 2 : 1;
  for (let at = start; at + width <= frame.byteLength; at += width) {
    if (frame.getUint8(at) === 0 && frame.getUint8(at + width - 1) === 0) return at + width;
  }
  throw new RangeError("a text without an end");
}

/** The texts of a frame from a byte on, which zeros divide. */
function textsOf(frame: Bytes, start: number, encoding: number): string[] {
  const label = ["", "utf-16", "utf-16be", "utf-8"][encoding];
  if (!label) return frame.text(start).split("\0");
  const texts = frame.array(start);
  // Each has a byte order mark of its own. Without one it is little-endian, as older Windows programs write it.
  const isBig = label === "utf-16" && texts[0] === 0xfe;
  return new TextDecoder(isBig ? "utf-16be" : label)
    .decode(texts)
    .split("\0")
    .map((text) => text.replace(/^\ufeff/, ""));
}
