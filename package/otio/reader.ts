/**
 * Converts OpenTimelineIO to a timeline. Tracks and nested compositions become flat lanes, and each level's
 * `source_range` trims its contents. The original structure is kept for the writer.
 */

import { AUDIO_LAYOUTS, AUDIO_RATES, type AudioLayout, type AudioRate } from "../choices.js";
import { freshId } from "../fresh-id.js";
import type { ChapterMarker, Timeline, TimelineClip } from "../types.js";
import { isObject, type Json, type JsonObject, OtioError, parseJson, writeJson } from "./json.js";
import {
  type KeptChild,
  type KeptClip,
  type KeptComposition,
  type KeptMarker,
  type KeptTimeline,
  kindOf,
  USUAL,
  unread,
  withKept,
} from "./kept.js";
import { fileNameIn, isLaneName, STACK_NAME, urlOf } from "./names.js";
import { Notes } from "./notes.js";
import { Ours } from "./ours.js";
import { type Flicks, flicksOf, isClock, rateFor, readRange, secondsOf } from "./time.js";

/** The options of reading. */
export interface OtioReadOptions {
  /** The timeline's ID. Default: its own if this package wrote the file, otherwise a new one. */
  id?: string;
  /** The channel layout. Default: its own if this package wrote the file, otherwise `stereo`. */
  audioLayout?: AudioLayout;
  /** The sample rate, in hertz. Default: its own if this package wrote the file, otherwise 44100. */
  audioRate?: AudioRate;
  /** The index of the timeline in a collection, from 0. Default: 0. */
  index?: number;
}

/** A media file that the timeline's clips play. */
export interface OtioMedia {
  /** The asset ID of the clips: the asset's own if this package wrote the file, otherwise the URL. */
  assetId: string;
  /** Its URL, if the timeline has one. */
  url?: string;
  /** Its file name, or the clip's name if the timeline has no URL. */
  name: string;
  /** The spoken line, if this package wrote the file. */
  text?: string;
  /** The speaker's name, if this package wrote the file. */
  voice?: string;
  /** The number of clips that play it. */
  clips: number;
}

/** A timeline that was read. */
export interface OtioTimeline {
  /** The timeline, for `saveTimeline`. */
  timeline: Timeline;
  /** The media that its clips play. */
  media: OtioMedia[];
  /** Sentences about the parts of the file that have no counterpart here. */
  notes: string[];
}

/** Reads a file. Throws an `OtioError`. */
export function readTimeline(json: string, options: OtioReadOptions = {}): OtioTimeline {
  const notes = new Notes();
  const { timeline, where, collection } = findTimeline(parseJson(json), options.index ?? 0, notes);
  return new Reader(timeline, where, notes, options).read(collection);
}

type Kept<T> = { [Field in keyof T]: T[Field] | undefined };

/** A composition's place on the timeline, and its audible part. */
interface Place {
  /** The place of its own zero. */
  zero: Flicks;
  /** The stretch of the timeline in which it is heard. */
  from: Flicks;
  to: Flicks;
  lane: number;
  isEnabled: boolean;
}

/** A clip that was found. It gets its final ID when all are found. */
interface Found {
  clip: TimelineClip;
  id: string | undefined;
  order: number;
  child: { clip: string; at: number };
}

class Reader {
  readonly #timeline: JsonObject;
  readonly #where: string;
  readonly #ours: Ours;
  readonly #notes: Notes;
  readonly #options: OtioReadOptions;
  readonly #audioRate: AudioRate;
  readonly #hasAudio: boolean;
  readonly #found: Found[] = [];
  readonly #media = new Map<string, OtioMedia>();
  readonly #lengths = new Map<JsonObject, Flicks | undefined>();
  /** The rate of the first clip that has its own. */
  #rate: number | undefined;

  constructor(timeline: JsonObject, where: string, notes: Notes, options: OtioReadOptions) {
    this.#timeline = timeline;
    this.#where = where;
    this.#ours = new Ours(timeline, where);
    this.#notes = notes;
    this.#options = options;
    this.#audioRate = options.audioRate ?? this.#ours.oneOf("audioRate", AUDIO_RATES) ?? AUDIO_RATES[0];
    // A file of ours keeps its source of sound, even if none of those clips is left.
    const wasWrittenHere = this.#ours.text("id") !== undefined;
    const soundOf = this.#ours.oneOf("soundOf", ["video"]);
    this.#hasAudio = wasWrittenHere ? soundOf === undefined : hasAudioTrack(timeline.tracks);
  }

  read(collection: KeptTimeline["collection"]): OtioTimeline {
    const { stack, chapters } = this.#tracks();
    const clips = this.#clips();
    const schema = this.#timeline.OTIO_SCHEMA as string;
    const kept: Kept<KeptTimeline> = {
      schema: schema === "Timeline.1" ? undefined : schema,
      fields: unread(this.#timeline, USUAL.Timeline, ["name", "tracks"]),
      collection,
      stack,
      rate: this.#rate,
      soundOf: this.#hasAudio || !stack ? undefined : "video",
    };
    return {
      timeline: {
        id: this.#options.id ?? this.#ours.text("id") ?? freshId(),
        name: nameIn(this.#timeline),
        audioLayout: this.#options.audioLayout ?? this.#ours.oneOf("audioLayout", AUDIO_LAYOUTS) ?? AUDIO_LAYOUTS[0],
        audioRate: this.#audioRate,
        durationSeconds: secondsOf(clips.reduce((end, clip) => Math.max(end, endOf(clip)), 0)),
        ...given({ chapters, tags: this.#ours.tags() }),
        ...withKept(this.#ours.metadata(), kept),
        clips,
      },
      media: [...this.#media.values()],
      notes: this.#notes.sentences(),
    };
  }

  /** Reads the timeline's stack, which is undefined if it has nothing to keep, and the chapters marked on it. */
  #tracks(): { stack: KeptComposition | undefined; chapters: ChapterMarker[] | undefined } {
    const where = inside(this.#where, "tracks");
    const { tracks } = this.#timeline;
    if (!isObject(tracks) || kindOf(tracks) !== "Stack") throw new OtioError("a Stack was expected", where);
    const everywhere = { zero: 0, from: 0, to: Number.MAX_SAFE_INTEGER, lane: 0, isEnabled: true };
    const { stack, place, read } = this.#opened(tracks, where, 0, everywhere);

    let heard = 0;
    for (const [child, childWhere] of childrenOf(tracks, where)) {
      // As editors show them: the first audio track on top, the others below it.
      const lane = new Ours(child, childWhere).whole("lane") ?? 0 - heard;
      if (this.#isHeard(child)) heard += 1;
      const kept =
        kindOf(child) === "Track" && this.#isHeard(child)
          ? this.#composition(child, childWhere, 0, { ...place, lane }, true)
          : this.#child(child, childWhere, 0, { ...place, lane }, false);
      stack.children.push("children" in kept ? { ...kept, lane } : kept);
    }

    const { chapters, others } = this.#chapters(tracks, where, place.zero);
    const markedStack = { ...tracks, markers: others };
    const fields = unread(markedStack, { ...USUAL.Stack, name: STACK_NAME }, read);
    if (fields) stack.fields = fields;
    return {
      stack: isPlain(stack) ? undefined : stack,
      chapters: chapters.length > 0 ? chapters : undefined,
    };
  }

  /** Reads a stack or a track at `start` in another one, with all its contents; or the track of a lane. */
  #composition(composition: JsonObject, where: string, start: Flicks, around: Place, isLane = false): KeptComposition {
    const isTrack = kindOf(composition) === "Track";
    const { stack, place, read } = this.#opened(composition, where, around.zero + start, around, isLane);
    if (isTrack && !this.#hasAudio) this.#notes.add("noAudio", nameIn(composition));
    let at = 0;
    for (const [child, childWhere] of childrenOf(composition, where)) {
      stack.children.push(this.#child(child, childWhere, at, place, isTrack));
      if (isTrack && kindOf(child) !== "Transition") at += this.#lengthOf(child, childWhere) ?? 0;
    }
    if (isLane && isLaneName(nameIn(composition), around.lane)) read.push("name");
    const fields = unread(composition, isTrack ? USUAL.Track : USUAL.Stack, read);
    return { ...stack, ...(start !== 0 && { at: secondsOf(start) }), ...given({ fields }) };
  }

  /** Reads a composition without its children. Returns the place for these. */
  #opened(composition: JsonObject, where: string, start: Flicks, around: Place, isLane = false) {
    const said = composition.source_range
      ? readRange(composition.source_range, inside(where, "source_range"))
      : undefined;
    const range = said && isLane && isClock(said, this.#contentOf(composition, where)) ? undefined : said;
    const isDisabled = composition.enabled === false;
    this.#noteEffects(composition);
    const stack: KeptComposition = {
      schema: composition.OTIO_SCHEMA as string,
      ...(range && { range: { start: secondsOf(range.start), length: secondsOf(range.length) } }),
      ...(isDisabled && { isDisabled }),
      children: [],
    };
    const place: Place = {
      zero: start - (range?.start ?? 0),
      from: Math.max(around.from, start),
      to: Math.min(around.to, range ? start + range.length : around.to),
      lane: around.lane,
      isEnabled: around.isEnabled && !isDisabled,
    };
    return { stack, place, read: ["children", "enabled", ...(said && !range ? [] : ["source_range"])] };
  }

  /** Reads a child at `at` in a composition. */
  #child(child: JsonObject, where: string, at: Flicks, place: Place, isInTrack: boolean): KeptChild {
    const length = secondsOf(this.#lengthOf(child, where) ?? 0);
    const item = (): KeptChild => ({ item: writeJson(child), at: secondsOf(at), length });
    switch (kindOf(child)) {
      case "Clip":
        return this.#clip(child, where, at, place) ?? item();
      case "Stack":
      case "Track": {
        if (!this.#isHeard(child)) {
          this.#notes.add("tracks", nameIn(child));
          return item();
        }
        const composition = this.#composition(child, where, at, place);
        return hasClip(composition) ? composition : item();
      }
      case "Gap": {
        if (!isInTrack) return item();
        const schema = child.OTIO_SCHEMA === "Gap.1" ? undefined : (child.OTIO_SCHEMA as string);
        const fields = unread(child, USUAL.Gap, ["source_range"]);
        const { start = 0 } = child.source_range ? readRange(child.source_range, inside(where, "source_range")) : {};
        return { gap: length, ...given({ schema, fields, start: start === 0 ? undefined : secondsOf(start) }) };
      }
      case "Transition":
        this.#notes.add("transitions", nameIn(child));
        return isInTrack ? { mark: writeJson(child) } : item();
      default:
        this.#notes.add("strangers", nameIn(child) || String(child.OTIO_SCHEMA));
        return item();
    }
  }

  /** Reads a clip at its place; undefined if it is not audible. */
  #clip(object: JsonObject, where: string, at: Flicks, place: Place): { clip: string; at: number } | undefined {
    const name = nameIn(object);
    const ours = new Ours(object, where);
    const media = mediaOf(object, where);
    if (
      media.reference &&
      !["ExternalReference", "MissingReference"].includes(schemaOf(media.reference, media.where))
    ) {
      this.#notes.add("generators", name);
      return undefined;
    }
    const length = this.#lengthOf(object, where);
    if (length === undefined || (length === 0 && ours.text("id") === undefined)) {
      this.#notes.add("endless", name);
      return undefined;
    }
    const start = place.zero + at;
    const to = Math.min(start + length, place.to);
    const available = availableRange(media.reference, media.where);
    const source = object.source_range ? readRange(object.source_range, inside(where, "source_range")) : available;
    const mediaStart = available?.start ?? 0;
    const sourceZero = start - (source?.start ?? 0) + mediaStart;
    const from = Math.max(start, place.from, sourceZero);
    if (to < from || (to === from && length > 0)) {
      this.#notes.add("hidden", name);
      return undefined;
    }
    if (sourceZero > Math.max(start, place.from)) this.#notes.add("early", name);
    const sourceStart = from - sourceZero;
    this.#noteEffects(object);

    const { assetId, mediaName, keptMedia } = this.#medium(media.reference, media.where, name);
    const isEnabled = object.enabled !== false;
    const clip = {
      id: "",
      name,
      assetId,
      offset: secondsOf(from),
      duration: secondsOf(to - from),
      sourceStart: secondsOf(sourceStart),
      lane: place.lane,
      volumeDb: ours.number("volumeDb", -120, 120) ?? 0,
      isMuted: !(isEnabled && place.isEnabled),
      ...given(this.#fades(ours, name, to - from)),
      ...given({ pan: ours.number("pan", -1, 1), text: ours.text("text"), voice: ours.text("voice") }),
      ...given({ scene: ours.text("scene") }),
    };
    const schema = object.OTIO_SCHEMA as string;
    const read = ["name", "source_range", "enabled", "media_reference"];
    if (Object.keys(media.others).length === 0) read.push("media_references");
    const kept: Kept<KeptClip> = {
      schema: schema === "Clip.1" || schema === "Clip.2" ? undefined : schema,
      fields: unread({ ...object, media_references: media.others }, USUAL.Clip, read),
      media: keptMedia,
      mediaName: keptMedia !== undefined || mediaStart !== 0 ? mediaName : undefined,
      mediaStart: mediaStart === 0 ? undefined : secondsOf(mediaStart),
      rate: this.#ownRate([sourceStart + mediaStart, to - from], source?.rate),
      isWhole: object.source_range ? undefined : true,
      isEnabled: isEnabled && !place.isEnabled ? true : undefined,
    };
    const child = { clip: "", at: secondsOf(from - place.zero) };
    const order = ours.number("order", 0, Number.MAX_SAFE_INTEGER) ?? Number.POSITIVE_INFINITY;
    this.#found.push({
      clip: { ...clip, ...withKept(ours.metadata(), kept) },
      id: ours.text("id"),
      order,
      child,
    });
    return child;
  }

  /** Reads a clip's fades, shortened if an editor has cut the clip. */
  #fades(ours: Ours, name: string, length: Flicks): { fadeIn: number | undefined; fadeOut: number | undefined } {
    const fadeIn = ours.number("fadeIn", 0, Number.MAX_SAFE_INTEGER);
    const fadeOut = ours.number("fadeOut", 0, Number.MAX_SAFE_INTEGER);
    const [into, outOf] = [flicksOf(fadeIn ?? 0), flicksOf(fadeOut ?? 0)];
    if (into + outOf > length) this.#notes.add("fades", name);
    const first = Math.min(into, length);
    return {
      fadeIn: fadeIn && secondsOf(first),
      fadeOut: fadeOut && secondsOf(Math.min(outOf, length - first)),
    };
  }

  /** Notes a clip's media, once for all clips that play it. */
  #medium(reference: JsonObject | undefined, where: string, clipName: string) {
    const ours = new Ours(reference ?? {}, where);
    const url = reference && "target_url" in reference ? textIn(reference, "target_url", where) : "";
    const ownId = ours.text("assetId");
    const name = ours.text("name") ?? ((url && fileNameIn(url)) || nameIn(reference ?? {}) || clipName);
    const assetId = ownId ?? (url || `missing:${name}`);
    const medium = this.#media.get(assetId) ?? {
      assetId,
      ...(url && { url }),
      name,
      ...given({ text: ours.text("text"), voice: ours.text("voice") }),
      clips: 0,
    };
    this.#media.set(assetId, { ...medium, clips: medium.clips + 1 });

    const read: string[] = [];
    if (ownId !== undefined) {
      if (url === (ours.text("url") ?? urlOf(name))) read.push("target_url");
      if (!availableRange(reference, where)?.start) read.push("available_range");
    }
    const keptMedia = reference && unread(reference, USUAL.Media, read);
    return { assetId, mediaName: name, keptMedia };
  }

  /** Reads chapters from the stack's markers. Returns the other markers too. */
  #chapters(stack: JsonObject, where: string, zero: Flicks): { chapters: ChapterMarker[]; others: Json[] } {
    const chapters: ChapterMarker[] = [];
    const others: Json[] = [];
    const markers = stack.markers ? listIn(stack, "markers", where) : [];
    for (const [index, marker] of markers.entries()) {
      const markerWhere = `${inside(where, "markers")}[${index}]`;
      const range =
        kindOf(marker) === "Marker" && isObject(marker) && marker.marked_range
          ? readRange(marker.marked_range, inside(markerWhere, "marked_range"))
          : undefined;
      if (!range || !isObject(marker) || zero + range.start < 0) {
        this.#notes.add("markers", isObject(marker) ? nameIn(marker) : "");
        others.push(marker);
        continue;
      }
      const ours = new Ours(marker, markerWhere);
      const schema = marker.OTIO_SCHEMA as string;
      const kept: Kept<KeptMarker> = {
        schema: schema === "Marker.2" ? undefined : schema,
        fields: unread(marker, USUAL.Marker, ["name", "marked_range"]),
        length: range.length === 0 ? undefined : secondsOf(range.length),
        rate: this.#ownRate([range.start, range.length], range.rate),
      };
      chapters.push({
        title: nameIn(marker),
        offset: secondsOf(zero + range.start),
        ...given({ image: ours.text("image") }),
        ...withKept(ours.metadata(), kept),
      });
    }
    return { chapters, others };
  }

  /** Returns all clips with unique IDs, in their original order, or else in the order of time. */
  #clips(): TimelineClip[] {
    const found = this.#found.sort((a, b) => a.order - b.order || a.clip.offset - b.clip.offset || 0);
    const wanted = new Set(found.map(({ id }) => id));
    const taken = new Set<string>();
    let number = 0;
    const fresh = () => {
      do number += 1;
      while (wanted.has(`clip-${number}`));
      return `clip-${number}`;
    };
    for (const { clip, id, child } of found) {
      clip.id = id !== undefined && !taken.has(id) ? id : fresh();
      taken.add(clip.id);
      child.clip = clip.id;
    }
    return found.map(({ clip }) => clip);
  }

  /** Returns an object's length; undefined if it has none. */
  #lengthOf(object: JsonObject, where: string): Flicks | undefined {
    if (!this.#lengths.has(object)) this.#lengths.set(object, this.#measured(object, where));
    return this.#lengths.get(object);
  }

  #measured(object: JsonObject, where: string): Flicks | undefined {
    const kind = schemaOf(object, where);
    if (object.source_range) return readRange(object.source_range, inside(where, "source_range")).length;
    if (kind === "Clip") {
      const media = mediaOf(object, where);
      return availableRange(media.reference, media.where)?.length;
    }
    return kind === "Stack" || kind === "Track" ? this.#contentOf(object, where) : undefined;
  }

  /** Returns the length of a composition's contents. */
  #contentOf(composition: JsonObject, where: string): Flicks {
    const items = childrenOf(composition, where).filter(([child]) => kindOf(child) !== "Transition");
    const lengths = items.map(([child, childWhere]) => this.#lengthOf(child, childWhere) ?? 0);
    const total =
      kindOf(composition) === "Stack"
        ? lengths.reduce((longest, length) => Math.max(longest, length), 0)
        : lengths.reduce((sum, length) => sum + length, 0);
    if (!Number.isSafeInteger(total)) throw new OtioError("it is longer than 147 days", where);
    return total;
  }

  /** Returns the rate, unless the writer would choose it for these times by itself. */
  #ownRate(times: Flicks[], rate: number | undefined): number | undefined {
    if (rate === undefined || rateFor(times, [this.#audioRate]) === rate) return undefined;
    this.#rate ??= rate;
    return rate;
  }

  #isHeard(child: JsonObject): boolean {
    const kind = kindOf(child);
    if (kind === "Track") return isAudio(child) || (!this.#hasAudio && (child.kind ?? "Video") === "Video");
    return kind === "Stack" || kind === "Clip";
  }

  #noteEffects(object: JsonObject): void {
    if (Array.isArray(object.effects) && object.effects.length > 0) this.#notes.add("effects", nameIn(object));
  }
}

/** Finds the file's timeline: the root, a child of a collection, or one made around a lone stack, track or clip. */
function findTimeline(
  root: Json,
  index: number,
  notes: Notes,
): { timeline: JsonObject; where: string; collection?: NonNullable<KeptTimeline["collection"]> } {
  const kind = schemaOf(root, "");
  if (!isObject(root)) throw new OtioError("an object was expected", "");
  if (kind === "Timeline") return { timeline: root, where: "" };
  if (kind === "SerializableCollection") {
    const children = listIn(root, "children", "");
    const places = children.flatMap((child, place) => (kindOf(child) === "Timeline" ? [place] : []));
    const place = places[index];
    if (place === undefined) throw new OtioError(`the collection has no timeline of index ${index}`, "children");
    for (const other of places) if (other !== place) notes.add("collection", nameIn(children[other] as JsonObject));
    const collection = {
      schema: root.OTIO_SCHEMA as string,
      fields: unread(root, USUAL.SerializableCollection, ["children"]) ?? "{}",
      before: writeJson(children.slice(0, place)),
      after: writeJson(children.slice(place + 1)),
    };
    return { timeline: children[place] as JsonObject, where: `children[${place}]`, collection };
  }
  if (kind !== "Stack" && kind !== "Track" && kind !== "Clip") {
    throw new OtioError(`this is no timeline, but “${root.OTIO_SCHEMA}”`, "");
  }
  notes.add("wrapped", nameIn(root) || String(root.OTIO_SCHEMA));
  const track = kind === "Clip" ? { OTIO_SCHEMA: "Track.1", kind: "Audio", children: [root] } : root;
  const stack = kind === "Stack" ? root : { OTIO_SCHEMA: "Stack.1", children: [track] };
  return { timeline: { OTIO_SCHEMA: "Timeline.1", name: nameIn(root), tracks: stack }, where: "" };
}

/** Returns whether the writer would build the same stack by itself. */
function isPlain(stack: KeptComposition): boolean {
  const isPlainTrack = (track: KeptChild) =>
    "children" in track &&
    hasNothingOfItsOwn(track, "Track.1") &&
    track.children.every((child) => "clip" in child || ("gap" in child && Object.keys(child).length === 1));
  return hasNothingOfItsOwn(stack, "Stack.1") && stack.children.every(isPlainTrack);
}

function hasNothingOfItsOwn({ schema, fields, range, isDisabled }: KeptComposition, usual: string): boolean {
  return schema === usual && !fields && !range && !isDisabled;
}

function hasClip(composition: KeptComposition): boolean {
  return composition.children.some((child) => "clip" in child || ("children" in child && hasClip(child)));
}

function hasAudioTrack(object: Json | undefined): boolean {
  if (!isObject(object) || !Array.isArray(object.children)) return false;
  const isFilled = kindOf(object) === "Track" && isAudio(object) && object.children.some(isOrHasClip);
  return isFilled || object.children.some(hasAudioTrack);
}

function isOrHasClip(object: Json): boolean {
  if (kindOf(object) === "Clip") return true;
  return isObject(object) && Array.isArray(object.children) && object.children.some(isOrHasClip);
}

function isAudio(track: JsonObject): boolean {
  return track.kind === "Audio";
}

/** Returns the media reference that a clip plays, and its alternatives. */
function mediaOf(
  clip: JsonObject,
  where: string,
): { reference: JsonObject | undefined; others: JsonObject; where: string } {
  if (isObject(clip.media_references)) {
    const key = clip.active_media_reference_key ?? USUAL.Clip.active_media_reference_key;
    if (typeof key !== "string")
      throw new OtioError("a text was expected", inside(where, "active_media_reference_key"));
    const { [key]: active, ...others } = clip.media_references;
    return referenceIn(active, others, `${inside(where, "media_references")}[${JSON.stringify(key)}]`);
  }
  return referenceIn(clip.media_reference, {}, inside(where, "media_reference"));
}

function referenceIn(value: Json | undefined, others: JsonObject, where: string) {
  if (value === undefined || value === null) return { reference: undefined, others, where };
  if (!isObject(value)) throw new OtioError("an object was expected", where);
  return { reference: value, others, where };
}

function availableRange(reference: JsonObject | undefined, where: string) {
  return reference?.available_range
    ? readRange(reference.available_range, inside(where, "available_range"))
    : undefined;
}

function childrenOf(composition: JsonObject, where: string): [child: JsonObject, where: string][] {
  return listIn(composition, "children", where).map((child, index) => {
    const childWhere = `${inside(where, "children")}[${index}]`;
    schemaOf(child, childWhere);
    return [child as JsonObject, childWhere];
  });
}

/** Returns an object's schema name without its version. Throws if it has no schema. */
function schemaOf(value: Json, where: string): string {
  if (!isObject(value)) throw new OtioError("an object was expected", where);
  const kind = kindOf(value);
  if (kind === undefined) {
    throw new OtioError("a schema and its version was expected, such as “Clip.1”", inside(where, "OTIO_SCHEMA"));
  }
  return kind;
}

function listIn(object: JsonObject, field: string, where: string): Json[] {
  const list = object[field];
  if (!Array.isArray(list)) throw new OtioError("a list was expected", inside(where, field));
  return list;
}

function textIn(object: JsonObject, field: string, where: string): string {
  const text = object[field] ?? "";
  if (typeof text !== "string") throw new OtioError("a text was expected", inside(where, field));
  return text;
}

/** Returns an object's name; empty if it has none. */
function nameIn(object: JsonObject): string {
  return typeof object.name === "string" ? object.name : "";
}

function inside(where: string, field: string): string {
  return where ? `${where}.${field}` : field;
}

function endOf({ offset, duration }: TimelineClip): Flicks {
  return flicksOf(offset) + flicksOf(duration);
}

/** Returns only the fields with a value. */
function given<T extends object>(fields: T): { [Field in keyof T]?: Exclude<T[Field], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as never;
}
