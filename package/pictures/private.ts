/**
 * Leaves out of a picture what it tells about its maker: place, time, camera, names, comments, thumbnails of a picture
 * before it was cropped, and films behind it. A cover is shared with the file, and nobody sees what is in it. Pixels,
 * colours and the orientation stay.
 */
import { END, type JpegPart, partsOfJpeg } from "./jpeg.js";

/** Returns a PNG or a JPEG without private data. One that cannot be taken apart is returned as it is. */
export function withoutPrivate(bytes: Uint8Array): Uint8Array {
  return (bytes[0] === 0xff ? cleanJpeg(bytes) : cleanPng(bytes)) ?? bytes;
}

/** The application segments that say how the picture looks are JFIF, the colour profile, and Adobe's transform. */
const [APP_0, APP_1, APP_2, APP_14, APP_15] = [0xe0, 0xe1, 0xe2, 0xee, 0xef];
const COMMENT = 0xfe;

function cleanJpeg(bytes: Uint8Array): Uint8Array | undefined {
  const parts = [...partsOfJpeg(bytes)];
  if (parts.at(-1)?.marker !== END) return undefined;
  const text = ({ start, end }: JpegPart) =>
    String.fromCharCode(...bytes.subarray(start + 4, Math.min(end, start + 16)));
  const isShown = (part: JpegPart) => {
    const { marker } = part;
    if (marker === APP_2) return text(part).startsWith("ICC_PROFILE\0");
    if (marker === APP_0) return text(part).startsWith("JFIF\0");
    return marker === APP_14 || !((marker > APP_0 && marker <= APP_15) || marker === COMMENT);
  };
  const exif = parts.find((part) => part.marker === APP_1 && text(part).startsWith("Exif\0"));
  const turn = exif ? orientationIn(bytes.subarray(exif.start + 10, exif.end)) : 1;
  const kept = parts.filter(isShown).map(({ start, end }) => bytes.subarray(start, end));
  // Exif comes first, or after JFIF.
  const isJfif = parts.find(isShown)?.marker === APP_0;
  if (turn !== 1) kept.splice(isJfif ? 1 : 0, 0, exifOf(turn));
  return joined([bytes.subarray(0, 2), ...kept]);
}

/** The tag of the orientation in TIFF, from 1 (as it is) to 8. */
const ORIENTATION = 0x0112;

/** Returns the orientation in a TIFF structure, from its first directory (TIFF 6.0, section 2). */
function orientationIn(tiff: Uint8Array): number {
  const view = new DataView(tiff.buffer, tiff.byteOffset, tiff.byteLength);
  try {
    const isLittle = view.getUint16(0) === 0x4949;
    const directory = view.getUint32(4, isLittle);
    const count = view.getUint16(directory, isLittle);
    for (let index = 0; index < count; index += 1) {
      const entry = directory + 2 + 12 * index;
      if (view.getUint16(entry, isLittle) !== ORIENTATION) continue;
      const turn = view.getUint16(entry + 8, isLittle);
      return turn >= 1 && turn <= 8 ? turn : 1;
    }
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
  }
  return 1;
}

/** Returns a segment of Exif that has the orientation and nothing else. */
function exifOf(turn: number): Uint8Array {
  // biome-ignore format: its fields, one a line
  return new Uint8Array([
    0xff, APP_1, 0, 34,
    0x45, 0x78, 0x69, 0x66, 0, 0, // Exif
    0x4d, 0x4d, 0, 42, 0, 0, 0, 8, // big-endian TIFF, whose directory follows
    0, 1,
    0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, turn, 0, 0, // one short number
    0, 0, 0, 0, // no other directory
  ]);
}

/** The chunks of a PNG that hold text, Exif and times. */
const PRIVATE_CHUNKS = new Set(["eXIf", "tEXt", "zTXt", "iTXt", "tIME"]);

/** Copies the chunks (ISO/IEC 15948, 5.3), up to the last one. */
function cleanPng(bytes: Uint8Array): Uint8Array | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const kept = [bytes.subarray(0, 8)];
  for (let at = 8; at + 12 <= bytes.length; ) {
    const end = at + 12 + view.getUint32(at);
    if (end > bytes.length) return undefined;
    const type = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    if (!PRIVATE_CHUNKS.has(type)) kept.push(bytes.subarray(at, end));
    if (type === "IEND") return joined(kept);
    at = end;
  }
  return undefined;
}

function joined(parts: Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
