/**
 * Converts a timeline to OpenTimelineIO: a track for each lane, and more if clips overlap. A timeline that was read
 * from a file gets the file's structure and all its fields back, with the clips at their current places.
 */

import type { Asset, ChapterMarker, Timeline, TimelineClip } from "../types.js";
import { fromPlain, isObject, type Json, type JsonObject, OtioError, writeJson } from "./json.js";
import {
  fieldsOf,
  type KeptChild,
  type KeptClip,
  type KeptComposition,
  type KeptMarker,
  type KeptTimeline,
  kindOf,
  listOf,
  OURS,
  parseKept,
  takeKept,
  USUAL,
} from "./kept.js";
import {
  type Draft,
  extentOf,
  type Group,
  IN_KEPT,
  isTrack,
  layOut,
  lengthOf,
  type Part,
  startOf,
  timeOf,
} from "./layout.js";
import { laneName, STACK_NAME, urlOf } from "./names.js";
import { type Flicks, flicksOf, isClock, readRange, writeRange } from "./time.js";

/** The facts of an asset that a timeline's clips play. */
export type OtioAsset = Pick<Asset, "id" | "name" | "durationSeconds" | "sampleRate"> &
  Partial<Pick<Asset, "text" | "voice">>;

/** The options of writing. */
export interface OtioWriteOptions {
  /** The URL of an asset's file. Default: that of the file it was read from, otherwise its name beside the timeline. */
  urlOf?: (asset: OtioAsset) => string;
}

type Written = Omit<Timeline, "durationSeconds">;

/** Writes a file. Throws an `OtioError`. */
export function writeTimeline(timeline: Written, assets: Iterable<OtioAsset>, options: OtioWriteOptions = {}): string {
  return writeJson(new Writer(timeline, assets, options).write(), 2);
}

/** Default values of the fields. */
const ITEM: JsonObject = { name: "", source_range: null, effects: [], markers: [], enabled: true };
const MARKER: JsonObject = { name: "", color: USUAL.Marker.color };
const REFERENCE: JsonObject = { name: "", available_range: null };
const DEFAULT_MEDIA = USUAL.Clip.active_media_reference_key;

class Writer {
  readonly #timeline: Written;
  readonly #assets: Map<string, OtioAsset>;
  readonly #urlOf: (asset: OtioAsset) => string;
  readonly #kept: Partial<KeptTimeline>;
  readonly #metadata: Timeline["metadata"];
  readonly #indices: Map<TimelineClip, number>;
  /** The end of the last clip. */
  readonly #end: Flicks;
  /** The rates for times without a rate of their own. */
  readonly #rates: number[];

  constructor(timeline: Written, assets: Iterable<OtioAsset>, options: OtioWriteOptions) {
    const { kept, others } = takeKept<KeptTimeline>(timeline.metadata, "");
    this.#timeline = timeline;
    this.#assets = new Map([...assets].map((asset) => [asset.id, asset]));
    this.#urlOf = options.urlOf ?? (({ name }) => urlOf(name));
    this.#kept = kept;
    this.#metadata = others;
    this.#rates = this.#ratesWith(kept.rate);
    this.#indices = new Map(timeline.clips.map((clip, index) => [clip, index]));
    if (new Set(timeline.clips.map(({ id }) => id)).size < timeline.clips.length) {
      throw new OtioError("two clips have the same ID", "clips");
    }
    this.#end = timeline.clips.reduce((end, { offset, duration }, index) => {
      const where = `clips[${index}]`;
      return Math.max(end, flicksOf(offset, `${where}.offset`) + flicksOf(duration, `${where}.duration`));
    }, 0);
  }

  write(): JsonObject {
    const { id, name, audioLayout, audioRate, tags } = this.#timeline;
    const { schema = "Timeline.1", fields, collection, soundOf } = this.#kept;
    const ours = { id, audioLayout, audioRate, tags, soundOf, metadata: this.#metadata };
    const timeline = object(schema, { global_start_time: null }, fields, { name, tracks: this.#stack() }, ours);
    if (!collection) return timeline;
    const children = [...listOf(collection.before, IN_KEPT), timeline, ...listOf(collection.after, IN_KEPT)];
    return object(collection.schema, { name: "" }, collection.fields, { children });
  }

  /** Writes the timeline's stack. */
  #stack(): JsonObject {
    const { clips, chapters = [] } = this.#timeline;
    const kept: KeptComposition = this.#kept.stack ?? { schema: "Stack.1", children: [] };
    const drafts = withNames(layOut(kept, clips));
    const fields = fieldsOf(kept.fields, IN_KEPT);
    const start = timeOf(kept.range?.start);
    const length = Math.max(this.#end, timeOf(kept.range?.length));
    const isOff = Boolean(kept.isDisabled) && clips.every(({ isMuted }) => isMuted);
    return object(kept.schema, { ...ITEM, name: STACK_NAME }, fields, {
      ...(kept.range && { source_range: this.#range(start, length) }),
      markers: [
        ...chapters.map((chapter, index) => this.#marker(chapter, index, start)),
        ...(Array.isArray(fields.markers) ? fields.markers : []),
      ],
      enabled: !isOff,
      children: drafts.map((draft) => this.#inStack(draft, -start, isOff)),
    });
  }

  /** Writes a child of a stack whose children all start at `from`. */
  #inStack(draft: Draft, from: Flicks, isOff: boolean): Json {
    const [part] = draft.parts;
    if (!draft.isBare || !part || part.start !== from) return this.#track(draft, from, isOff);
    const written = this.#part(part, isOff);
    return isObject(written) ? withOurs(written, { lane: draft.lane }) : written;
  }

  /** Writes a track that starts at `from`. */
  #track(draft: Draft, from: Flicks, isOffOutside: boolean): JsonObject {
    const { kept, lane, zero, to, parts, tail } = draft;
    const isOff = Boolean(kept?.isDisabled) && isSilent(draft);
    const origin = Math.min(zero, startOf(draft), to === undefined ? from : zero);
    const children: Json[] = [];
    let end = origin;
    for (const part of parts) {
      children.push(...this.#between(part.lead, part.start - end), this.#part(part, isOff || isOffOutside));
      end = part.end;
    }
    children.push(...this.#between(tail, lengthOf(tail)));
    end += lengthOf(tail);
    // If all audible parts are gone, the remaining contents must not become audible.
    if (to !== undefined && isClock({ start: from - origin, length: to - from }, end - origin)) {
      children.push(this.#gap({ gap: 0 }, to - end));
    }
    const isCut = to !== undefined || origin !== from;
    return object(
      kept?.schema ?? "Track.1",
      { ...ITEM, name: draft.name ?? "", kind: USUAL.Track.kind },
      kept?.fields,
      {
        ...(isCut
          ? { source_range: this.#range(from - origin, extentOf(draft) - from) }
          : withoutTrim(kept, extentOf(draft) - origin)),
        enabled: !isOff,
        children: this.#apart(children),
      },
      { lane },
    );
  }

  /** Writes a nested composition that starts at `start`. */
  #group({ kept, zero, drafts }: Group, start: Flicks, end: Flicks, isOffOutside: boolean): JsonObject {
    const [only, ...others] = drafts;
    if (isTrack(kept) && only && others.length === 0) return this.#track(only, start, isOffOutside);
    // A track whose clips now overlap becomes a stack of tracks.
    const [schema, fields] = isTrack(kept) ? ["Stack.1", undefined] : [kept.schema, kept.fields];
    const isOff = !isTrack(kept) && Boolean(kept.isDisabled) && drafts.every(isSilent);
    const origin = isTrack(kept) ? start : zero;
    return object(schema, ITEM, fields, {
      ...((kept.range || origin !== start) && { source_range: this.#range(start - origin, end - start) }),
      enabled: !isOff,
      children: drafts.map((draft) => this.#inStack(draft, origin, isOff || isOffOutside)),
    });
  }

  #part({ start, end, content }: Part, isOff: boolean): Json {
    if ("clip" in content) return this.#clip(content.clip, isOff);
    return "group" in content ? this.#group(content.group, start, end, isOff) : this.#item(content.item, start);
  }

  /** Writes an item that is not heard. It stays silent even if the timeline is now longer than the file's range. */
  #item(text: string, start: Flicks): Json {
    const item = parseKept(text, IN_KEPT);
    const wasOutside = this.#kept.stack?.range && start >= timeOf(this.#kept.stack.range.length);
    return wasOutside && start < this.#end && isObject(item) ? { ...item, enabled: false } : item;
  }

  /** Writes the items between two neighbours, `room` apart. The last gap fills the remaining room. */
  #between(lead: KeptChild[], room: Flicks): Json[] {
    const lastGap = lead.findLast((child) => "gap" in child);
    const written: Json[] = lastGap || room === 0 ? [] : [this.#gap({ gap: 0 }, room)];
    let left = room;
    for (const child of lead) {
      if ("mark" in child) written.push(parseKept(child.mark, IN_KEPT));
      if (!("gap" in child)) continue;
      const length = child === lastGap ? left : Math.min(left, timeOf(child.gap));
      left -= length;
      if (length > 0 || child.fields) written.push(this.#gap(child, length));
    }
    return written;
  }

  #gap({ schema = "Gap.1", fields, start }: Extract<KeptChild, { gap: number }>, length: Flicks): JsonObject {
    return object(schema, ITEM, fields, { source_range: this.#range(timeOf(start), length) });
  }

  /** Separates adjacent transitions, since each must join two items. */
  #apart(children: Json[]): Json[] {
    return children.flatMap((child, index) => {
      const isSecond = kindOf(child) === "Transition" && kindOf(children[index - 1]) === "Transition";
      return isSecond ? [this.#gap({ gap: 0 }, 0), child] : [child];
    });
  }

  #clip(clip: TimelineClip, isOff: boolean): JsonObject {
    const order = this.#indices.get(clip);
    const where = `clips[${order}]`;
    const { kept, others } = takeKept<KeptClip>(clip.metadata, where);
    const asset = this.#assets.get(clip.assetId);
    // The file's media data does not apply to another asset.
    const isFilesMedia = kept.mediaName === undefined || asset === undefined || asset.name === kept.mediaName;
    const reference = this.#reference(clip, asset, isFilesMedia ? kept.media : undefined);
    const start = flicksOf(clip.sourceStart, `${where}.sourceStart`) + timeOf(isFilesMedia ? kept.mediaStart : 0);
    const length = flicksOf(clip.duration);
    const available = kept.isWhole && reference.available_range && readRange(reference.available_range, where);
    const isWhole = available && available.start === start && available.length === length;

    const { id, name, fadeIn, fadeOut, pan, text, voice, scene } = clip;
    const ours = { id, order, volumeDb: clip.volumeDb || undefined, fadeIn, fadeOut, pan, text, voice, scene };
    for (const [field, value] of Object.entries({ ...ours, volumeDb: clip.volumeDb })) {
      if (typeof value === "number" && !Number.isFinite(value)) {
        throw new OtioError("a finite number was expected", `${where}.${field}`);
      }
    }
    const fields = fieldsOf(kept.fields, where);
    const { media_references: several, active_media_reference_key: key = DEFAULT_MEDIA } = fields;
    const hasKeys = isObject(several) || key !== DEFAULT_MEDIA || kept.schema !== undefined;
    const media = hasKeys
      ? {
          media_references: { ...(isObject(several) && several), [String(key)]: reference },
          active_media_reference_key: key,
        }
      : { media_reference: reference };
    const said = {
      name,
      source_range: isWhole ? null : writeRange({ start, length }, this.#ratesWith(kept.rate)),
      enabled: !clip.isMuted || Boolean(isOff && kept.isEnabled),
      ...media,
    };
    return object(kept.schema ?? (hasKeys ? "Clip.2" : "Clip.1"), ITEM, fields, said, { ...ours, metadata: others });
  }

  #reference({ assetId }: TimelineClip, asset: OtioAsset | undefined, kept: string | undefined): JsonObject {
    const fields = fieldsOf(kept, IN_KEPT);
    if (!asset) {
      // Only the file's own data is known about it.
      const schema = fields.target_url ? "ExternalReference.1" : "MissingReference.1";
      return object(schema, REFERENCE, fields, {}, kept ? {} : { assetId });
    }
    const { name, text, voice, sampleRate, durationSeconds } = asset;
    const length = flicksOf(durationSeconds, `the asset ${assetId}`);
    const url = this.#urlOf(asset);
    const said = {
      available_range: fields.available_range ?? writeRange({ start: 0, length }, this.#ratesWith(sampleRate)),
      target_url: fields.target_url ?? url,
    };
    return object("ExternalReference.1", REFERENCE, fields, said, {
      assetId,
      name,
      url: "target_url" in fields || url === urlOf(name) ? undefined : url,
      text: text || undefined,
      voice: voice || undefined,
    });
  }

  #marker({ title, offset, image, metadata }: ChapterMarker, index: number, shift: Flicks): JsonObject {
    const where = `chapters[${index}]`;
    const { kept, others } = takeKept<KeptMarker>(metadata, where);
    const start = flicksOf(offset, `${where}.offset`) + shift;
    const marked_range = writeRange({ start, length: timeOf(kept.length) }, this.#ratesWith(kept.rate));
    const ours = { image, metadata: others };
    return object(kept.schema ?? "Marker.2", MARKER, kept.fields, { name: title, marked_range }, ours);
  }

  #range(start: Flicks, length: Flicks): JsonObject {
    return writeRange({ start, length }, this.#rates);
  }

  #ratesWith(rate: number | undefined): number[] {
    return rate !== undefined && rate > 0 ? [rate, this.#timeline.audioRate] : [this.#timeline.audioRate];
  }
}

/** Builds an object of a schema: defaults, then kept fields, then the timeline's fields, and our metadata. */
function object(
  schema: string,
  usual: JsonObject,
  kept: JsonObject | string | undefined,
  said: JsonObject,
  ours: Record<string, unknown> = {},
): JsonObject {
  const fields = isObject(kept) ? kept : fieldsOf(kept, IN_KEPT);
  return withOurs({ OTIO_SCHEMA: schema, metadata: {}, ...usual, ...fields, ...said }, ours);
}

/** Removes a range that was not a trim, but would now trim the contents. */
function withoutTrim(kept: KeptComposition | undefined, content: Flicks): JsonObject {
  const { source_range } = fieldsOf(kept?.fields, IN_KEPT);
  return source_range && !isClock(readRange(source_range, IN_KEPT), content) ? { source_range: null } : {};
}

/** Adds our data to the metadata. */
function withOurs(fields: JsonObject, ours: Record<string, unknown>): JsonObject {
  const given = Object.entries(ours).filter(([, value]) => value !== undefined);
  if (given.length === 0) return fields;
  const metadata = isObject(fields.metadata) ? fields.metadata : {};
  const before = isObject(metadata[OURS]) ? metadata[OURS] : {};
  const added = fromPlain(Object.fromEntries(given)) as JsonObject;
  return { ...fields, metadata: { ...metadata, [OURS]: { ...before, ...added } } };
}

/** Names the tracks of lanes that the file did not name. */
function withNames(drafts: Draft[]): Draft[] {
  const counts = new Map<number, number>();
  return drafts.map((draft) => {
    if (draft.lane === undefined) return draft;
    const number = (counts.get(draft.lane) ?? 0) + 1;
    counts.set(draft.lane, number);
    return { ...draft, name: laneName(draft.lane, number) };
  });
}

/** Returns whether all clips in it are muted. */
function isSilent({ parts }: Draft): boolean {
  return parts.every(({ content }) => {
    if ("clip" in content) return content.clip.isMuted;
    return "item" in content || content.group.drafts.every(isSilent);
  });
}
