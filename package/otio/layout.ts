/**
 * Puts a timeline's clips into a file's tracks. A clip goes back to the track that it came from while it is still in
 * that track's lane. Clips that now overlap go into further tracks.
 *
 * A nested composition moves as a whole, to where its first clip is now. A clip leaves it if it was moved by itself or
 * to another lane, or if it reaches beyond the part that is played. If a track plays only a part of itself, a nested
 * composition leaves that track when it moves. So nothing is heard that was not heard before.
 */

import { MOST_LEVELS } from "../limits.js";
import type { TimelineClip } from "../types.js";
import { OtioError } from "./json.js";
import { KEPT, type KeptChild, type KeptComposition, kindIn } from "./kept.js";
import { type Flicks, flicksOf } from "./time.js";

/** An item at a place in a track. */
export interface Part {
  start: Flicks;
  end: Flicks;
  content: { clip: TimelineClip } | { item: string } | { group: Group };
  /** The kept items between this part and the previous one. */
  lead: KeptChild[];
}

/** A nested composition. */
export interface Group {
  kept: KeptComposition;
  /** The place of its own zero on the timeline. */
  zero: Flicks;
  drafts: Draft[];
}

/** A track. */
export interface Draft {
  /** The kept track, if the file had it. */
  kept?: KeptComposition;
  /** The lane, for direct children of the timeline's stack. */
  lane?: number;
  name?: string;
  /** The place of its own zero on the timeline. */
  zero: Flicks;
  /** Its end, if the file gives one. */
  to?: Flicks;
  /** In the order of time, without overlaps. */
  parts: Part[];
  /** The kept items after the last part. */
  tail: KeptChild[];
  /** Set if this is a single part without a track around it. */
  isBare?: true;
}

/** The path for errors in kept data, which may have been changed by anyone. */
export const IN_KEPT = `metadata.${KEPT}`;

/** A clip's place in a group, relative to the group's start, and the stretch of the group that is played. */
interface Stand {
  child: KeptChild;
  at: Flicks;
  from: Flicks;
  to: Flicks;
}

/** Lays out the contents of the timeline's stack. */
export function layOut(stack: KeptComposition, clips: readonly TimelineClip[]): Draft[] {
  return new Layout(clips).drafts(stack);
}

class Layout {
  readonly #clips: readonly TimelineClip[];
  readonly #byId: Map<string, TimelineClip>;
  /** The clips that are back in their original place. */
  readonly #returned = new Set<TimelineClip>();

  constructor(clips: readonly TimelineClip[]) {
    this.#clips = clips;
    this.#byId = new Map(clips.map((clip) => [clip.id, clip]));
  }

  drafts(stack: KeptComposition): Draft[] {
    const zero = -timeOf(stack.range?.start);
    const drafts = childrenOf(stack, 0).flatMap((child): Draft[] => {
      if ("children" in child && isTrack(child)) {
        const isCut = stack.range !== undefined || child.range !== undefined;
        const to = child.range ? zero + timeOf(child.range.length) : Number.MAX_SAFE_INTEGER;
        return this.#track(child, zero, child.lane, (one, from) => this.#part(one, from, child.lane, isCut, to));
      }
      const childLane = "children" in child ? child.lane : undefined;
      const part = this.#part(child, zero, childLane, stack.range !== undefined, Number.MAX_SAFE_INTEGER);
      const lane = "children" in child ? child.lane : part && laneIn(part);
      return part ? [{ ...bare(part), ...(lane !== undefined && { lane }) }] : [];
    });
    return this.#withNewcomers(drafts, zero);
  }

  /** Lays out a track that starts at `start`, with further tracks for parts that now overlap. */
  #track(
    track: KeptComposition,
    start: Flicks,
    lane: number | undefined,
    find: (child: KeptChild, zero: Flicks) => Part | undefined,
  ): Draft[] {
    const zero = start - timeOf(track.range?.start);
    const parts: Part[] = [];
    let lead: KeptChild[] = [];
    let isBehindGone = false;
    for (const child of childrenOf(track, 1)) {
      // A transition disappears with either of its neighbours.
      if ("mark" in child && isBehindGone) continue;
      if ("mark" in child || "gap" in child) {
        lead.push(child);
        isBehindGone = false;
        continue;
      }
      const part = find(child, zero);
      isBehindGone = part === undefined;
      if (part) {
        parts.push({ ...part, lead });
        lead = [];
      } else if (lead.length > 0 && "mark" in (lead.at(-1) as KeptChild)) {
        lead.pop();
      }
    }
    const ofLane = lane === undefined ? {} : { lane };
    const to = track.range && { to: start + timeOf(track.range.length) };
    const drafts: Draft[] = [{ kept: track, zero, ...to, ...ofLane, parts: [], tail: lead }];
    for (const part of parts.sort((a, b) => a.start - b.start)) {
      const free = drafts.find((draft) => (draft.parts.at(-1)?.end ?? part.start) <= part.start);
      if (free) free.parts.push(part);
      else drafts.push({ zero, ...to, ...ofLane, parts: [part], tail: [] });
    }
    return drafts;
  }

  /** Returns the part for a child of a lane's track or of the timeline's stack. `isCut`: it is not played whole. */
  #part(child: KeptChild, zero: Flicks, lane: number | undefined, isCut: boolean, to: Flicks): Part | undefined {
    if ("children" in child) return this.#moved(child, lane, isCut ? zero + timeOf(child.at) : undefined);
    if ("item" in child) return itemPart(child, zero);
    const clip = this.#candidate(child, lane);
    const part = clip && clipPart(clip);
    if (!part || part.end > to) return undefined;
    this.#returned.add(clip);
    return part;
  }

  /** Places a nested composition where its first clip is now; undefined if it must be somewhere else. */
  #moved(kept: KeptComposition, lane: number | undefined, mustStart: Flicks | undefined): Part | undefined {
    const length = kept.range ? timeOf(kept.range.length) : Number.MAX_SAFE_INTEGER;
    const stands = standsIn(kept, 0, 0, length, 0);
    const candidates = stands.map((stand) => ({ stand, clip: this.#candidate(stand.child, lane) }));
    const first = candidates.find(({ clip }) => clip !== undefined);
    if (!first?.clip) return undefined;
    const start = mustStart ?? clipPart(first.clip).start - first.stand.at;
    const standing = new Map<KeptChild, Part>();
    for (const { stand, clip } of candidates) {
      const part = clip && clipPart(clip);
      if (!part || this.#returned.has(clip)) continue;
      if (part.start !== start + stand.at || part.start < start + stand.from || part.end > start + stand.to) continue;
      this.#returned.add(clip);
      standing.set(stand.child, part);
    }
    return this.#group(kept, start, standing);
  }

  /** Places a nested composition that starts at `start`; undefined if none of its clips is in it. */
  #group(kept: KeptComposition, start: Flicks, standing: Map<KeptChild, Part>): Part | undefined {
    const zero = start - timeOf(kept.range?.start);
    const find = (child: KeptChild, from: Flicks) => {
      if ("children" in child) return this.#group(child, from + timeOf(child.at), standing);
      return "item" in child ? itemPart(child, from) : standing.get(child);
    };
    const drafts = isTrack(kept)
      ? this.#track(kept, start, undefined, find)
      : kept.children.flatMap((child) => {
          if ("children" in child && isTrack(child))
            return this.#track(child, zero + timeOf(child.at), undefined, find);
          const part = find(child, zero);
          return part ? [bare(part)] : [];
        });
    const end = kept.range
      ? start + timeOf(kept.range.length)
      : drafts.reduce((last, draft) => Math.max(last, extentOf(draft)), start);
    return hasClip(drafts) ? { start, end, lead: [], content: { group: { kept, zero, drafts } } } : undefined;
  }

  /** Adds the clips that are new there: to the first track of their lane with room, or to a new track. */
  #withNewcomers(drafts: Draft[], zero: Flicks): Draft[] {
    const newcomers = this.#clips
      .filter((clip) => !this.#returned.has(clip))
      .sort((a, b) => b.lane - a.lane || a.offset - b.offset);
    const all = [...drafts];
    for (const clip of newcomers) {
      const part = clipPart(clip);
      const tracks = all.filter((draft) => draft.lane === clip.lane && !draft.isBare);
      if (tracks.some((draft) => takesIn(draft, part))) continue;
      const last = tracks.at(-1);
      all.splice(last ? all.indexOf(last) + 1 : all.length, 0, { zero, lane: clip.lane, parts: [part], tail: [] });
    }
    return all;
  }

  /** Returns the clip that may return there: it still exists, is on that lane, and has not returned elsewhere. */
  #candidate(child: KeptChild, lane: number | undefined): TimelineClip | undefined {
    const clip = "clip" in child ? this.#byId.get(child.clip) : undefined;
    return clip && !this.#returned.has(clip) && (lane === undefined || clip.lane === lane) ? clip : undefined;
  }
}

/** Returns the places of a group's clips. */
function standsIn(kept: KeptComposition, start: Flicks, from: Flicks, to: Flicks, depth: number): Stand[] {
  const zero = start - timeOf(kept.range?.start);
  return childrenOf(kept, depth).flatMap((child): Stand[] => {
    if ("clip" in child) return [{ child, at: zero + timeOf(child.at), from, to }];
    if (!("children" in child)) return [];
    const childStart = zero + timeOf(child.at);
    const end = child.range ? childStart + timeOf(child.range.length) : to;
    return standsIn(child, childStart, Math.max(from, childStart), Math.min(to, end), depth + 1);
  });
}

/** Adds a part to a track if there is room, unless the track is disabled or has a fixed end. */
function takesIn({ kept, to, parts }: Draft, part: Part): boolean {
  if (kept?.isDisabled || to !== undefined) return false;
  let [low, high] = [0, parts.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((parts[middle] as Part).start < part.start) low = middle + 1;
    else high = middle;
  }
  const isFree = (parts[low - 1]?.end ?? part.start) <= part.start && (parts[low]?.start ?? part.end) >= part.end;
  if (isFree) parts.splice(low, 0, part);
  return isFree;
}

function clipPart(clip: TimelineClip): Part {
  const start = flicksOf(clip.offset);
  return { start, end: start + flicksOf(clip.duration), lead: [], content: { clip } };
}

function itemPart({ item, at, length }: Extract<KeptChild, { item: string }>, zero: Flicks): Part {
  const start = zero + timeOf(at);
  return { start, end: start + timeOf(length), lead: [], content: { item } };
}

function bare(part: Part): Draft {
  return { zero: part.start, parts: [part], tail: [], isBare: true };
}

function laneIn({ content }: Part): number | undefined {
  return "clip" in content ? content.clip.lane : undefined;
}

function hasClip(drafts: Draft[]): boolean {
  return drafts.some(({ parts }) => parts.some(({ content }) => !("item" in content)));
}

/** Returns the children of a kept composition, after checking that it has the reader's form. */
function childrenOf(kept: KeptComposition, depth: number): KeptChild[] {
  if (depth > MOST_LEVELS) throw new OtioError(`what was kept is nested more than ${MOST_LEVELS} levels deep`, IN_KEPT);
  const isComposition = typeof kept.schema === "string" && Array.isArray(kept.children);
  if (!isComposition || kept.children.some((child) => typeof child !== "object" || child === null)) {
    throw new OtioError("what was kept is no stack and no track", IN_KEPT);
  }
  return kept.children;
}

export function isTrack({ schema }: KeptComposition): boolean {
  return kindIn(schema) === "Track";
}

/** Returns the start of a draft's contents. */
export function startOf({ parts, zero }: Draft): Flicks {
  return parts[0]?.start ?? zero;
}

/** Returns a draft's end. */
export function extentOf({ parts, zero, tail, to }: Draft): Flicks {
  return to ?? (parts.at(-1)?.end ?? zero) + lengthOf(tail);
}

/** Returns the length of the kept items between two parts. */
export function lengthOf(lead: KeptChild[]): Flicks {
  return lead.reduce((sum, child) => sum + ("gap" in child ? timeOf(child.gap) : 0), 0);
}

/** Converts a kept time. */
export function timeOf(seconds = 0): Flicks {
  return flicksOf(seconds, IN_KEPT);
}
