/**
 * The difference between two projects. It is small where they share most of their clips, and leads from either one to
 * the other.
 */
import type { Project, ProjectClip } from "./model.ts";

/** What turns one project into another. */
export interface Difference {
  /** The fields other than the clips, each with both values. A field that is left out is undefined. */
  fields: Readonly<Record<string, readonly [before: unknown, after: unknown]>>;
  /** Clips that only the first project has, or has in another place or form, with their places there, in order. */
  out: readonly PlacedClip[];
  /** The same of the second project. */
  into: readonly PlacedClip[];
}

type PlacedClip = readonly [index: number, clip: ProjectClip];

/** The difference from one project to another. */
export function differenceOf(before: Project, after: Project): Difference {
  const [from, to] = [before, after].map((project) => project as unknown as Record<string, unknown>) as [
    Fields,
    Fields,
  ];
  const names = new Set([...Object.keys(from), ...Object.keys(to)]);
  names.delete("clips");
  const changed = [...names].filter((name) => !isSame(from[name], to[name]));
  const fields = Object.fromEntries(changed.map((name) => [name, [from[name], to[name]] as const]));
  return { fields, ...differenceOfClips(before.clips, after.clips) };
}

type Fields = Record<string, unknown>;

/** Whether a difference is none. */
export function isNone({ fields, out, into }: Difference): boolean {
  return out.length === 0 && into.length === 0 && Object.keys(fields).length === 0;
}

/** The project after a difference. Throws if it is not the one that the difference begins with. */
export function after(project: Project, { fields, out, into }: Difference): Project {
  return changed(project, fields, 1, out, into);
}

/** The project before a difference. Throws if it is not the one that the difference leads to. */
export function before(project: Project, { fields, out, into }: Difference): Project {
  return changed(project, fields, 0, into, out);
}

function changed(
  project: Project,
  fields: Difference["fields"],
  side: 0 | 1,
  out: readonly PlacedClip[],
  into: readonly PlacedClip[],
): Project {
  const values = Object.entries(fields).map(([name, both]) => [name, both[side]] as const);
  const all = Object.entries({ ...project, ...Object.fromEntries(values) }).filter(([, value]) => value !== undefined);
  const isOfClips = out.length > 0 || into.length > 0;
  const clips = isOfClips ? clipsChanged(project.clips, out, into) : project.clips;
  return { ...(Object.fromEntries(all) as unknown as Project), clips };
}

function clipsChanged(clips: ProjectClip[], out: readonly PlacedClip[], into: readonly PlacedClip[]): ProjectClip[] {
  if (out.some(([index, { id }]) => clips[index]?.id !== id)) throw new RangeError("The clips are others.");
  const gone = new Set(out.map(([index]) => index));
  const rest = clips.filter((_, index) => !gone.has(index));
  const result: ProjectClip[] = [];
  for (const [index, clip] of into) {
    result.push(...rest.splice(0, index - result.length), clip);
    if (result.length !== index + 1) throw new RangeError("There are too few clips.");
  }
  return [...result, ...rest];
}

function differenceOfClips(before: ProjectClip[], after: ProjectClip[]): Pick<Difference, "out" | "into"> {
  if (before === after) return { out: [], into: [] };
  const places = new Map(before.map(({ id }, index) => [id, index]));
  /** Where each clip of the second project was, if it is the same. */
  const origins = after.map((clip) => {
    const origin = places.get(clip.id);
    return origin !== undefined && isSame(before[origin], clip) ? origin : undefined;
  });
  const kept = longestRise(origins);
  const stays = new Set([...kept].map((index) => origins[index]));
  return {
    out: [...before.entries()].filter(([index]) => !stays.has(index)),
    into: [...after.entries()].filter(([index]) => !kept.has(index)),
  };
}

/**
 * The indices of the most numbers that rise from left to right: the clips that can stay while the others move. (By the
 * tops of piles, as in patience sorting.)
 */
function longestRise(numbers: readonly (number | undefined)[]): Set<number> {
  const tops: number[] = [];
  const below = new Map<number, number | undefined>();
  for (const [index, number] of numbers.entries()) {
    if (number === undefined) continue;
    let [low, high] = [0, tops.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((numbers[tops[middle] as number] as number) < number) low = middle + 1;
      else high = middle;
    }
    below.set(index, tops[low - 1]);
    tops[low] = index;
  }
  const rise = new Set<number>();
  for (let index = tops.at(-1); index !== undefined; index = below.get(index)) rise.add(index);
  return rise;
}

/** Whether two values of a project have the same content. A field of undefined is the same as none. */
export function isSame(one: unknown, other: unknown): boolean {
  if (Object.is(one, other)) return true;
  if (typeof one !== "object" || typeof other !== "object" || !one || !other) return false;
  if (Array.isArray(one) !== Array.isArray(other)) return false;
  const names = new Set([...Object.keys(one), ...Object.keys(other)]);
  return [...names].every((name) => isSame((one as Fields)[name], (other as Fields)[name]));
}
