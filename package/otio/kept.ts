/**
 * What is kept of an OpenTimelineIO file beside the timeline that was made of it, so that it comes out again: every
 * field that a timeline of ours has no place for, and how the file was built. It lies under `otio` in the metadata of
 * the timeline, of its clips and of its chapters; a clip that is removed takes its own along.
 *
 * Fields are kept as JSON text, since a file's numbers are not all JavaScript's. Times are in seconds.
 */

import type { Metadata } from "../types.js";
import { isObject, type Json, type JsonObject, OtioError, parseJson, writeJson } from "./json.js";

/** The field of metadata that holds what is kept; and that of a file's metadata which holds what is ours. */
export const KEPT = "otio";
export const OURS = "secuencia";

/** Of the file, with the timeline. */
export interface KeptTimeline {
  schema?: string;
  /** The timeline's own fields. */
  fields?: string;
  /** The collection that the timeline lies in: its fields, and its other children before and behind. */
  collection?: { schema: string; fields: string; before: string; after: string };
  /** The timeline's stack, and all that is in it. */
  stack?: KeptComposition;
  /** The rate at which the file tells its times. */
  rate?: number;
  /** It has no track for audio: what its video tracks play is heard. */
  soundOf?: "video";
}

/** A stack or a track. Positions within it count from its own zero. */
export interface KeptComposition {
  schema: string;
  /** Of what lies directly in the timeline's stack. */
  lane?: number;
  /** Where it lies in what it is nested in; 0 if left out. */
  at?: number;
  fields?: string;
  /** What of it is played, where it says so. */
  range?: { start: number; length: number };
  isDisabled?: true;
  /** In their order, which in a track is that of time. */
  children: KeptChild[];
}

export type KeptChild =
  | KeptComposition
  /** A clip of the timeline's, and where it stood. */
  | { clip: string; at: number }
  /**
   * Something with a length that is not heard here: a film's track, a generator, what lies outside of what is played.
   */
  | { item: string; at: number; length: number }
  | { gap: number; start?: number; schema?: string; fields?: string }
  /** Something between two neighbours, without a length: a transition. */
  | { mark: string };

/** With a clip. */
export interface KeptClip {
  schema?: string;
  fields?: string;
  /** The reference to its media, and the file's name: they stand as long as the clip plays it. */
  media?: string;
  mediaName?: string;
  /** Where its media starts, by the media's own clock. */
  mediaStart?: number;
  rate?: number;
  /** It plays all of its media, and does not say so. */
  isWhole?: true;
  /** It is enabled, and muted by what it lies in. */
  isEnabled?: true;
}

/** With a chapter. */
export interface KeptMarker {
  schema?: string;
  fields?: string;
  /** A marker may last. */
  length?: number;
  rate?: number;
}

type Fields = Record<string, Json>;

/** What schemas were called when the format was young. */
const OLD_NAMES: Record<string, string> = {
  Filler: "Gap",
  Sequence: "Track",
  SerializeableCollection: "SerializableCollection",
};

/** The name of an object's schema, without its version, if it is an object of a schema. */
export function kindOf(value: Json | undefined): string | undefined {
  return isObject(value) && typeof value.OTIO_SCHEMA === "string" ? kindIn(value.OTIO_SCHEMA) : undefined;
}

/** The name in `Clip.2`. */
export function kindIn(schema: string): string | undefined {
  const name = /^(.+)\.\d+$/.exec(schema)?.[1];
  return name !== undefined && Object.hasOwn(OLD_NAMES, name) ? OLD_NAMES[name] : name;
}

const NAMED: Fields = { metadata: {}, name: "" };
const ITEM: Fields = { ...NAMED, source_range: null, effects: [], markers: [], enabled: true, color: null };
const MEDIA: Fields = { ...NAMED, available_range: null, available_image_bounds: null };

/** What a schema's fields say when they say nothing. */
export const USUAL = {
  Timeline: { ...NAMED, global_start_time: null },
  SerializableCollection: NAMED,
  Stack: ITEM,
  Track: { ...ITEM, kind: "Audio" },
  Clip: { ...ITEM, active_media_reference_key: "DEFAULT_MEDIA" },
  Gap: ITEM,
  Marker: { ...NAMED, color: "GREEN", comment: "" },
  Media: MEDIA,
} satisfies Record<string, Fields>;

/**
 * An object's fields but those that are read, those that say what is usual, and what is ours in its metadata: as text,
 * or nothing if none is left.
 */
export function unread(object: JsonObject, usual: Fields, read: readonly string[]): string | undefined {
  const rest = Object.entries(withoutOurs(object)).filter(
    ([key, value]) => key !== "OTIO_SCHEMA" && !read.includes(key) && !isUsual(value, usual[key]),
  );
  rest.sort(([a], [b]) => (a < b ? -1 : 1));
  return rest.length > 0 ? writeJson(Object.fromEntries(rest)) : undefined;
}

/** With the metadata that is ours taken out. */
function withoutOurs(object: JsonObject): JsonObject {
  if (!isObject(object.metadata) || !(OURS in object.metadata)) return object;
  const { [OURS]: _ours, ...metadata } = object.metadata;
  return { ...object, metadata };
}

function isUsual(value: Json, usual: Json | undefined): boolean {
  if (usual === undefined) return false;
  if (value === null || value === usual) return true;
  if (typeof value !== "object" || typeof usual !== "object") return false;
  return Array.isArray(value) === Array.isArray(usual) && Object.keys(value).length === 0;
}

/** Fields that were kept. */
export function fieldsOf(text: string | undefined, where: string): JsonObject {
  if (text === undefined) return {};
  const fields = parseKept(text, where);
  if (!isObject(fields)) throw new OtioError("what was kept is no object", where);
  return fields;
}

/** A list that was kept. */
export function listOf(text: string, where: string): Json[] {
  const list = parseKept(text, where);
  if (!Array.isArray(list)) throw new OtioError("what was kept is no list", where);
  return list;
}

/** Something that was kept. */
export function parseKept(text: unknown, where: string): Json {
  if (typeof text !== "string") throw new OtioError("what was kept is no text", where);
  try {
    return parseJson(text);
  } catch (error) {
    throw new OtioError(`what was kept cannot be read: ${(error as OtioError).message}`, where);
  }
}

/** Metadata with something kept in it; none where there is neither. */
export function withKept(metadata: Metadata | undefined, kept: object): { metadata?: Metadata } {
  const entries = Object.entries(kept).filter(([, value]) => value !== undefined);
  if (entries.length === 0) return metadata ? { metadata } : {};
  return { metadata: { ...metadata, [KEPT]: Object.fromEntries(entries) } };
}

/** What was kept in metadata, and the rest of it. */
export function takeKept<T extends object>(
  metadata: Metadata | undefined,
  where: string,
): { kept: Partial<T>; others: Metadata | undefined } {
  const { [KEPT]: kept = {}, ...others } = metadata ?? {};
  if (typeof kept !== "object" || kept === null || Array.isArray(kept)) {
    throw new OtioError("what was kept is no object", `${where}.metadata.${KEPT}`);
  }
  return { kept, others: Object.keys(others).length > 0 || (metadata && !(KEPT in metadata)) ? others : undefined };
}
