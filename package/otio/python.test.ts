/** The official Python package reads our files, and we read its files. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { otioToTimeline, timelineToOtio } from "../otio.js";
import type { Metadata, Timeline } from "../types.js";
import { type JsonObject, parseJson, toPlain, writeJson } from "./json.js";
import { Random, randomFile, randomTimeline } from "./random-timelines.js";

const PYTHON = ".tools/python/bin/python";

/** The package's findings in a file: see tests/support/read_otio.py. */
interface Found {
  name: string;
  metadata: { secuencia: Metadata };
  duration: number;
  tracks: { name: string; kind: string; lane: number | null; clips: number }[];
  markers: [name: string, start: number, metadata: { secuencia?: Metadata }][];
  clips: FoundClip[];
  written: string;
}

interface FoundClip {
  name: string;
  metadata: { secuencia: Metadata; host?: { of: string } };
  start: number;
  duration: number;
  sourceStart: number;
  enabled: boolean;
  kinds: (string | null)[];
  url: string | null;
  available: number | null;
}

function readInPython(texts: string[]): Found[] {
  assert.ok(existsSync(PYTHON), "Python's readers are missing: scripts/setup.sh test installs them");
  const options = { input: JSON.stringify(texts), encoding: "utf8", maxBuffer: 1 << 28 } as const;
  const { stdout, stderr } = spawnSync(PYTHON, ["tests/support/read_otio.py"], options);
  assert.equal(stderr, "");
  return toPlain(parseJson(stdout)) as Found[];
}

const isNear = (a: number, b: number, tolerance = 1e-9) => Math.abs(a - b) <= tolerance * Math.max(1, Math.abs(b));

test("the package finds a timeline's tracks, clips, ranges, markers and metadata, and writes the same timeline", () => {
  const made = Array.from({ length: 60 }, (_, seed) => withShortNumbers(randomTimeline(new Random(seed))));
  const found = readInPython(made.map(({ timeline, assets }) => timelineToOtio(timeline, assets)));
  for (const [index, { timeline, assets }] of made.entries()) {
    const { name, metadata, duration, tracks, markers, clips, written } = found[index] as Found;
    const which = `seed ${index}`;
    assert.equal(name, timeline.name, which);
    assert.ok(isNear(duration, timeline.durationSeconds), which);
    assert.deepEqual(metadata.secuencia.tags, timeline.tags, which);
    assert.ok(tracks.every(({ kind }) => kind === "Audio"));
    assert.equal(
      tracks.reduce((sum, track) => sum + track.clips, 0),
      timeline.clips.length,
      which,
    );
    assert.deepEqual(new Set(tracks.map(({ lane }) => lane)), new Set(timeline.clips.map(({ lane }) => lane)), which);
    assert.deepEqual(
      markers.map(([title, , { secuencia }]) => [title, secuencia?.image]),
      (timeline.chapters ?? []).map(({ title, image }) => [title, image]),
    );
    for (const [place, [, start]] of markers.entries())
      assert.ok(isNear(start, timeline.chapters?.[place]?.offset ?? -1));

    const byId = new Map(clips.map((clip) => [clip.metadata.secuencia.id, clip]));
    for (const clip of timeline.clips) {
      const {
        start,
        duration: length,
        sourceStart,
        enabled,
        metadata: ours,
        url,
        available,
      } = byId.get(clip.id) as FoundClip;
      const asset = assets.find(({ id }) => id === clip.assetId);
      assert.ok(
        isNear(start, clip.offset) && isNear(length, clip.duration) && isNear(sourceStart, clip.sourceStart),
        which,
      );
      assert.equal(enabled, !clip.isMuted, which);
      assert.equal(url, asset ? encodeURIComponent(asset.name) : null, which);
      assert.ok(asset ? isNear(available ?? -1, asset.durationSeconds) : available === null, which);
      const { fadeIn, pan, text, metadata: others } = ours.secuencia;
      assert.ok(isNear(Number(fadeIn ?? 0), clip.fadeIn ?? 0), which);
      assert.deepEqual([pan, text, others], [clip.pan, clip.text, clip.metadata], which);
    }
    const back = otioToTimeline(written);
    assert.deepEqual(back.timeline, timeline, which);
    assert.deepEqual(back.notes, [], which);
  }
});

test("clips of another program's file, in nested and trimmed tracks, are where the package says that they are", () => {
  const files = Array.from({ length: 80 }, (_, seed) => randomFile(new Random(seed), { isTrimmed: true }));
  const timelines = files.map((file) => otioToTimeline(writeJson(file)).timeline);
  const found = readInPython(files.map((file) => writeJson(file)));
  const again = readInPython(timelines.map((timeline) => timelineToOtio(timeline, [])));
  let compared = 0;
  for (const [index, timeline] of timelines.entries()) {
    const onClocks = clipsOnClocks(files[index] as JsonObject);
    const ours = new Map(timeline.clips.map((clip) => [tokenOf(clip), clip]));
    for (const { clips } of [found[index], again[index]] as Found[]) {
      const heard = clips.filter(
        ({ kinds, duration, url }) => !kinds.includes("Video") && duration > 1e-9 && url !== null,
      );
      const byToken = new Map(heard.map((clip) => [clip.metadata.host?.of, clip]));
      for (const [token, clip] of ours) {
        if (onClocks.has(token)) continue;
        const theirs = byToken.get(token) as FoundClip;
        assert.ok(theirs, `seed ${index}: ${token} is not heard there`);
        const places = [
          [clip.offset, theirs.start],
          [clip.duration, theirs.duration],
          [clip.sourceStart, theirs.sourceStart],
        ] as const;
        // 23.976 is 24000/1001 for us, and exactly 23.976 for the package.
        for (const [one, other] of places) assert.ok(isNear(one, other, 1e-4), `seed ${index}: ${token} ${places}`);
        assert.equal(!clip.isMuted, theirs.enabled, `seed ${index}: ${token}`);
        compared += 1;
      }
      for (const token of byToken.keys()) {
        assert.ok(ours.has(String(token)) || onClocks.has(String(token)), `seed ${index}: ${token} is heard there`);
      }
    }
  }
  assert.ok(compared > 400, `${compared} clips`);
});

test("OpenTimelineIO's own samples, written again here, are read by the package", () => {
  const folder = new URL("../../tests/data/otio/", import.meta.url);
  const names = readdirSync(folder).filter((name) => name.endsWith(".otio"));
  const texts = names
    .map((name) => readFileSync(new URL(name, folder), "utf8"))
    // The package reads no schema versions newer than its own.
    .filter((text) => !text.includes("Marker.3"));
  const before = readInPython(texts);
  const after = readInPython(texts.map((text) => timelineToOtio(otioToTimeline(text).timeline, [])));
  for (const [index, { tracks, clips }] of before.entries()) {
    const { tracks: tracksNow, clips: clipsNow } = after[index] as Found;
    assert.deepEqual(
      tracksNow.map((track) => track.clips),
      tracks.map((track) => track.clips),
    );
    const place = ({ start, duration, sourceStart }: FoundClip) =>
      [start, duration, sourceStart].map((time) => time.toFixed(6));
    assert.deepEqual(clipsNow.map(place), clips.map(place));
  }
});

function tokenOf(clip: Timeline["clips"][number]): string {
  const { fields } = (clip.metadata as Metadata).otio as { fields: string };
  return (parseJson(fields) as JsonObject).token as string;
}

/** Rounds numbers: the package sometimes misreads the last of 17 digits. Times are whole numbers, and not affected. */
function withShortNumbers<T extends ReturnType<typeof randomTimeline>>({ timeline, assets }: T) {
  const short = <Value>(value: Value): Value =>
    JSON.parse(JSON.stringify(value), (_, part) => (typeof part === "number" ? Math.round(part * 1e6) / 1e6 : part));
  const clips = timeline.clips.map(({ metadata, pan, ...clip }) => ({
    ...clip,
    volumeDb: short(clip.volumeDb),
    ...(pan !== undefined && { pan: short(pan) }),
    ...(metadata && { metadata: short(metadata) }),
  }));
  const chapters = timeline.chapters?.map((chapter) => ({
    ...chapter,
    ...(chapter.metadata && { metadata: short(chapter.metadata) }),
  }));
  const metadata = timeline.metadata && { metadata: short(timeline.metadata) };
  return { assets, timeline: { ...timeline, clips, ...(chapters && { chapters }), ...metadata } };
}

/** Returns the tokens of clips in lane tracks whose range is a time of day for us, but a trim for the package. */
function clipsOnClocks(file: JsonObject): Set<string> {
  const timeline = (file.tracks ? file : (file.children as JsonObject[])[1]) as JsonObject;
  const kept = (otioToTimeline(writeJson(timeline)).timeline.metadata as { otio: { stack: { children: object[] } } })
    .otio;
  const tracks = (timeline.tracks as JsonObject).children as JsonObject[];
  const onClocks = tracks.filter(
    (track, index) => track.source_range && !("range" in (kept.stack.children[index] as object)),
  );
  return new Set(
    onClocks.flatMap((track) => [...writeJson(track).matchAll(/"of":"([^"]*)"/g)].map(([, of]) => of as string)),
  );
}
