/**
 * A finished piece, made by the package in a page: every tag, three covers, chapters with pictures. Four independent
 * readers find all of it, and browsers decode exactly the timeline's samples.
 */
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { mutagen, readAll } from "../tests/support/readers/readers.mjs";
import { decode } from "./audio.mjs";
import { startSession } from "./session.mjs";

const RATE = 44_100;
const SECONDS = 20;
const TAGS = {
  title: "Ein Brief für den Leuchtturm 灯台",
  artist: "Ärtist ∀",
  album: "Альбом",
  albumArtist: "アルバム",
  composer: "Cömposer",
  narrator: "Nárrator 🎙",
  genre: "Hörspiel",
  year: "2026-03-01",
  comment: "A «comment», e\u0301",
  description: "עברית",
  longDescription: "The same, “at length”. ".repeat(40).trim(),
  copyright: "© 2026 Nobody",
  language: "pt-BR",
  grouping: "Gröup",
  track: { number: 3, total: 12 },
  disc: { number: 1, total: 2 },
  mediaType: "audiobook",
};
/** Each text's name in the file, in ffprobe (which has none for a narrator) and in MediaInfo. */
const NAMES = {
  title: ["©nam", "title", "Title"],
  artist: ["©ART", "artist", "Performer"],
  album: ["©alb", "album", "Album"],
  albumArtist: ["aART", "album_artist", "Album_Performer"],
  composer: ["©wrt", "composer", "Composer"],
  narrator: ["©nrt", undefined, "nrt"],
  genre: ["©gen", "genre", "Genre"],
  year: ["©day", "date", "Recorded_Date"],
  comment: ["©cmt", "comment", "Comment"],
  description: ["desc", "description", "Description"],
  longDescription: ["ldes", "synopsis", "LongDescription"],
  copyright: ["cprt", "copyright", "Copyright"],
  language: ["----:com.apple.iTunes:LANGUAGE", "LANGUAGE", "LANGUAGE"],
  grouping: ["©grp", "grouping", "Grouping"],
};

/** @type {Awaited<ReturnType<typeof startSession>>} */
let session;
/** The page's exports, by name: the result's facts and the file's path. */
const made = {};
before(async () => {
  session = await startSession();
  await session.openBlank();
  const jobs = {
    plain: { tags: {} },
    many: { tags: TAGS, count: 300 },
    listed: { tags: TAGS, count: 200, pictures: true },
  };
  const found = await session.driver.executeAsyncScript(make, jobs, { rate: RATE, seconds: SECONDS });
  assert.equal(found.error, undefined);
  for (const [name, { base64, ...facts }] of Object.entries(found.made)) {
    const path = join(session.folder, `${name}.m4b`);
    writeFileSync(path, base64, "base64");
    made[name] = { ...facts, covers: found.covers, path };
  }
});
after(() => session?.close());

test("every reader finds every tag and all three covers", async () => {
  const { path, covers } = made.many;
  const found = await readAll(path);
  for (const [tag, [inFile, atFfprobe, atMediaInfo]] of Object.entries(NAMES)) {
    assert.deepEqual(found.mutagen.tags[inFile], [TAGS[tag]], `mutagen: ${tag}`);
    assert.deepEqual(found.musicMetadata.tags[inFile], [TAGS[tag]], `music-metadata: ${tag}`);
    assert.equal(found.mediaInfo.tags[atMediaInfo], TAGS[tag], `MediaInfo: ${tag}`);
    if (atFfprobe) assert.equal(found.ffprobe.format.tags[atFfprobe], TAGS[tag], `ffprobe: ${tag}`);
  }
  assert.deepEqual([found.mutagen.tags.trkn, found.mutagen.tags.disk], [[[3, 12]], [[1, 2]]]);
  assert.deepEqual([found.ffprobe.format.tags.track, found.ffprobe.format.tags.disc], ["3/12", "1/2"]);
  assert.deepEqual([found.musicMetadata.tags.trkn, found.musicMetadata.tags.disk], [["3/12"], ["1/2"]]);
  assert.deepEqual([found.mutagen.tags.stik, found.ffprobe.format.tags.media_type], [[2], "2"]);
  assert.equal(found.mediaInfo.tags.ContentType, "Audiobook");
  assert.deepEqual(found.musicMetadata.languages, ["por", "por"]);
  // PNG and JPEG are unchanged; the WebP was converted to one of them.
  for (const { tags } of [found.mutagen, found.musicMetadata]) {
    assert.deepEqual(tags.covr.slice(0, 2), covers);
    assert.equal(tags.covr.length, 3);
  }
  assert.deepEqual(
    found.ffprobe.streams.slice(2).map(({ codec_name, width, height }) => [codec_name, width, height]),
    [
      ["png", 64, 48],
      ["mjpeg", 300, 300],
      ["mjpeg", 120, 90],
    ],
  );
});

test("every reader finds every chapter, to the millisecond of its sample, in both kinds", async () => {
  for (const [name, isListed] of [
    ["many", false],
    ["listed", true],
  ]) {
    const { path, result } = made[name];
    const found = await readAll(path);
    const expected = result.chapters.map(({ title, startTime }) => {
      const frame = Math.round(startTime * RATE);
      assert.equal(startTime, frame / RATE, "a chapter starts at a sample");
      return { title, frame, milliseconds: Math.floor((frame * 1000) / RATE) };
    });
    const inFrames = expected.map(({ title, frame }) => ({ title, frame }));
    assert.deepEqual(
      found.ffprobe.chapters.map(({ tags, start }) => ({ title: tags.title, frame: start })),
      inFrames,
    );
    assert.deepEqual(
      found.musicMetadata.chapters.map(({ title, start }) => ({ title, frame: start })),
      inFrames,
    );
    const inMilliseconds = expected.map(({ title, milliseconds }) => ({ title, milliseconds }));
    assert.deepEqual(found.mediaInfo.menus, isListed ? [inMilliseconds, inMilliseconds] : [inMilliseconds]);
    const ofList = found.mutagen.chapters.map(({ title, start }) => ({
      title,
      milliseconds: Math.floor(start * 1000),
    }));
    assert.deepEqual(ofList, isListed ? inMilliseconds : []);
    const remarks = result.warnings.map(({ message }) => message);
    assert.equal(remarks.length, isListed ? 0 : 1);
    assert.ok(isListed || remarks[0].startsWith("The file has 300 chapters"));
  }
});

test("its name is an audiobook's, and its title the timeline's where none is given", async () => {
  assert.equal(made.many.result.name, "Scene 1.m4b");
  assert.deepEqual((await mutagen(made.plain.path)).tags["©nam"], ["Scene 1"]);
});

test("the audio is what it is without tags and chapters", () => {
  const plain = decode(made.plain.path);
  assert.equal(plain.length, SECONDS * RATE + 1);
  for (const name of ["many", "listed"]) assert.deepEqual(decode(made[name].path), plain);
});

for (const engine of ["chromium", "firefox"]) {
  test(`${engine} decodes it to the sample, and plays it`, async () => {
    const other = engine === "chromium" ? session : await startSession(engine);
    try {
      // Firefox does not play audio in a blank page.
      await other.driver.get(other.site.url);
      for (const name of ["many", "listed"]) {
        const heard = await other.driver.executeAsyncScript(hear, readFileSync(made[name].path, "base64"), RATE);
        assert.deepEqual(heard, { frames: SECONDS * RATE + 1, seconds: SECONDS, isPlaying: true });
      }
    } finally {
      if (other !== session) await other.close();
    }
  });
}

// The functions below run in the page.

/** Exports a timeline of one tone, once for each job. */
async function make(jobs, { rate, seconds }, done) {
  try {
    const { openLibrary } = await import("/secuencia/index.js");
    const library = await openLibrary({ database: "finished" });
    const pictures = await Promise.all([
      draw("image/png", 64, 48),
      draw("image/jpeg", 300, 300),
      draw("image/webp", 120, 90),
    ]);
    const images = await Promise.all(pictures.map((picture) => library.addImage(picture)));
    const ids = images.map(({ id }) => id);
    const asset = await library.addAsset(tone());
    const made = {};
    for (const [name, { tags, count = 0, pictures: hasPictures }] of Object.entries(jobs)) {
      const chapters = Array.from({ length: count }, (_, index) => ({
        title: `${index}. Träd, 日本, עברית, e\u0301, 👩‍🚀`,
        offset: (index * 601) / 9973,
        ...(hasPictures && { image: ids[index % 3] }),
      }));
      const options = { chapters, tags: count ? { ...tags, covers: ids } : tags };
      const timeline = await library.buildTimeline("Scene 1", [asset.id], options);
      const { file, stats: _, ...result } = await library.exportAudio(timeline.id, { extension: "m4b" });
      made[name] = { result, base64: await base64Of(file) };
    }
    const covers = [];
    for (const picture of pictures.slice(0, 2)) covers.push({ type: picture.type, data: await base64Of(picture) });
    done({ made, covers });
  } catch (error) {
    done({ error: `${error.stack ?? error}` });
  }

  function draw(type, width, height) {
    const canvas = new OffscreenCanvas(width, height);
    const context = canvas.getContext("2d");
    context.fillStyle = "teal";
    context.fillRect(0, 0, width, height);
    context.fillStyle = "gold";
    context.fillRect(width / 4, height / 4, width / 2, height / 2);
    return canvas.convertToBlob({ type });
  }

  /** Returns a WAV file, one sample longer than `seconds`. */
  function tone() {
    const samples = Int16Array.from({ length: rate * seconds + 1 }, (_, n) => 9000 * Math.sin(n * 0.05));
    const header = new DataView(new ArrayBuffer(44));
    const write = (at, text) => {
      for (let n = 0; n < text.length; n += 1) header.setUint8(at + n, text.charCodeAt(n));
    };
    write(0, "RIFF");
    header.setUint32(4, 36 + samples.byteLength, true);
    write(8, "WAVEfmt ");
    header.setUint32(16, 16, true);
    header.setUint16(20, 1, true);
    header.setUint16(22, 1, true);
    header.setUint32(24, rate, true);
    header.setUint32(28, rate * 2, true);
    header.setUint16(32, 2, true);
    header.setUint16(34, 16, true);
    write(36, "data");
    header.setUint32(40, samples.byteLength, true);
    return new Blob([header, samples]);
  }

  function base64Of(blob) {
    return new Promise((resolve) => {
      const reader = new FileReader();
      reader.onload = () => resolve(reader.result.slice(reader.result.indexOf(",") + 1));
      reader.readAsDataURL(blob);
    });
  }
}

/** Decodes a file, and plays it. Returns the number of frames, the player's whole seconds, and whether it plays. */
async function hear(base64, sampleRate, done) {
  try {
    const bytes = Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
    const player = new Audio(URL.createObjectURL(new Blob([bytes], { type: "audio/mp4" })));
    player.muted = true;
    const { length } = await new OfflineAudioContext(1, 1, sampleRate).decodeAudioData(bytes.buffer);
    await player.play();
    await new Promise((resolve) => player.addEventListener("timeupdate", () => player.currentTime > 0.2 && resolve()));
    const isPlaying = !player.paused && player.error === null;
    player.pause();
    done({ frames: length, seconds: Math.floor(player.duration), isPlaying });
  } catch (error) {
    done({ error: String(error) });
  }
}
