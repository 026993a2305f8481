/**
 * The parts of an OpenTimelineIO file that a timeline cannot represent, kept so that they are written back: every
 * unknown field, and the file's structure. They are stored under `otio` in the metadata of the timeline, its clips and
 * its chapters. Removing a clip also removes its part.
 *
 * Fields are kept as JSON text, since not all of a file's numbers fit JavaScript's. Times are in seconds.
 */

import type { Metadata } from "../types.js";
import { isObject, type Json, type JsonObject, OtioError, parseJson, writeJson } from "./json.js";

/** The metadata field for kept data in a timeline, and the one for our data in a file. */
export const KEPT = "otio";
export const OURS = "secuencia";

/** The kept data of a timeline. */
export interface KeptTimeline {
  schema?: string;
  /** The timeline's own unknown fields. */
  fields?: string;
  /** The collection that contains the timeline: its fields, and its children before and after the timeline. */
  collection?: { schema: string; fields: string; before: string; after: string };
  /** The timeline's stack, with all its contents. */
  stack?: KeptComposition;
  /** The rate of the file's times. */
  rate?: number;
  /** Set if the file has no audio track, so that its video tracks are heard. */
  soundOf?: "video";
}

/** A stack or a track. Positions inside it are relative to its own zero. */
export interface KeptComposition {
  schema: string;
  /** The lane, for direct children of the timeline's stack. */
  lane?: number;
  /** The position in the parent; 0 if left out. */
  at?: number;
  fields?: string;
  /** The part that is played, if the file has a range. */
  range?: { start: number; length: number };
  isDisabled?: true;
  /** The children in order; in a track this is the order of time. */
  children: KeptChild[];
}

export type KeptChild =
  | KeptComposition
  /** A clip of the timeline, and its original position. */
  | { clip: string; at: number }
  /** An item with a length that is not heard: a video track, a generator, a clip outside of the part that is played. */
  | { item: string; at: number; length: number }
  | { gap: number; start?: number; schema?: string; fields?: string }
  /** An item between two neighbours, without a length: a transition. */
  | { mark: string };

/** The kept data of a clip. */
export interface KeptClip {
  schema?: string;
  fields?: string;
  /** The media reference and the file's name. They apply as long as the clip plays that file. */
  media?: string;
  mediaName?: string;
  /** The media's start time, on its own clock. */
  mediaStart?: number;
  rate?: number;
  /** Set if the clip plays all of its media and has no range. */
  isWhole?: true;
  /** Set if the clip is enabled, but a disabled parent mutes it. */
  isEnabled?: true;
}

/** The kept data of a chapter. */
export interface KeptMarker {
  schema?: string;
  fields?: string;
  /** The marker's duration. */
  length?: number;
  rate?: number;
}

type Fields = Record<string, Json>;

/** Old names of schemas. */
const OLD_NAMES: Record<string, string> = {
  Filler: "Gap",
  Sequence: "Track",
  SerializeableCollection: "SerializableCollection",
};

/** Returns an object's schema name without its version; undefined without a schema. */
export function kindOf(value: Json | undefined): string | undefined {
  return isObject(value) && typeof value.OTIO_SCHEMA === "string" ? kindIn(value.OTIO_SCHEMA) : undefined;
}

/** Returns the name in `Clip.2`. */
export function kindIn(schema: string): string | undefined {
  const name = /^(.+)\.\d+$/.exec(schema)?.[1];
  return name !== undefined && Object.hasOwn(OLD_NAMES, name) ? OLD_NAMES[name] : name;
}

const NAMED: Fields = { metadata: {}, name: "" };
const ITEM: Fields = { ...NAMED, source_range: null, effects: [], markers: [], enabled: true, color: null };
const MEDIA: Fields = { ...NAMED, available_range: null, available_image_bounds: null };

/** The default values of each schema's fields. */
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
 * Returns an object's remaining fields as text, without those that were read, default values and our metadata;
 * undefined if none remain.
 */
export function unread(object: JsonObject, usual: Fields, read: readonly string[]): string | undefined {
  const rest = Object.entries(withoutOurs(object)).filter(
    ([key, value]) => key !== "OTIO_SCHEMA" && !read.includes(key) && !isUsual(value, usual[key]),
  );
  rest.sort(([a], [b]) => (a < b ? -1 : 1));
  return rest.length > 0 ? writeJson(Object.fromEntries(rest)) : undefined;
}

/** Returns the object without our metadata. */
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

/** Parses kept fields. */
export function fieldsOf(text: string | undefined, where: string): JsonObject {
  if (text === undefined) return {};
  const fields = parseKept(text, where);
  if (!isObject(fields)) throw new OtioError("what was kept is no object", where);
  return fields;
}

/** Parses a kept list. */
export function listOf(text: string, where: string): Json[] {
  const list = parseKept(text, where);
  if (!Array.isArray(list)) throw new OtioError("what was kept is no list", where);
  return list;
}

/** Parses a kept value. */
export function parseKept(text: unknown, where: string): Json {
  if (typeof text !== "string") throw new OtioError("what was kept is no text", where);
  try {
    return parseJson(text);
  } catch (error) {
    throw new OtioError(`what was kept cannot be read: ${(error as OtioError).message}`, where);
  }
}

/** Returns metadata with the kept data added; no metadata if both are empty. */
export function withKept(metadata: Metadata | undefined, kept: object): { metadata?: Metadata } {
  const entries = Object.entries(kept).filter(([, value]) => value !== undefined);
  if (entries.length === 0) return metadata ? { metadata } : {};
  return { metadata: { ...metadata, [KEPT]: Object.fromEntries(entries) } };
}

/** Separates the kept data in metadata from the rest. */
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
