/**
 * The studio's document: an ordered list of clips and a few settings. It holds IDs of assets, never audio; the
 * package's library holds that. Every edit gives a new document, so an old one can be put back.
 */
import type { Metadata } from "secuencia";
import {
  type About,
  clipsOf,
  type LaneNames,
  type ProjectFile,
  type ProjectLine,
  type Settings,
  USUAL_GAP_SECONDS,
} from "secuencia/project.js";
import { words } from "../words/words.ts";

/** A clip as the user arranged it. */
export interface ProjectClip {
  id: string;
  assetId: string;
  /** The name of its audio file. Shown if there is no text. */
  name: string;
  /** The spoken line. */
  text: string;
  /** The speaker’s name. */
  voice: string;
  /** 0 is the main lane. */
  lane: number;
  /** Seconds from the start. Left out: it follows the clip before it on its lane. */
  offset?: number;
  /** Seconds. Left out: to the end of the audio, or to the silence there if that is trimmed. */
  duration?: number;
  /** Seconds into the audio. Left out: its start, or the end of the silence there if that is trimmed. */
  sourceStart?: number;
  volumeDb?: number;
  isMuted?: boolean;
  /** Seconds. Left out: the project's edge fade. */
  fadeIn?: number;
  /** Seconds. Left out: the project's edge fade. */
  fadeOut?: number;
  /** -1, all left, to 1, all right. */
  pan?: number;
  /** The heading of its scene. */
  scene?: string;
  /** Data of other programs. */
  metadata?: Metadata;
}

/** The whole document. */
export interface Project extends Settings, About {
  name: string;
  /** Silence between neighbours on a lane. */
  gapSeconds: number;
  clips: ProjectClip[];
  /** The names that the user gave to lanes. */
  laneNames?: LaneNames;
  /** The script that the clips were made from. */
  script?: ProjectLine[];
  /** Data of other programs. */
  metadata?: Metadata;
}

/** A new project. Its file is mono unless its clips need stereo. */
export function newProject(): Project {
  return { ...emptyProject(), audioLayout: "auto" };
}

/** A project without clips, in which every setting that a project file may leave out has its default. */
export function emptyProject(): Project {
  return { name: words.value.projects.untitled, gapSeconds: USUAL_GAP_SECONDS, clips: [] };
}

/** A new clip of an asset, at the end of its lane. */
export function newClip(stated: Partial<ProjectClip> & Pick<ProjectClip, "assetId" | "name">): ProjectClip {
  return { id: crypto.randomUUID(), text: "", voice: "", lane: 0, ...stated, name: nameOf(stated.name) };
}

/** A file's name as it is shown. */
function nameOf(name: string): string {
  return name.replace(MARKS, "").slice(0, MOST_NAME_CHARACTERS);
}

/** Characters that can make a name look as if it said something else, such as another extension. */
const MARKS = /[\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/gu;

/** Longer names are cut. */
const MOST_NAME_CHARACTERS = 1000;

/** The project of a file. `assetIdOf` gives the ID of the asset that the clip at an index plays. */
export function projectFrom(
  { id: _another, files: _known, ...file }: ProjectFile,
  assetIdOf: (index: number) => string,
): Project {
  const clips = clipsOf(file, (_path, index) => assetIdOf(index)).map(newClip);
  return { ...emptyProject(), ...file, clips };
}

/** The project without some clips. */
export function withoutClips(project: Project, clipIds: ReadonlySet<string>): Project {
  return withLeadIns(
    project,
    project.clips.filter(({ id }) => !clipIds.has(id)),
  );
}

/** The project with some fields of a clip replaced. A field given as `undefined` is removed. */
export function withClipChanged(project: Project, clipId: string, change: ClipChange): Project {
  return withClipsChanged(project, new Set([clipId]), () => change);
}

/** The project with some fields of some clips replaced. A field given as `undefined` is removed. */
export function withClipsChanged(
  project: Project,
  clipIds: ReadonlySet<string>,
  changeOf: (clip: ProjectClip) => ClipChange,
): Project {
  let isOnOtherLane = false;
  const changed = (clip: ProjectClip) => {
    const after = { ...clip, ...changeOf(clip) };
    isOnOtherLane ||= after.lane !== clip.lane;
    const entries = Object.entries(after).filter(([, value]) => value !== undefined);
    return Object.fromEntries(entries) as unknown as ProjectClip;
  };
  const clips = project.clips.map((clip) => (clipIds.has(clip.id) ? changed(clip) : clip));
  return isOnOtherLane ? withLeadIns(project, clips) : { ...project, clips };
}

/** The project with other audio for a clip, all of which it plays. */
export function withAudio(project: Project, clipId: string, { id, name }: { id: string; name: string }): Project {
  const changed = ({ sourceStart: _start, duration: _duration, ...clip }: ProjectClip) => ({
    ...clip,
    ...{ assetId: id, name: nameOf(name) },
  });
  return { ...project, clips: project.clips.map((clip) => (clip.id === clipId ? changed(clip) : clip)) };
}

/** A change to a clip's fields. */
export type ClipChange = { [Field in keyof Omit<ProjectClip, "id" | "assetId">]?: ProjectClip[Field] | undefined };

/**
 * The project with some clips moved, one after the other, so that the first of them has that position in the order.
 * Positions past either end mean that end.
 */
export function withClipsMoved(project: Project, clipIds: ReadonlySet<string>, to: number): Project {
  const moved = project.clips.filter(({ id }) => clipIds.has(id));
  const others = project.clips.filter(({ id }) => !clipIds.has(id));
  const index = Math.max(0, Math.min(to, others.length));
  return withLeadIns(project, others.toSpliced(index, 0, ...moved));
}

/**
 * The project with other clips or another order, in which each lane starts at the same time as before. The silence
 * before a lane's first clip belongs to the lane: a new first clip takes over the start, and the old one follows its
 * neighbours.
 */
export function withLeadIns(before: Project, clips: ProjectClip[]): Project {
  const after = [...clips];
  for (const lane of lanesOf(before)) {
    const oldFirst = before.clips.find((clip) => clip.lane === lane);
    const place = after.findIndex((clip) => clip.lane === lane);
    const newFirst = after[place];
    if (oldFirst?.offset === undefined || !newFirst || newFirst.id === oldFirst.id) continue;
    const { offset } = oldFirst;
    after[place] = { offset, ...newFirst };
    const oldPlace = after.findIndex((clip) => clip.id === oldFirst.id && clip.lane === lane);
    if (oldPlace >= 0 && after[place].offset === offset) {
      const { offset: _given, ...following } = after[oldPlace] as ProjectClip;
      after[oldPlace] = following;
    }
  }
  return { ...before, clips: after };
}

/** The lanes in use and lane 0, highest first, in the order in which they are drawn. */
export function lanesOf(project: Project): number[] {
  return [...new Set([0, ...project.clips.map((clip) => clip.lane)])].sort((a, b) => b - a);
}

/** The lines of the script without audio. */
export function openLines({ script = [], clips }: Project): ProjectLine[] {
  const ids = new Set(clips.map(({ id }) => id));
  return script.filter(({ clipId }) => clipId === undefined || !ids.has(clipId));
}

/** The name of a lane: its own, or one by its number. */
export function laneName(lane: number, { laneNames }: Pick<Project, "laneNames">): string {
  const { main, other } = words.value.lanes;
  return laneNames?.[lane] ?? (lane === 0 ? main : other(lane));
}

/** The project with another name for a lane. An empty one gives it its name by number back. */
export function withLaneNamed(project: Project, lane: number, name: string): Project {
  const { laneNames: { [lane]: _before, ...others } = {}, ...rest } = project;
  const laneNames = name.trim() ? { ...others, [lane]: name.trim() } : others;
  return Object.keys(laneNames).length > 0 ? { ...rest, laneNames } : rest;
}

/** The name of a clip in a sentence. */
export function clipTitle(clip: ProjectClip): string {
  const said = clip.text || clip.name;
  const short = said.length > 60 ? `${said.slice(0, 57).trimEnd()}…` : said;
  return clip.text && clip.voice ? `${clip.voice}: “${short}”` : `“${short}”`;
}
