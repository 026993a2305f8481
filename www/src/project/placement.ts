/**
 * The positions of clips, for drawing them and for the project's length. For the export, the package's `buildTimeline`
 * applies the same rules in exact fractions.
 */
import type { Asset } from "secuencia";
import type { Project, ProjectClip } from "./model.ts";

/** A clip with its start, its length, and its start within its audio, in seconds. */
export interface PlacedClip extends Stretch {
  clip: ProjectClip;
  start: number;
}

/** The part of its audio that a clip plays. */
export interface Stretch {
  sourceStart: number;
  /** 0 if the audio is not known yet. */
  length: number;
}

/** The facts about a clip's audio that placing it needs. */
export type Extent = Pick<Asset, "durationSeconds" | "trim">;

/** Places every clip, in the project's order. `extentOf` gives the facts about an asset. */
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

/** The part that a clip plays. What it leaves out follows from the trimming of its audio. */
export function stretchOf(
  clip: { sourceStart?: number | undefined; duration?: number | undefined },
  { durationSeconds, trim }: Extent = { durationSeconds: 0 },
): Stretch {
  const sourceStart = clip.sourceStart ?? trim?.start ?? 0;
  const end = trim && sourceStart < trim.end ? trim.end : durationSeconds;
  return { sourceStart, length: Math.max(0, clip.duration ?? end - sourceStart) };
}

/** The end of the last clip. */
export function endOf(placed: PlacedClip[]): number {
  return placed.reduce((end, { start, length }) => Math.max(end, start + length), 0);
}
