/**
 * Where clips lie, for drawing them and for saying how long the project is. The package's `buildTimeline` decides the
 * same by the same rule, in exact fractions, when the project is exported.
 */
import type { Asset } from "secuencia";
import type { Project, ProjectClip } from "./model.ts";

/** A clip with its start, its length, and where in its audio it starts, in seconds. */
export interface PlacedClip extends Stretch {
  clip: ProjectClip;
  start: number;
}

/** The part of its audio that a clip plays. */
export interface Stretch {
  sourceStart: number;
  /** 0 means that the audio is not known yet. */
  length: number;
}

/** What must be known of a clip's audio to place it. */
export type Extent = Pick<Asset, "durationSeconds" | "trim">;

/** Places every clip, in the project's order; `extentOf` says what is known of an asset. */
export function placeClips(project: Project, extentOf: (assetId: string) => Extent | undefined): PlacedClip[] {
  const laneEnds = new Map<number, number>();
  return project.clips.map((clip) => {
    const laneEnd = laneEnds.get(clip.lane);
    const start = clip.offset ?? (laneEnd === undefined ? 0 : laneEnd + project.gapSeconds);
    const stretch = stretchOf(clip, extentOf(clip.assetId));
    laneEnds.set(clip.lane, start + stretch.length);
    return { clip, start, ...stretch };
  });
}

/** What a clip plays: what it does not say is as its audio is trimmed. */
export function stretchOf(
  clip: { sourceStart?: number | undefined; duration?: number | undefined },
  { durationSeconds, trim }: Extent = { durationSeconds: 0 },
): Stretch {
  const sourceStart = clip.sourceStart ?? trim?.start ?? 0;
  const end = trim && sourceStart < trim.end ? trim.end : durationSeconds;
  return { sourceStart, length: Math.max(0, clip.duration ?? end - sourceStart) };
}

/** Says so if a clip's fades do not fit into it. */
export function fadesFault(
  { fadeIn = 0, fadeOut = 0 }: { fadeIn?: number | undefined; fadeOut?: number | undefined },
  length: number,
): string {
  const together = fadeIn + fadeOut;
  if (length === 0 || together <= length) return "";
  const seconds = (time: number) => `${Number(time.toFixed(3))} s`;
  return `The fades take ${seconds(together)} together, but the clip lasts only ${seconds(length)}.`;
}

/** The latest end of any clip. */
export function endOf(placed: PlacedClip[]): number {
  return placed.reduce((end, { start, length }) => Math.max(end, start + length), 0);
}
