import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { type AudioDescription, describeAudio } from "./describe.ts";

const folder = mkdtempSync(join(tmpdir(), "secuencia-describe-"));
after(() => rmSync(folder, { recursive: true, force: true }));

const at = (name: string) => join(folder, name);
const contentOf = (name: string) => new Blob([readFileSync(at(name))]);
const ffmpeg = (...args: string[]) => execFileSync("ffmpeg", ["-nostdin", "-v", "error", "-y", ...args]);

const TITLES = ["Beginning", "Café ☕, and “more”", "End"];

before(() => {
  const chapters = TITLES.map((title, n) => {
    const times = `START=${n * 2000}\nEND=${n * 2000 + 2000}`;
    return `[CHAPTER]\nTIMEBASE=1/1000\n${times}\ntitle=${title}\n`;
  });
  const tags = ["title=The Book", "artist=Ann Author", "album=Series", "genre=Drama", "date=2026", "track=3/12"];
  writeFileSync(at("facts.txt"), [";FFMETADATA1", ...tags, "copyright=© us", ...chapters].join("\n"));
  const size = "color=red:size=16x16";
  ffmpeg("-f", "lavfi", "-i", size, "-frames:v", "1", at("cover.png"));
  ffmpeg("-f", "lavfi", "-i", size, "-frames:v", "1", at("cover.jpg"));
  ffmpeg("-f", "lavfi", "-i", "sine=d=6", at("tone.wav"));
});

/** Writes the tone with all facts, and perhaps a cover, by ffmpeg. */
function write(name: string, codec: readonly string[], cover?: string): Blob {
  const facts = ["-f", "ffmetadata", "-i", at("facts.txt"), ...(cover ? ["-i", at(cover)] : [])];
  const picture = cover ? ["-map", "2", "-c:v", "copy", "-disposition:v", "attached_pic"] : [];
  const from = ["-map", "0", "-map_metadata", "1", "-map_chapters", "1"];
  ffmpeg("-i", at("tone.wav"), ...facts, ...from, ...picture, ...codec, at(name));
  return contentOf(name);
}

const CHAPTERS = TITLES.map((title, n) => ({ title, offset: n * 2 }));

function assertFacts({ tags, chapters }: AudioDescription, more: Partial<AudioDescription["tags"]> = {}): void {
  const { title, artist, album, genre, year } = tags;
  assert.deepEqual(
    { title, artist, album, genre, year },
    { title: "The Book", artist: "Ann Author", album: "Series", genre: "Drama", year: "2026" },
  );
  for (const [name, value] of Object.entries(more)) assert.deepEqual(tags[name as keyof typeof tags], value, name);
  assert.deepEqual(
    chapters.map((chapter) => chapter.title),
    TITLES,
  );
  chapters.forEach(({ offset }, n) => {
    assert.ok(Math.abs(offset - n * 2) < 0.002, `chapter ${n + 1} begins at ${offset}`);
  });
}

async function assertCover({ cover }: AudioDescription, name: string): Promise<void> {
  assert.ok(cover, "it has no cover");
  assert.ok(Buffer.from(await cover.arrayBuffer()).equals(readFileSync(at(name))));
  assert.equal(cover.type, name.endsWith("png") ? "image/png" : "image/jpeg");
}

test("an M4B has its chapters, its tags and its cover", async () => {
  const content = write("book.m4b", ["-c:a", "aac", "-f", "ipod"], "cover.jpg");
  const found = await describeAudio(content);
  assertFacts(found, { track: { number: 3, total: 12 }, copyright: "© us" });
  await assertCover(found, "cover.jpg");
});

test("Nero's chapters are read where there is no track of them", async () => {
  const content = write("nero.m4a", ["-c:a", "aac", "-f", "mp4"]);
  const bytes = Buffer.from(await content.arrayBuffer());
  const chap = bytes.indexOf("tref");
  assert.ok(chap > 0 && bytes.includes("chpl"));
  bytes.write("free", chap);
  assertFacts(await describeAudio(new Blob([bytes])));
});

for (const version of ["3", "4"]) {
  test(`an MP3 with an ID3v2.${version} tag has them too`, async () => {
    const found = await describeAudio(
      write(`book-${version}.mp3`, ["-c:a", "libmp3lame", "-id3v2_version", version], "cover.png"),
    );
    assertFacts(found, { track: { number: 3, total: 12 } });
    await assertCover(found, "cover.png");
  });
}

test("FLAC and Ogg have them as comments", async () => {
  const flac = await describeAudio(write("book.flac", ["-c:a", "flac"], "cover.png"));
  // ffmpeg writes chapters only into Opus.
  assertFacts({ ...flac, chapters: CHAPTERS });
  await assertCover(flac, "cover.png");
  assertFacts({ ...(await describeAudio(write("book.ogg", ["-c:a", "libvorbis"]))), chapters: CHAPTERS });
  assertFacts(await describeAudio(write("book.opus", ["-c:a", "libopus"])));
});

/** A chunk of RIFF. */
function chunk(name: string, ...parts: (Buffer | number)[]): Buffer {
  const numbers = (part: Buffer | number) => {
    if (typeof part !== "number") return part;
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32LE(part);
    return bytes;
  };
  const body = Buffer.concat(parts.map(numbers));
  const size = Buffer.alloc(4);
  size.writeUInt32LE(body.length);
  return Buffer.concat([Buffer.from(name), size, body, Buffer.alloc(body.length % 2)]);
}

test("a WAV’s markers are its chapters, by their labels", async () => {
  const data = Buffer.from("data");
  const cue = (id: number, frame: number) => [id, frame, data, 0, 0, frame];
  const label = (id: number, text: string) => chunk("labl", id, Buffer.from(`${text}\0`, "latin1"));
  const wav = Buffer.concat([
    readFileSync(at("tone.wav")),
    chunk("cue ", 3, ...cue(7, 88_200), ...cue(2, 0), ...cue(9, 44_100).flat()),
    chunk("LIST", Buffer.from("adtl"), label(2, "Début"), label(7, "Last")),
    chunk("LIST", Buffer.from("INFO"), chunk("IART", Buffer.from("Somebody\0"))),
  ]);
  const { chapters, tags } = await describeAudio(new Blob([wav]));
  assert.deepEqual(chapters, [
    { title: "Début", offset: 0 },
    { title: "Chapter 2", offset: 1 },
    { title: "Last", offset: 2 },
  ]);
  assert.equal(tags.artist, "Somebody");
});

test("what says nothing of itself, and what is no audio, has no description", async () => {
  for (const content of ["", "RIFF", "ID3", "OggS", "fLaC", "\0\0\0\x08ftyp\0\0\0\0moov", "words, words, words"]) {
    assert.deepEqual(await describeAudio(new Blob([content])), { tags: {}, chapters: [] });
  }
});

test("a tag that is larger than the limit is passed over", async () => {
  const head = Buffer.from([0x49, 0x44, 0x33, 4, 0, 0, 0x7f, 0x7f, 0x7f, 0x7f]);
  assert.deepEqual(await describeAudio(new Blob([head, readFileSync(at("tone.wav"))])), { tags: {}, chapters: [] });
});

test("spoilt files give less or nothing, and never an error", { timeout: 120_000 }, async () => {
  let state = 7;
  const random = (below: number) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  const files = ["book.m4b", "book-3.mp3", "book-4.mp3", "book.flac", "book.ogg"];
  for (const name of files) {
    const whole = readFileSync(at(name));
    for (let round = 0; round < 200; round += 1) {
      const spoilt = Buffer.from(whole.subarray(0, round % 3 === 0 ? random(whole.length) : whole.length));
      for (let n = 0; n < 8 && spoilt.length > 0; n += 1) {
        spoilt[random(Math.min(spoilt.length, 4096))] = random(4) === 0 ? 0xff : random(256);
      }
      const { chapters } = await describeAudio(new Blob([spoilt]));
      assert.ok(chapters.length <= 10_000, name);
    }
  }
});
