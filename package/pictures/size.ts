/**
 * Reads a picture's kind and size from its header. A file of a few kilobytes can have billions of pixels, and decoding
 * would take memory for all of them.
 */
import { partsOfJpeg } from "./jpeg.js";

/** The size as it is stored, before a rotation, and the type of a kind that is kept as it is. */
export interface Size {
  width: number;
  height: number;
  mimeType?: "image/jpeg" | "image/png";
}

/** Returns the size of a picture; undefined for one of a kind that browsers do not share, or without a size. */
export function sizeOf(bytes: Uint8Array): Size | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const starts = (text: string, at = 0) => [...text].every((one, index) => bytes[at + index] === one.charCodeAt(0));
  try {
    // ISO/IEC 15948, 5.2 and 11.2.2
    if (starts("\x89PNG\r\n\x1a\n"))
      return { width: view.getUint32(16), height: view.getUint32(20), mimeType: "image/png" };
    // ISO/IEC 10918-1, B.1.1
    if (starts("\xff\xd8\xff")) return sizeOfJpeg(bytes, view);
    if (starts("GIF8")) return { width: view.getUint16(6, true), height: view.getUint16(8, true) };
    if (starts("RIFF") && starts("WEBP", 8)) return sizeOfWebP(view, starts);
    if (starts("ftyp", 4)) return sizeOfHeif(bytes, view);
    if (starts("BM")) return { width: view.getInt32(18, true), height: Math.abs(view.getInt32(22, true)) };
  } catch (error) {
    // The header ends too early.
    if (!(error instanceof RangeError)) throw error;
  }
  return undefined;
}

/** Reads the frame header (ISO/IEC 10918-1, B.2.2). */
function sizeOfJpeg(bytes: Uint8Array, view: DataView): Size | undefined {
  for (const { marker, start } of partsOfJpeg(bytes)) {
    // All from C0 to CF are frames but for the tables of Huffman codes and arithmetic coding.
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
    if (isFrame) return { height: view.getUint16(start + 5), width: view.getUint16(start + 7), mimeType: "image/jpeg" };
  }
  return undefined;
}

/** Reads the first chunk (RFC 9649): extended, lossless, or lossy. */
function sizeOfWebP(view: DataView, starts: (text: string, at: number) => boolean): Size | undefined {
  const u24 = (at: number) => view.getUint16(at, true) + view.getUint8(at + 2) * 0x10000;
  if (starts("VP8X", 12)) return { width: 1 + u24(24), height: 1 + u24(27) };
  const bits = view.getUint32(starts("VP8L", 12) ? 21 : 26, true);
  if (starts("VP8L", 12)) return { width: 1 + (bits & 0x3fff), height: 1 + ((bits >> 14) & 0x3fff) };
  return starts("VP8 ", 12) ? { width: bits & 0x3fff, height: (bits >> 16) & 0x3fff } : undefined;
}

/** The places where `ispe` boxes are looked for: they are in the header of an AVIF or a HEIC, which is short. */
const HEADER_BYTES = 1 << 16;

/** Reads the largest of the sizes in `ispe` boxes (ISO/IEC 23008-12, 6.5.3). A picture may be made of several. */
function sizeOfHeif(bytes: Uint8Array, view: DataView): Size | undefined {
  let size: Size | undefined;
  for (let at = 4; at + 16 <= Math.min(bytes.length, HEADER_BYTES); at += 1) {
    if (view.getUint32(at) !== 0x69737065) continue;
    const found = { width: view.getUint32(at + 8), height: view.getUint32(at + 12) };
    if (!size || found.width * found.height > size.width * size.height) size = found;
  }
  return size;
}
