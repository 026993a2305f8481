/**
 * Timelines are read and written without loss, whatever a file contains and however it is edited. Errors give the
 * place in the file.
 */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { OtioError, otioToTimeline, timelineToOtio } from "../otio.js";
import type { Metadata, Timeline, TimelineClip } from "../types.js";
import { isObject, type Json, type JsonObject, Numeral, numberIn, parseJson, writeJson } from "./json.js";
import { kindOf, USUAL } from "./kept.js";
import { Random, randomFile, randomTimeline } from "./random-timelines.js";
import { flicksOf, readRange, readTime, secondsOf } from "./time.js";

const SAMPLES = new URL("../../tests/data/otio/", import.meta.url);
const sample = (name: string) => readFileSync(new URL(name, SAMPLES), "utf8");
const ids = { id: "timeline" };
const read = (text: string) => otioToTimeline(text, ids).timeline;

test("a timeline comes back as it was, to the flick, and keeps nothing of a file that was written here", () => {
  for (let seed = 0; seed < 500; seed += 1) {
    const { timeline, assets } = randomTimeline(new Random(seed));
    const { timeline: back, notes } = otioToTimeline(timelineToOtio(timeline, assets));
    assert.deepEqual(back, timeline, `seed ${seed}`);
    assert.deepEqual(notes, []);
  }
});

test("a medium's name with half a character is written and read", () => {
  const { timeline } = randomTimeline(new Random(7));
  const clips = [{ ...(timeline.clips[0] as TimelineClip), assetId: "a" }];
  const a = { id: "a", name: "rain \ud800.wav", durationSeconds: 2, sampleRate: 48_000 };
  const { media } = otioToTimeline(timelineToOtio({ ...timeline, clips }, [a]));
  assert.deepEqual(
    media.map(({ name, url }) => [name, url]),
    [["rain \ud800.wav", "rain%20%EF%BF%BD.wav"]],
  );
});

test("the media of a timeline that was written here come back by their IDs, with name, line and voice", () => {
  const { timeline } = randomTimeline(new Random(7));
  const [clip] = timeline.clips as [TimelineClip];
  const clips = [
    { ...clip, id: "1", assetId: "a" },
    { ...clip, id: "2", assetId: "b" },
    { ...clip, id: "3", assetId: "a" },
  ];
  const a = { id: "a", name: "100 % rain/1.wav", durationSeconds: 2, sampleRate: 48_000, text: "Hush.", voice: "BRAM" };
  const text = timelineToOtio({ ...timeline, clips }, [a]);
  const { media } = otioToTimeline(text);
  assert.deepEqual(media, [
    { assetId: "a", url: "100%20%25%20rain%2F1.wav", name: a.name, text: "Hush.", voice: "BRAM", clips: 2 },
    { assetId: "b", name: clip.name, clips: 1 },
  ]);
  const elsewhere = timelineToOtio({ ...timeline, clips }, [a], { urlOf: ({ name }) => `media/${name}` });
  assert.equal(otioToTimeline(elsewhere).media[0]?.url, `media/${a.name}`);
  assert.deepEqual(read(elsewhere).clips, clips);
});

test("clips that overlap on a lane get tracks of their own, and tracks come as editors show them, the highest on top", () => {
  const { timeline } = randomTimeline(new Random(7));
  const [any] = timeline.clips as [TimelineClip];
  const clip = (id: string, lane: number, offset: number) => ({ ...any, id, lane, offset, duration: 2 });
  const clips = [clip("a", 0, 0), clip("b", 0, 1), clip("c", 0, 2), clip("d", 2, 0), clip("e", -1, 5)];
  const stack = tracksIn(timelineToOtio({ ...timeline, clips }, []));
  assert.deepEqual(
    stack.map(({ name, children }) => [name, (children as JsonObject[]).map((child) => kindOf(child))]),
    [
      ["Lane 2", ["Clip"]],
      ["Main lane", ["Clip", "Clip"]],
      ["Main lane (2)", ["Gap", "Clip"]],
      ["Lane -1", ["Gap", "Clip"]],
    ],
  );
});

test("times are told at the timeline's rate where they are whole at it, or at the lowest at which they are", () => {
  const { timeline } = randomTimeline(new Random(7));
  const [any] = timeline.clips as [TimelineClip];
  const ranges = (sourceStart: number, duration: number) => {
    const clips = [{ ...any, lane: 0, offset: 0, sourceStart, duration, metadata: {} }];
    const [track] = tracksIn(timelineToOtio({ ...timeline, audioRate: 48_000, clips }, []));
    const [{ source_range }] = childrenIn(track) as [JsonObject];
    const { start_time, duration: length } = source_range as JsonObject;
    return [start_time, length].map(
      (time) => writeJson((time as JsonObject).value as Json) + writeJson((time as JsonObject).rate as Json),
    );
  };
  assert.deepEqual(ranges(0.5, 1 / 48_000), ["24000.048000.0", "1.048000.0"]);
  assert.deepEqual(ranges(0, 7 / 22_050), ["0.03150.0", "1.03150.0"]);
});

test("any rate is read, and what film people call 23.976 is 24000/1001", () => {
  const seconds = (value: number, rate: number) => secondsOf(readTime({ value, rate }, "").flicks);
  assert.equal(seconds(24_000, 23.976), 1001);
  assert.equal(seconds(24_000, 24_000 / 1001), 1001);
  assert.equal(seconds(48_000, 23.98), 2002);
  assert.equal(seconds(30_000, 29.97), 1001);
  assert.equal(seconds(12.5, 25), 0.5);
  assert.equal(seconds(-3, 24), -0.125);
  // Exact to the flick after 100 days.
  assert.equal(readTime({ value: 8_640_000 * 192_000 + 1, rate: 192_000 }, "").flicks, 8_640_000 * 705_600_000 + 3675);
});

test("a file of another program comes out as it went in, but for what we add", () => {
  for (let seed = 0; seed < 150; seed += 1) {
    const file = randomFile(new Random(seed));
    const timeline = read(writeJson(file));
    const out = timelineToOtio(timeline, []);
    assert.deepEqual(essence(parseJson(out)), essence(file), `seed ${seed}`);
    assert.deepEqual(read(out), timeline, `seed ${seed}, once more`);
  }
});

test("an edited timeline has its clips in their new places, and takes along what it had from the file", () => {
  for (let seed = 0; seed < 150; seed += 1) {
    const random = new Random(seed);
    const file = randomFile(random, { isTrimmed: seed % 2 === 0 });
    const { timeline } = otioToTimeline(writeJson(file), ids);
    const edited = edit(timeline, random);
    const departures = new Departures(file, timeline, edited);
    const text = timelineToOtio(edited, []);
    const back = read(text);
    assert.deepEqual(back.clips.map(place), edited.clips.map(place), `seed ${seed}`);

    const [before, after] = [objectsIn(file), objectsIn(parseJson(text))];
    for (const [token, object] of before) {
      const found = after.get(token);
      if (!found) assert.ok(departures.hasGone(token), `seed ${seed}: ${token} is lost`);
      else assert.equal(strangeness(found), strangeness(object), `seed ${seed}: ${token}`);
    }
  }
});

test("a clip's media, as the file knew them, go when the clip plays another asset, and stay when it plays theirs", () => {
  const text = writeJson(randomFile(new Random(3)));
  const { timeline, media } = otioToTimeline(text, ids);
  const known = media.map(({ assetId, name }) => ({ id: assetId, name, durationSeconds: 60, sampleRate: 48_000 }));
  const urls = (out: string) => otioToTimeline(out, ids).media.map(({ url }) => url);
  assert.deepEqual(urls(timelineToOtio(timeline, known)).sort(), media.map(({ url }) => url).sort());
  const other = { id: "other", name: "other.wav", durationSeconds: 60, sampleRate: 48_000 };
  const clips = timeline.clips.map((clip) => ({ ...clip, assetId: "other" }));
  assert.deepEqual(urls(timelineToOtio({ ...timeline, clips }, [other])), ["other.wav"]);
  assert.deepEqual(read(timelineToOtio({ ...timeline, clips }, [other])).clips.map(place), clips.map(place));
});

test("OpenTimelineIO's own samples are read, and come out with all that they had", () => {
  const names = readdirSync(SAMPLES).filter((name) => name.endsWith(".otio"));
  assert.ok(names.length >= 8);
  for (const name of names) {
    const timeline = read(sample(name));
    const out = timelineToOtio(timeline, []);
    assert.deepEqual(read(out), timeline, name);
    if (name !== "nested_example.otio")
      assert.deepEqual(essence(parseJson(out)), essence(parseJson(sample(name))), name);
  }
});

test("of a film's timeline the audio tracks are heard, the others are kept, and it is said which", () => {
  const { timeline, media, notes } = otioToTimeline(sample("effects.otio"), ids);
  assert.equal(timeline.clips.length, 17);
  assert.equal(media.length, 10);
  assert.deepEqual(
    [...new Set(timeline.clips.map(({ lane }) => lane))].sort((a, b) => b - a),
    [-1, -2, -4, -5, -6, -7, -8, -9, -10],
  );
  assert.match(
    notes[0] ?? "",
    /^Tracks that are not for audio are kept, and not heard: “Video 1”, “Video 2”, “Video 3” and 5 more\.$/,
  );
  assert.match(notes[1] ?? "", /^Effects are kept, and not heard: /);
});

test("markers on the timeline are chapters, and keep their colours and comments", () => {
  const { timeline } = otioToTimeline(sample("premiere_example.otio"), ids);
  const chapters = timeline.chapters ?? [];
  assert.equal(chapters.length, 3);
  const without = { ...timeline, chapters: chapters.slice(1) };
  const stack = (parseJson(timelineToOtio(without, [])) as JsonObject).tracks as JsonObject;
  const original = (parseJson(sample("premiere_example.otio")) as JsonObject).tracks as JsonObject;
  assert.deepEqual(essence(stack.markers as Json), essence((original.markers as Json[]).slice(1)));
});

test("what is nested lies flat, each level's range cutting what is in it", () => {
  const { timeline } = otioToTimeline(sample("nested_example.otio"), ids);
  const frames = timeline.clips.map(({ name, offset, duration, sourceStart }) => [
    name,
    ...[offset, duration, sourceStart].map((seconds) => Math.round(seconds * 24)),
  ]);
  assert.deepEqual(frames, [
    ["Normal Clip 1", 0, 238, 135],
    ["Clip Inside A Stack 1", 238, 31, 373],
    ["Normal Clip 2", 269, 33, 101],
    ["Clip Inside A Stack 2", 302, 24, 429],
    ["Normal Clip 3", 331, 63, 179],
    ["Clip Inside A Track", 394, 1, 471],
    ["Normal Clip 4", 398, 238, 135],
  ]);
});

test("what cannot be represented is told in sentences", () => {
  const clip = (fields: JsonObject) => ({ OTIO_SCHEMA: "Clip.1", name: "A", source_range: range(10, 20), ...fields });
  const notesOf = (...children: Json[]) =>
    otioToTimeline(file({ OTIO_SCHEMA: "Track.1", kind: "Audio", children: [clip({}), ...children] })).notes;
  assert.deepEqual(notesOf(), []);
  const external = { OTIO_SCHEMA: "ExternalReference.1", target_url: "a.wav", available_range: range(15, 100) };
  assert.deepEqual(notesOf(clip({ name: "B", media_reference: external })), [
    "Clips that start before their audio does now start with it: “B”.",
  ]);
  assert.deepEqual(notesOf(clip({ name: "C", source_range: null })), [
    "Clips that do not say how long they last are kept, and not heard: “C”.",
  ]);
  assert.deepEqual(notesOf({ OTIO_SCHEMA: "Novelty.1", name: "D" }, { OTIO_SCHEMA: "Transition.1" }), [
    "What is of an unknown kind is kept, and not heard: “D”.",
    "Transitions are kept, and not heard: unnamed.",
  ]);
  assert.deepEqual(otioToTimeline(writeJson(clip({}))).notes, [
    "The file holds no timeline, but “A”. A timeline was made around it.",
  ]);
});

test("a clip that was muted by its track is muted, and its track is enabled again when it is not", () => {
  const clip = { OTIO_SCHEMA: "Clip.1", name: "A", source_range: range(0, 24) };
  const text = file({
    OTIO_SCHEMA: "Track.1",
    kind: "Audio",
    enabled: false,
    children: [clip, { ...clip, name: "B" }],
  });
  const timeline = read(text);
  assert.deepEqual(
    timeline.clips.map(({ isMuted }) => isMuted),
    [true, true],
  );
  const enabled = (clips: TimelineClip[]) => {
    const [track] = tracksIn(timelineToOtio({ ...timeline, clips }, []));
    return [track, ...childrenIn(track)].map((object) => object?.enabled);
  };
  assert.deepEqual(enabled(timeline.clips), [false, true, true]);
  assert.deepEqual(enabled(timeline.clips.map((one, index) => ({ ...one, isMuted: index > 0 }))), [true, true, false]);
});

test("what is no timeline is refused, in words that say where", () => {
  const clip = { OTIO_SCHEMA: "Clip.1", source_range: range(0, 24) };
  const track = (fields: JsonObject) => file({ OTIO_SCHEMA: "Track.1", kind: "Audio", children: [clip], ...fields });
  const child = (fields: JsonObject) => track({ children: [clip, { ...clip, ...fields }] });
  const time = (value: Json, rate: Json = 24) => ({
    source_range: { start_time: { value: 0, rate: 24 }, duration: { value, rate } },
  });
  const length = /^tracks\.children\[0\]\.children\[1\]\.source_range\.duration/;
  const ours = (fields: JsonObject) => child({ metadata: { secuencia: fields } });
  const refusals: [text: string, where: RegExp, reason: RegExp][] = [
    ["", /^line 1, column 1$/, /ends too early/],
    ['{\n  "OTIO_SCHEMA": "Timeline.1"', /^line 2, column 30$/, /comma or the object’s end/],
    ['{"a": tru}', /^line 1, column 7$/, /“t” is no JSON/],
    ['{"a": "\n"}', /^line 1, column 7$/, /must be escaped/],
    ["[1] 2", /^line 1, column 5$/, /goes on after its end/],
    ["[".repeat(100_000), /^line 1, column 201$/, /more than 200 levels/],
    ["[]", /^$/, /object was expected/],
    ["{}", /^OTIO_SCHEMA$/, /schema/],
    ['{"OTIO_SCHEMA": "Effect.1"}', /^$/, /no timeline, but “Effect\.1”/],
    ['{"OTIO_SCHEMA": "Timeline.1"}', /^tracks$/, /a Stack was expected/],
    ['{"OTIO_SCHEMA": "Timeline.1", "tracks": {"OTIO_SCHEMA": "Track.1"}}', /^tracks$/, /a Stack was expected/],
    ['{"OTIO_SCHEMA": "SerializableCollection.1", "children": []}', /^children$/, /no timeline of index 0/],
    [track({ children: {} }), /^tracks\.children\[0\]\.children$/, /a list was expected/],
    [track({ children: [7] }), /^tracks\.children\[0\]\.children\[0\]$/, /an object was expected/],
    [track({ children: [{ OTIO_SCHEMA: "Clip" }] }), /children\[0\]\.OTIO_SCHEMA$/, /such as “Clip\.1”/],
    [child({ source_range: 3 }), /source_range$/, /TimeRange/],
    [child({ source_range: { start_time: {}, duration: {} } }), length, /a number was expected/],
    [child(time("24")), length, /a number was expected/],
    [child(time(new Numeral("NaN"))), length, /a number was expected/],
    [child(time(new Numeral("Infinity"))), length, /a number was expected/],
    [child(time(new Numeral("1e400"))), length, /a number was expected/],
    [child(time(1e300)), length, /no time within 147 days/],
    [child(time(24, 0)), length, /more than 0/],
    [child(time(24, -24)), length, /more than 0/],
    [child(time(-24)), length, /must not be negative/],
    [child({ media_reference: [] }), /media_reference$/, /an object was expected/],
    [
      child({ media_reference: { OTIO_SCHEMA: "ExternalReference.1", target_url: 3 } }),
      /target_url$/,
      /a text was expected/,
    ],
    [child({ media_references: { x: 4 }, active_media_reference_key: "x" }), /media_references\["x"\]$/, /an object/],
    [child({ media_references: {}, active_media_reference_key: 4 }), /active_media_reference_key$/, /a text/],
    [ours({ volumeDb: "loud" }), /children\[1\]\.metadata\.secuencia\.volumeDb$/, /a number from -120 to 120/],
    [ours({ pan: 2 }), /secuencia\.pan$/, /a number from -1 to 1/],
    [ours({ text: 7 }), /secuencia\.text$/, /a text was expected/],
    [ours({ metadata: 7 }), /secuencia\.metadata$/, /an object/],
    [track({ metadata: { secuencia: { lane: 0.5 } } }), /secuencia\.lane$/, /a whole number/],
  ];
  for (const [text, where, reason] of refusals) {
    assert.throws(
      () => otioToTimeline(text),
      (error) => {
        assert.ok(error instanceof OtioError, `${error}`);
        assert.match(error.where, where);
        assert.match(error.message, reason);
        return true;
      },
      text.slice(0, 200),
    );
  }
});

test("a timeline that cannot be written, and metadata that are not what was kept, are told as well", () => {
  const { timeline } = randomTimeline(new Random(7));
  const [clip] = timeline.clips as [TimelineClip];
  const write = (change: Partial<Timeline>) => () => timelineToOtio({ ...timeline, ...change }, []);
  const kept = (otio: unknown) => write({ metadata: { otio } });
  assert.throws(write({ clips: [clip, clip] }), /^OtioError: clips: two clips have the same ID/);
  assert.throws(write({ clips: [{ ...clip, offset: Number.NaN }] }), /clips\[0\]\.offset: NaN s is no time/);
  assert.throws(write({ clips: [{ ...clip, volumeDb: Number.NaN }] }), /clips\[0\]\.volumeDb: a finite number/);
  assert.throws(kept(7), /what was kept is no object/);
  assert.throws(kept({ stack: { schema: "Stack.1" } }), /what was kept is no stack/);
  assert.throws(kept({ stack: { schema: "Stack.1", children: [{ item: "{", at: 0, length: 0 }] } }), /cannot be read/);
  let deep: object = { schema: "Stack.1", children: [] };
  for (let level = 0; level < 10_000; level += 1) deep = { schema: "Stack.1", children: [deep] };
  assert.throws(kept({ stack: deep }), /nested more than 200 levels/);
});

test("ten thousand clips are written and read in seconds", () => {
  const { timeline } = randomTimeline(new Random(7));
  const [any] = timeline.clips as [TimelineClip];
  const clips = Array.from({ length: 10_000 }, (_, index) => ({
    ...any,
    id: `${index}`,
    lane: index % 3,
    offset: index / 4,
  }));
  const started = performance.now();
  assert.equal(read(timelineToOtio({ ...timeline, clips }, [])).clips.length, 10_000);
  assert.ok(performance.now() - started < 20_000, `${performance.now() - started} ms`);
});

function range(start: number, length: number): JsonObject {
  return { start_time: { value: start, rate: 24 }, duration: { value: length, rate: 24 } };
}

function file(...tracks: Json[]): string {
  return writeJson({ OTIO_SCHEMA: "Timeline.1", tracks: { OTIO_SCHEMA: "Stack.1", children: tracks } });
}

function tracksIn(text: string): JsonObject[] {
  return ((parseJson(text) as JsonObject).tracks as JsonObject).children as JsonObject[];
}

function childrenIn(track: JsonObject | undefined): JsonObject[] {
  return track?.children as JsonObject[];
}

/** Returns the fields of a clip that the tests of edits compare. */
function place({ metadata: _metadata, ...clip }: TimelineClip) {
  return clip;
}

/** Returns a file without our data and default values, and with equivalent notations unified. */
function essence(value: Json): unknown {
  if (value instanceof Numeral) return numberIn(value);
  if (Array.isArray(value)) return value.map(essence);
  if (!isObject(value)) return value;
  const { OTIO_SCHEMA, ...fields } = value;
  const kind = kindOf(value);
  if (kind === "RationalTime") return readTime(value, "").flicks;
  const usual: Record<string, Json> = {
    ...(USUAL as Record<string, object>)[/Reference$/.test(kind ?? "") ? "Media" : (kind ?? "")],
  };
  delete usual.kind;
  if (isObject(fields.media_reference ?? undefined)) {
    fields.media_references = { DEFAULT_MEDIA: fields.media_reference as Json };
    delete fields.media_reference;
  }
  const kept = Object.entries(fields).flatMap(([key, field]) => {
    if (key === "metadata" && isObject(field)) {
      const { secuencia: _ours, ...others } = field;
      return Object.keys(others).length > 0 ? [[key, essence(others)]] : [];
    }
    if (key === "name" && /^(Main lane|Lane -?\d+)$/.test(String(field))) return [];
    const isUsual = key in usual && (field === null || writeJson(field) === writeJson(usual[key] as Json));
    return isUsual || (kind === "Clip" && key === "media_reference") ? [] : [[key, essence(field)]];
  });
  return { schema: kind, ...Object.fromEntries(kept) };
}

/** Returns every object of a file that has a token, by its token. */
function objectsIn(value: Json, found = new Map<string, JsonObject>()): Map<string, JsonObject> {
  if (isObject(value) && typeof value.token === "string") found.set(value.token, value);
  if (typeof value === "object" && value !== null) for (const part of Object.values(value)) objectsIn(part, found);
  return found;
}

/** Returns an object's unknown fields. */
function strangeness({ odd, token, metadata }: JsonObject): string {
  return writeJson({ odd: odd ?? null, token: token ?? null, host: (metadata as JsonObject).host as Json });
}

/** Makes random edits, as a user might. */
function edit(timeline: Timeline, random: Random): Timeline {
  const ripple = random.chance(0.5) ? random.below(5) : 0;
  const clips = timeline.clips.flatMap((clip): TimelineClip[] => {
    const changed = { ...clip, offset: secondsOf(flicksOf(clip.offset + ripple)) };
    switch (random.below(8)) {
      case 0:
        return [];
      case 1:
        return [{ ...changed, lane: clip.lane - 1 }];
      case 2:
        return [{ ...changed, offset: random.seconds(30) }];
      case 3:
        return [{ ...changed, duration: secondsOf(Math.ceil(flicksOf(clip.duration) / 2)), name: "shorter" }];
      case 4:
        return [{ ...changed, isMuted: !clip.isMuted, volumeDb: -3 }];
      default:
        return [changed];
    }
  });
  const { metadata: _kept, ...bare } = timeline.clips[0] as TimelineClip;
  const added = random.list(3, (index) => ({
    ...bare,
    id: `new ${index}`,
    assetId: "new",
    offset: random.seconds(20),
  }));
  return { ...timeline, clips: [...added, ...clips] };
}

/** Determines which objects of a file must disappear after an edit. */
class Departures {
  readonly #file: Json;
  readonly #before: Map<string, TimelineClip>;
  readonly #after: Map<string, TimelineClip>;

  constructor(file: Json, before: Timeline, after: Timeline) {
    const byToken = ({ clips }: Timeline) =>
      new Map(clips.filter(({ metadata }) => metadata).map((clip) => [tokenOf(clip), clip]));
    this.#file = file;
    this.#before = byToken(before);
    this.#after = byToken(after);
  }

  /** A clip disappears if it is removed, a transition with a neighbour, and a nested composition with its last clip. */
  hasGone(token: string): boolean {
    const line = this.#lineTo(token);
    return line.some((object, depth) => {
      const kind = kindOf(object);
      if (kind === "Clip") return this.#before.has(tokenIn(object)) && !this.#after.has(tokenIn(object));
      if (kind === "Transition") {
        const siblings = line[depth - 1]?.children as Json[];
        const at = siblings.indexOf(object);
        return this.#isEmpty(siblings[at - 1]) || this.#isEmpty(siblings[at + 1]);
      }
      return this.#isNested(line, depth) && this.#isEmpty(object);
    });
  }

  /** Returns whether an object had audible clips, and now has none at its place. */
  #isEmpty(object: Json | undefined): boolean {
    const clips = this.#clipsIn(object);
    return clips.length > 0 && !clips.some((token) => this.#stands(token));
  }

  /** Returns whether a clip is on its lane, and at the same place in its group. */
  #stands(token: string): boolean {
    const line = this.#lineTo(token);
    const group = line.find((_, depth) => this.#isNested(line, depth));
    if (!this.#isOnLane(token)) return false;
    const track = line.find((object) => kindOf(object) === "Track");
    const clip = this.#after.get(token) as TimelineClip;
    if (!group) {
      const length = track?.source_range ? readRange(track.source_range, "").length : Number.POSITIVE_INFINITY;
      return flicksOf(clip.offset) + flicksOf(clip.duration) <= length;
    }
    const first = this.#clipsIn(group).find((one) => this.#isOnLane(one)) as string;
    const shift =
      line.indexOf(track as JsonObject) < line.indexOf(group) && track?.source_range ? 0 : this.#shiftOf(first);
    return this.#shiftOf(token) === shift;
  }

  #isOnLane(token: string): boolean {
    return this.#after.get(token)?.lane === this.#before.get(token)?.lane;
  }

  #shiftOf(token: string): number {
    const [before, after] = [this.#before.get(token), this.#after.get(token)] as [TimelineClip, TimelineClip];
    return flicksOf(after.offset) - flicksOf(before.offset);
  }

  #clipsIn(object: Json | undefined): string[] {
    return [...objectsIn(object ?? null).keys()].filter((token) => this.#before.has(token));
  }

  /** Returns whether an object is neither the timeline's stack nor a track in it. */
  #isNested(line: JsonObject[], depth: number): boolean {
    const stack = line.findIndex((object) => kindOf(object) === "Timeline") + 1;
    const kind = kindOf(line[depth]);
    return kind === "Stack" ? depth > stack : kind === "Track" && depth > stack + 1;
  }

  /** Returns the objects from the file's root down to the one with the token. */
  #lineTo(token: string, value: Json = this.#file): JsonObject[] {
    if (isObject(value) && value.token === token) return [value];
    if (typeof value !== "object" || value === null) return [];
    for (const part of Object.values(value)) {
      const line = this.#lineTo(token, part);
      if (line.length > 0) return isObject(value) && kindOf(value) ? [value, ...line] : line;
    }
    return [];
  }
}

function tokenIn(object: JsonObject): string {
  return object.token as string;
}

/** Returns the token in a clip's kept data. */
function tokenOf(clip: TimelineClip): string {
  const { fields } = (clip.metadata as Metadata).otio as { fields: string };
  return tokenIn(parseJson(fields) as JsonObject);
}
