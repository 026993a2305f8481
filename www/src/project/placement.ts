/**
 * Where clips lie, for drawing them and for saying how long the project is. The package's `buildTimeline` decides the
 * same by the same rule, in exact fractions, when the project is exported.
 */
import type { Project, ProjectClip } from "./model.ts";

/** A clip with its start and length in seconds. A length of 0 means that the audio is not known yet. */
export interface PlacedClip {
  clip: ProjectClip;
  start: number;
  length: number;
}

/** Places every clip, in the project's order; `lengthOf` says how long an asset is, where that is known. */
export function placeClips(project: Project, lengthOf: (assetId: string) => number | undefined): PlacedClip[] {
  const laneEnds = new Map<number, number>();
  return project.clips.map((clip) => {
    const laneEnd = laneEnds.get(clip.lane);
    const start = clip.offset ?? (laneEnd === undefined ? 0 : laneEnd + project.gapSeconds);
    const available = (lengthOf(clip.assetId) ?? 0) - (clip.sourceStart ?? 0);
    const length = Math.max(0, clip.duration ?? available);
    laneEnds.set(clip.lane, start + length);
    return { clip, start, length };
  });
}

/** The latest end of any clip. */
export function endOf(placed: PlacedClip[]): number {
  return placed.reduce((end, { start, length }) => Math.max(end, start + length), 0);
}
