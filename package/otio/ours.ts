/** Reads our data in an object's metadata, and checks each field, since any program may have changed it. */

import type { Metadata, Tags } from "../types.js";
import { isObject, type Json, type JsonObject, numberIn, OtioError, toPlain } from "./json.js";
import { OURS } from "./kept.js";

type TagKind = "text" | "part" | "texts" | "mediaType";

const TAGS: Record<keyof Tags, TagKind> = {
  title: "text",
  artist: "text",
  album: "text",
  albumArtist: "text",
  composer: "text",
  narrator: "text",
  genre: "text",
  year: "text",
  track: "part",
  disc: "part",
  comment: "text",
  description: "text",
  longDescription: "text",
  copyright: "text",
  language: "text",
  grouping: "text",
  mediaType: "mediaType",
  covers: "texts",
};

export class Ours {
  readonly #fields: JsonObject;
  readonly #where: string;

  constructor(object: JsonObject, where: string) {
    const ours = isObject(object.metadata) ? object.metadata[OURS] : undefined;
    this.#fields = isObject(ours) ? ours : {};
    this.#where = `${where && `${where}.`}metadata.${OURS}`;
  }

  text(field: string): string | undefined {
    const value = this.#fields[field];
    if (value === undefined || typeof value === "string") return value;
    return this.#fail(field, "a text");
  }

  number(field: string, least: number, most: number): number | undefined {
    if (this.#fields[field] === undefined) return undefined;
    const value = numberIn(this.#fields[field]);
    if (value !== undefined && value >= least && value <= most) return value;
    return this.#fail(field, `a number from ${least} to ${most}`);
  }

  whole(field: string): number | undefined {
    const value = this.number(field, -(2 ** 31), 2 ** 31 - 1);
    return value === undefined || Number.isInteger(value) ? value : this.#fail(field, "a whole number");
  }

  oneOf<T extends string | number>(field: string, choices: readonly T[]): T | undefined {
    const value = this.#fields[field];
    if (value === undefined) return undefined;
    const plain = typeof value === "string" ? value : numberIn(value);
    return choices.find((choice) => choice === plain) ?? this.#fail(field, choices.join(" or "));
  }

  metadata(): Metadata | undefined {
    const value = this.#fields.metadata;
    if (value === undefined) return undefined;
    return isObject(value) ? (toPlain(value) as Metadata) : this.#fail("metadata", "an object");
  }

  tags(): Tags | undefined {
    const value = this.#fields.tags;
    if (value === undefined) return undefined;
    if (!isObject(value)) return this.#fail("tags", "an object");
    for (const [field, kind] of Object.entries(TAGS)) {
      if (value[field] !== undefined && !isTag(value[field], kind)) this.#fail(`tags.${field}`, WORDS[kind]);
    }
    return toPlain(value) as Tags;
  }

  #fail(field: string, expected: string): never {
    throw new OtioError(`${expected} was expected`, `${this.#where}.${field}`);
  }
}

const WORDS: Record<TagKind, string> = {
  text: "a text",
  texts: "a list of texts",
  part: "a number, and out of how many,",
  mediaType: "music, audiobook or podcast",
};

function isTag(value: Json, kind: TagKind): boolean {
  if (kind === "texts") return Array.isArray(value) && value.every((text) => typeof text === "string");
  if (kind === "part")
    return isObject(value) && isCount(value.number) && (value.total === undefined || isCount(value.total));
  return typeof value === "string" && (kind === "text" || ["music", "audiobook", "podcast"].includes(value));
}

function isCount(value: Json | undefined): boolean {
  const number = numberIn(value);
  return number !== undefined && Number.isInteger(number) && number >= 0 && number < 2 ** 16;
}
