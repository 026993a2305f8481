/**
 * The studio's document: an ordered list of clips and a few settings. It holds IDs of assets, never audio; the
 * package's library holds that. Every edit gives a new document, so an old one can be put back.
 */
import type { Metadata } from "secuencia";
import type { About } from "./about.ts";
import type { Settings } from "./settings.ts";

/** A clip as the user arranged it. */
export interface ProjectClip {
  id: string;
  assetId: string;
  /** The file it came from; shown where there is no text. */
  name: string;
  /** The spoken line. */
  text: string;
  /** Who speaks it. */
  voice: string;
  /** 0 is the main lane. */
  lane: number;
  /** Seconds from the start. Left out: it follows the clip before it on its lane. */
  offset?: number;
  /** Seconds. Left out: to the audio's end, or to the silence there, where that is trimmed. */
  duration?: number;
  /** Seconds into the audio. Left out: its start, or the end of the silence there, where that is trimmed. */
  sourceStart?: number;
  volumeDb?: number;
  isMuted?: boolean;
  /** Seconds. Left out: the project's edge fade. */
  fadeIn?: number;
  /** Seconds. Left out: the project's edge fade. */
  fadeOut?: number;
  /** -1, all left, to 1, all right. */
  pan?: number;
  /** The heading of the scene that it belongs to. */
  scene?: string;
  /** What other programs keep with it. */
  metadata?: Metadata;
}

/** A line of the project's script: what is to be said, whether or not there is audio for it yet. */
export interface ProjectLine extends Pick<ProjectClip, "text" | "voice" | "scene"> {
  /** Its audio. Left out, or of a clip that is gone: there is none. */
  clipId?: string;
}

/** The whole document. */
export interface Project extends Settings, About {
  name: string;
  /** Silence between neighbours on a lane. */
  gapSeconds: number;
  clips: ProjectClip[];
  /** The script that the clips were made from. */
  script?: ProjectLine[];
  /** What other programs keep with it. */
  metadata?: Metadata;
}

/** The longest gap that can be asked for: past a minute lies a typing error. */
export const MAX_GAP_SECONDS = 60;

/** The same bound that the package sets, either way. */
export const MAX_VOLUME_DB = 120;

/** A document to start from. */
export function emptyProject(): Project {
  return { name: "Untitled", gapSeconds: 0.25, clips: [] };
}

/** A new clip of an asset, at its lane's end. */
export function newClip(stated: Partial<ProjectClip> & Pick<ProjectClip, "assetId" | "name">): ProjectClip {
  return { id: crypto.randomUUID(), text: "", voice: "", lane: 0, ...stated };
}

/** With the clip at `index` (the end, if left out) and those behind it one further. */
export function withClip(project: Project, clip: ProjectClip, index = project.clips.length): Project {
  return withLeadIns(project, project.clips.toSpliced(index, 0, clip));
}

/** Without one clip. */
export function withoutClip(project: Project, clipId: string): Project {
  return withLeadIns(
    project,
    project.clips.filter((clip) => clip.id !== clipId),
  );
}

/** With some of a clip's fields replaced; a field given as `undefined` is left out again. */
export function withClipChanged(project: Project, clipId: string, change: ClipChange): Project {
  const changed = (clip: ProjectClip) => {
    const entries = Object.entries({ ...clip, ...change }).filter(([, value]) => value !== undefined);
    return Object.fromEntries(entries) as unknown as ProjectClip;
  };
  const clips = project.clips.map((clip) => (clip.id === clipId ? changed(clip) : clip));
  return "lane" in change ? withLeadIns(project, clips) : { ...project, clips };
}

/** What can be changed of a clip. */
export type ClipChange = { [Field in keyof Omit<ProjectClip, "id" | "assetId">]?: ProjectClip[Field] | undefined };

/** With a clip moved to another place in the order; places past either end mean that end. */
export function withClipMoved(project: Project, clipId: string, to: number): Project {
  const clip = project.clips.find((one) => one.id === clipId);
  if (!clip) return project;
  const others = project.clips.filter((one) => one !== clip);
  const index = Math.max(0, Math.min(to, others.length));
  return withLeadIns(project, others.toSpliced(index, 0, clip));
}

/**
 * With the clips in a new order, and others among them, each lane beginning when it did. The silence before a lane's
 * first clip belongs to the lane: when another clip comes first, it takes over that start, and the one before it
 * follows its neighbours.
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

/** The lanes in use and lane 0, the highest first, as they are drawn. */
export function lanesOf(project: Project): number[] {
  return [...new Set([0, ...project.clips.map((clip) => clip.lane)])].sort((a, b) => b - a);
}

/** The lines of the script that have no audio. */
export function openLines({ script = [], clips }: Project): ProjectLine[] {
  const ids = new Set(clips.map(({ id }) => id));
  return script.filter(({ clipId }) => clipId === undefined || !ids.has(clipId));
}

/** What to call a lane. */
export function laneName(lane: number): string {
  return lane === 0 ? "Main lane" : `Lane ${lane < 0 ? "−" : ""}${Math.abs(lane)}`;
}

/** What to call a clip in a sentence. */
export function clipTitle(clip: ProjectClip): string {
  const words = clip.text || clip.name;
  const short = words.length > 60 ? `${words.slice(0, 57).trimEnd()}…` : words;
  return clip.text && clip.voice ? `${clip.voice}: “${short}”` : `“${short}”`;
}
