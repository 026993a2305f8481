/** The parts of a JPEG (ISO/IEC 10918-1, B.1.1): segments, each with its marker, and the coded data between them. */

/** One part: its bytes from the marker on, up to the next part. */
export interface JpegPart {
  /** The second byte of its marker. */
  marker: number;
  start: number;
  end: number;
}

/** The end of the picture. What follows is not part of it. */
export const END = 0xd9;

/** Yields the parts in order, up to the end of the picture or of the bytes. */
export function* partsOfJpeg(bytes: Uint8Array): Generator<JpegPart> {
  let at = 2;
  while (at + 4 <= bytes.length) {
    if (bytes[at] !== 0xff) return;
    const marker = bytes[at + 1] as number;
    // Any number of fill bytes may come before a marker.
    if (marker === 0xff) {
      at += 1;
      continue;
    }
    if (marker === END) break;
    const length = (bytes[at + 2] as number) * 256 + (bytes[at + 3] as number);
    if (length < 2) return;
    let end = at + 2 + length;
    // Coded data follows the header of a scan. In it, FF is followed by 00 or by a restart marker.
    if (marker === 0xda) while (end < bytes.length && !isMarker(bytes, end)) end += 1;
    yield { marker, start: at, end: Math.min(end, bytes.length) };
    at = end;
  }
  if (bytes[at] === 0xff && bytes[at + 1] === END) yield { marker: END, start: at, end: at + 2 };
}

function isMarker(bytes: Uint8Array, at: number): boolean {
  const next = bytes[at + 1] ?? 0;
  return bytes[at] === 0xff && next !== 0 && next !== 0xff && !(next >= 0xd0 && next <= 0xd7);
}
