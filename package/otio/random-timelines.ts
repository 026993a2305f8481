/** Makes random timelines and OpenTimelineIO files for the tests, the same for the same seed. */

import type { ChapterMarker, Metadata, Tags, Timeline, TimelineClip } from "../types.js";
import { type Json, type JsonObject, Numeral } from "./json.js";
import { flicksOf, secondsOf } from "./time.js";

const RATES = [8_000, 11_025, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000, 88_200, 96_000, 192_000];
const FILM_RATES = [24, 25, 30, 24_000 / 1001, 30_000 / 1001, 23.976, 48_000];
const WORDS = ["rain", "Ödette", "", 'a “b” \\ " \n\t', "日本語", "🎙️", "constructor", "__proto__", "x".repeat(300)];

export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed;
  }

  /** Returns a number from 0 to below 1 (mulberry32). */
  fraction(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  below(limit: number): number {
    return Math.floor(this.fraction() * limit);
  }

  chance(odds: number): boolean {
    return this.fraction() < odds;
  }

  of<T>(choices: readonly T[]): T {
    return choices[this.below(choices.length)] as T;
  }

  word(): string {
    return this.of(WORDS);
  }

  list<T>(most: number, make: (index: number) => T): T[] {
    return Array.from({ length: this.below(most + 1) }, (_, index) => make(index));
  }

  /** Returns a time of whole samples at some audio rate. */
  seconds(most: number): number {
    const rate = this.of(RATES);
    return this.below(Math.floor(most * rate)) / rate;
  }

  /** Returns a random JSON value. */
  data(depth = 3): unknown {
    const kind = this.below(depth > 0 ? 7 : 5);
    if (kind === 5) return this.list(3, () => this.data(depth - 1));
    if (kind === 6) return this.metadata(depth - 1);
    return [null, this.chance(0.5), this.below(1e6) - 5e5, this.fraction() * 1e3, this.word()][kind];
  }

  metadata(depth = 3): Metadata {
    return Object.fromEntries(this.list(3, (index) => [`${this.word()}${index}`, this.data(depth)]));
  }
}

/** Returns a timeline as the package makes it, and most of the assets that its clips play. */
export function randomTimeline(random: Random) {
  const assets = random.list(5, (index) => ({
    id: `asset ${index}`,
    name: `${random.word()}${index}.wav`,
    durationSeconds: random.seconds(100),
    sampleRate: random.of(RATES),
    text: random.word(),
    voice: random.word(),
  }));
  const ends = new Map<number, number>();
  const clips = random.list(20, (index): TimelineClip => {
    const lane = random.below(4) - 2;
    const duration = random.seconds(20) + 1 / 8_000;
    const length = flicksOf(duration);
    const start = random.chance(0.7) ? (ends.get(lane) ?? 0) : flicksOf(random.seconds(3600));
    ends.set(lane, start + length);
    const fadeIn = secondsOf(Math.floor(length * random.fraction()));
    return {
      id: `clip ${index}`,
      name: random.word(),
      assetId: `asset ${random.below(6)}`,
      offset: secondsOf(start),
      duration: secondsOf(length),
      sourceStart: random.seconds(50),
      lane,
      volumeDb: random.chance(0.5) ? 0 : random.fraction() * 200 - 100,
      isMuted: random.chance(0.2),
      ...(random.chance(0.5) && { fadeIn, fadeOut: secondsOf(length - flicksOf(fadeIn)) }),
      ...(random.chance(0.5) && { fadeIn: 0, pan: random.fraction() * 2 - 1 }),
      ...(random.chance(0.5) && { text: random.word(), voice: random.word(), scene: random.word() }),
      ...(random.chance(0.3) && { metadata: random.metadata() }),
    };
  });
  const chapters = random.list(
    4,
    (): ChapterMarker => ({
      title: random.word(),
      offset: random.seconds(3600),
      ...(random.chance(0.3) && { image: "an image" }),
      ...(random.chance(0.3) && { metadata: random.metadata() }),
    }),
  );
  const tags: Tags = { title: random.word(), track: { number: 3, total: 9 }, mediaType: "audiobook", covers: ["one"] };
  const timeline: Timeline = {
    id: "timeline",
    name: random.word(),
    audioLayout: random.of(["mono", "stereo", "auto"]),
    audioRate: random.of([44_100, 48_000]),
    durationSeconds: secondsOf(
      clips.reduce((end, { offset, duration }) => Math.max(end, flicksOf(offset) + flicksOf(duration)), 0),
    ),
    ...(chapters.length > 0 && { chapters }),
    ...(random.chance(0.5) && { tags }),
    ...(random.chance(0.5) && { metadata: random.metadata() }),
    clips,
  };
  return { timeline, assets };
}

/**
 * Returns a file as from another program: tracks of clips, gaps, transitions, generators and nested stacks. Every
 * object has unknown fields, one of them a unique `token`.
 */
export function randomFile(random: Random, { isTrimmed = false } = {}): JsonObject {
  let tokens = 0;
  const rate = random.of(FILM_RATES);

  function strange(schema: string, fields: JsonObject): JsonObject {
    tokens += 1;
    const token = `token ${tokens}`;
    return {
      OTIO_SCHEMA: schema,
      ...fields,
      token,
      odd: random.of<Json>([new Numeral("1.0"), new Numeral("9007199254740993"), new Numeral("NaN"), null, [], "odd"]),
      metadata: { host: { of: token, level: new Numeral("-6.50") } },
    };
  }

  function time(value: number): JsonObject {
    return { OTIO_SCHEMA: "RationalTime.1", value, rate };
  }

  function range(start: number, length: number): JsonObject {
    return { OTIO_SCHEMA: "TimeRange.1", start_time: time(start), duration: time(length) };
  }

  function named(): JsonObject {
    return { name: random.of(["A line", "Zwei", "3"]) };
  }

  function item(): JsonObject {
    return {
      ...named(),
      effects: random.list(1, () => strange("Effect.1", { effect_name: "Reverb" })),
      markers: random.list(1, () => strange("Marker.2", { ...named(), color: "RED", marked_range: range(3, 1) })),
      ...(random.chance(0.2) && { enabled: false }),
    };
  }

  function reference(): JsonObject {
    const start = random.below(500);
    const url = `file:///media/${random.below(4)}%20a.wav`;
    return strange("ExternalReference.1", { ...named(), target_url: url, available_range: range(start, 1000) });
  }

  function clip(): JsonObject {
    const media = reference();
    const mediaStart = (media.available_range as { start_time: { value: number } }).start_time.value;
    const source_range = range(mediaStart + random.below(200), 1 + random.below(200));
    if (random.chance(0.5)) return strange("Clip.1", { ...item(), source_range, media_reference: media });
    const media_references = { proxy: reference(), "in use": media };
    return strange("Clip.2", { ...item(), source_range, media_references, active_media_reference_key: "in use" });
  }

  function generator(): JsonObject {
    const media_reference = strange("GeneratorReference.1", { ...named(), generator_kind: "tone", parameters: {} });
    return strange("Clip.1", { ...item(), source_range: range(0, 1 + random.below(50)), media_reference });
  }

  function gap(): JsonObject {
    return strange("Gap.1", { ...item(), enabled: true, source_range: range(0, 1 + random.below(100)) });
  }

  function transition(): JsonObject {
    return strange("Transition.1", { ...named(), in_offset: time(2), out_offset: time(3), transition_type: "Cross" });
  }

  function trim(): JsonObject {
    return isTrimmed && random.chance(0.5) ? { source_range: range(random.below(60), 20 + random.below(300)) } : {};
  }

  function track(depth: number, kind = "Audio"): JsonObject {
    const children: JsonObject[] = [];
    for (let left = random.below(6); left > 0; left -= 1) {
      if (random.chance(0.4)) children.push(gap());
      else if (children.length > 0 && random.chance(0.3)) children.push(transition());
      if (depth > 0 && random.chance(0.3)) children.push(random.chance(0.5) ? stack(depth - 1) : track(depth - 1));
      else children.push(random.chance(0.15) ? generator() : clip());
    }
    if (random.chance(0.3)) children.push(gap());
    return strange("Track.1", { ...item(), kind, ...trim(), children });
  }

  function stack(depth: number): JsonObject {
    const children = random.list(3, () => (random.chance(0.2) ? clip() : track(depth)));
    return strange("Stack.1", { ...item(), ...trim(), children: [...children, track(0)] });
  }

  const tracks = [
    ...random.list(3, () => track(2)),
    track(1, "Video"),
    strange("Track.1", { kind: "Audio", children: [clip()] }),
  ];
  const timeline = strange("Timeline.1", {
    ...named(),
    global_start_time: time(86_400),
    tracks: strange("Stack.1", { ...item(), enabled: true, children: tracks }),
  });
  if (random.chance(0.7)) return timeline;
  const other = strange("Timeline.1", { tracks: strange("Stack.1", { children: [] }) });
  return strange("SerializableCollection.1", { ...named(), children: [strange("Clip.1", {}), timeline, other] });
}
