/**
 * Reads what a WAVE file says of itself: cue markers with their labels, and `LIST` `INFO` (Microsoft, "Multimedia
 * Programming Interface and Data Specifications 1.0"), and an ID3v2 tag in a chunk.
 */
import { MOST_DESCRIPTION_BYTES, MOST_PARTS } from "../limits.js";
import { type Bytes, type Content, orNothing } from "./bytes.js";
import type { Found, TextTag } from "./found.js";
import { readId3 } from "./id3.js";

const TEXTS: Record<string, TextTag> = {
  INAM: "title",
  IART: "artist",
  IPRD: "album",
  IGNR: "genre",
  ICRD: "year",
  ICMT: "comment",
  ICOP: "copyright",
};

/** Whether a size in 32 bits is told in `ds64` instead (EBU Tech 3306). */
const ELSEWHERE = 0xffff_ffff;

/** Reads the chunks of a RIFF or RF64 file. */
export async function readWave(content: Content, found: Found): Promise<void> {
  let [at, rate, dataSize, room] = [12, 0, 0, MOST_DESCRIPTION_BYTES];
  const cues = new Map<number, number>();
  const labels = new Map<number, string>();
  for (let count = 0; count < MOST_PARTS && at + 8 <= content.size; count += 1) {
    const head = await content.read(at, 8);
    const [name, size] = [head.name(0), head.getUint32(4, true)];
    const length = name === "data" && size === ELSEWHERE ? dataSize : size;
    const isRead = ["fmt ", "ds64", "cue ", "LIST", "id3 ", "ID3 "].includes(name);
    if (isRead && length <= room) {
      room -= length;
      const body = await content.read(at + 8, length);
      orNothing(() => {
        if (name === "fmt ") rate = body.getUint32(4, true);
        if (name === "ds64") dataSize = body.getUint32(8, true) + body.getUint32(12, true) * 2 ** 32;
        if (name === "cue ") readCues(body, cues);
        if (name === "LIST") readTexts(body, labels, found);
      });
      if (/id3/i.test(name)) await readId3(content, at + 8, found);
    }
    at += 8 + length + (length % 2);
  }
  if (rate === 0) return;
  const markers = [...cues].sort(([, one], [, other]) => one - other);
  for (const [id, frame] of markers) found.chapter(frame / rate, labels.get(id) ?? "");
}

/** Cue points: an ID, and in its last field the frame. */
function readCues(body: Bytes, cues: Map<number, number>): void {
  const count = Math.min(body.getUint32(0, true), MOST_PARTS);
  for (let n = 0; n < count; n += 1) cues.set(body.getUint32(4 + 24 * n, true), body.getUint32(24 + 24 * n, true));
}

/** A list of the file's texts (`INFO`) or of its cues' (`adtl`). */
function readTexts(body: Bytes, labels: Map<number, string>, found: Found): void {
  const kind = body.name(0);
  for (let at = 4, count = 0; at + 8 <= body.byteLength && count < MOST_PARTS; count += 1) {
    const [name, size] = [body.name(at), body.getUint32(at + 4, true)];
    const part = body.part(at + 8, at + 8 + size);
    if (kind === "INFO") found.text(Object.hasOwn(TEXTS, name) ? TEXTS[name] : undefined, part.text());
    if (kind === "adtl" && name === "labl") labels.set(part.getUint32(0, true), part.text(4));
    at += 8 + size + (size % 2);
  }
}
