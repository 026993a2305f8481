/** Pictures: their sizes by their headers, and what is left out of them. ffmpeg makes them and reads them back. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { imageSize } from "image-size";
import { partsOfJpeg } from "./jpeg.js";
import { withoutPrivate } from "./private.js";
import { sizeOf } from "./size.js";

const folder = mkdtempSync(join(tmpdir(), "secuencia-pictures-"));
after(() => rmSync(folder, { recursive: true }));

const ffmpeg = (...args: string[]) =>
  execFileSync("ffmpeg", ["-v", "error", "-y", ...args], { maxBuffer: 1 << 26, stdio: ["ignore", "pipe", "inherit"] });

function picture(name: string, ...options: string[]): Uint8Array {
  const path = join(folder, name);
  ffmpeg("-f", "lavfi", "-i", "testsrc2=s=300x200:d=1:r=1", "-frames:v", "1", ...options, path);
  return new Uint8Array(readFileSync(path));
}

/** The decoded pixels. */
function pixels(name: string, bytes: Uint8Array): Buffer {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return ffmpeg("-i", path, "-f", "rawvideo", "-pix_fmt", "rgb24", "-");
}

const jpeg = picture("plain.jpg");
const png = picture("plain.png");

test("the size is that of the header, in each kind", () => {
  assert.deepEqual(sizeOf(png), { width: 300, height: 200, mimeType: "image/png" });
  assert.deepEqual(sizeOf(jpeg), { width: 300, height: 200, mimeType: "image/jpeg" });
  for (const name of ["a.gif", "a.bmp"]) assert.deepEqual(sizeOf(picture(name)), { width: 300, height: 200 }, name);
  for (const [name, lossless] of [
    ["lossy.webp", "0"],
    ["lossless.webp", "1"],
  ] as const) {
    assert.deepEqual(sizeOf(picture(name, "-lossless", lossless)), { width: 300, height: 200 }, name);
  }
  // An extended WebP, and an AVIF of two sizes.
  const extended = Buffer.from("RIFF\0\0\0\0WEBPVP8X\n\0\0\0\0\0\0\0\x2b\x01\0\xc7\0\0", "latin1");
  assert.deepEqual(sizeOf(extended), { width: 300, height: 200 });
  const ispe = (width: number, height: number) => {
    const box = Buffer.from(`\0\0\0\x14ispe${"\0".repeat(12)}`, "latin1");
    box.writeUInt32BE(width, 12);
    box.writeUInt32BE(height, 16);
    return box;
  };
  const avif = Buffer.concat([Buffer.from("\0\0\0\x10ftypavif\0\0\0\0", "latin1"), ispe(20, 10), ispe(300, 200)]);
  assert.deepEqual(sizeOf(avif), { width: 300, height: 200 });
});

test("what has no size is none", () => {
  for (const text of [
    "",
    "text",
    "<svg/>",
    "\x89PNG\r\n\x1a\n",
    "\xff\xd8\xff",
    "GIF8",
    "RIFF    WEBP",
    "BM",
    "    ftyp",
  ]) {
    assert.equal(sizeOf(Buffer.from(text, "latin1")), undefined, text);
  }
});

/** A segment of a JPEG. */
const segment = (marker: number, text: string) =>
  Buffer.concat([
    Buffer.from([0xff, marker, (text.length + 2) >> 8, (text.length + 2) & 255]),
    Buffer.from(text, "latin1"),
  ]);

/** Exif with a place and an orientation, in either order of bytes. */
function exif(turn: number, isLittle: boolean): Buffer {
  const tiff = Buffer.alloc(60);
  const u16 = (value: number, at: number) => (isLittle ? tiff.writeUInt16LE(value, at) : tiff.writeUInt16BE(value, at));
  const u32 = (value: number, at: number) => (isLittle ? tiff.writeUInt32LE(value, at) : tiff.writeUInt32BE(value, at));
  tiff.write(isLittle ? "II" : "MM", 0);
  u16(42, 2);
  u32(8, 4);
  u16(2, 8);
  // The picture's description, and its orientation.
  for (const [at, tag, type, count] of [
    [10, 0x010e, 2, 14],
    [22, 0x0112, 3, 1],
  ] as const) {
    u16(tag, at);
    u16(type, at + 2);
    u32(count, at + 4);
  }
  u32(40, 18);
  u16(turn, 30);
  tiff.write("48.8584 2.2945", 40);
  return segment(0xe1, `Exif\0\0${tiff.toString("latin1")}`);
}

test("a JPEG keeps its pixels, its colours and its orientation, and nothing that is private", () => {
  for (const isLittle of [true, false]) {
    for (const turn of [1, 3, 6, 8, 99]) {
      const given = Buffer.concat([
        jpeg.subarray(0, 2),
        exif(turn, isLittle),
        segment(0xe1, "http://ns.adobe.com/xap/1.0/\0<x>48.8584 2.2945</x>"),
        segment(0xe2, "MPF\0 48.8584 2.2945"),
        segment(0xe2, "ICC_PROFILE\0\x01\x01 colours"),
        segment(0xed, "Photoshop 3.0\0 48.8584 2.2945"),
        segment(0xfe, "48.8584 2.2945"),
        jpeg.subarray(2),
        Buffer.from("a film from 48.8584 2.2945"),
      ]);
      const clean = withoutPrivate(given);
      const text = Buffer.from(clean).toString("latin1");
      assert.ok(!text.includes("48.8584"), "the place");
      assert.ok(text.includes("ICC_PROFILE\0\x01\x01 colours"), "the colours");
      assert.equal(imageSize(clean).orientation ?? 1, turn === 99 ? 1 : turn);
      assert.equal(
        [...partsOfJpeg(clean)].filter(({ marker }) => marker === 0xe1).length,
        [3, 6, 8].includes(turn) ? 1 : 0,
      );
      assert.deepEqual(withoutPrivate(clean), clean, "a second time changes nothing");
      // ffmpeg would turn the picture.
      if (turn === 1 || turn === 99) assert.deepEqual(pixels("clean.jpg", clean), pixels("plain.jpg", jpeg));
    }
  }
});

test("a PNG keeps its pixels, and no text", () => {
  const chunk = (type: string, text: string) => {
    const bytes = Buffer.alloc(12 + text.length);
    bytes.writeUInt32BE(text.length, 0);
    bytes.write(type + text, 4, "latin1");
    return bytes;
  };
  const [head, rest] = [png.subarray(0, 33), png.subarray(33)];
  const texts = ["tEXt", "zTXt", "iTXt", "eXIf", "tIME"].map((type) => chunk(type, "48.8584"));
  const clean = withoutPrivate(Buffer.concat([head, ...texts, rest, Buffer.from("48.8584")]));
  assert.ok(!Buffer.from(clean).includes("48.8584"));
  assert.deepEqual(pixels("clean.png", clean), pixels("plain.png", png));
});

test("any bytes are taken, and a picture that cannot be taken apart stays as it is", () => {
  let state = 19;
  const random = (below: number) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return (state >>> 8) % below;
  };
  for (let round = 0; round < 2000; round += 1) {
    const original = round % 2 ? jpeg : png;
    const bytes = original.slice(0, random(2) ? original.length : random(original.length));
    for (let change = 0; change < 4 && bytes.length > 0; change += 1)
      bytes[random(Math.min(bytes.length, 700))] = random(256);
    const before = bytes.slice();
    sizeOf(bytes);
    const clean = withoutPrivate(bytes);
    assert.ok(clean.length <= before.length + 36);
    assert.deepEqual(bytes, before, "the given bytes stay");
  }
});
