/** Applies a script to clips: each clip gets the text of its line, and the project keeps the script. */
import type { ProjectLine } from "secuencia/project.js";
import { type Project, type ProjectClip, withLeadIns } from "../project/model.ts";
import type { Script } from "./script.ts";

/** A script's lines in the form in which a project keeps them. */
export function projectLines({ lines, scenes }: Script, keepsDirections: boolean): ProjectLine[] {
  return lines.map(({ voice, text, directed, scene }) => {
    const heading = scene === undefined ? undefined : scenes[scene];
    return { voice, text: keepsDirections ? directed : text, ...(heading && { scene: heading }) };
  });
}

/**
 * The project with a script. `clips` has the clip of each line, if there is one. Clips of the project stay where they
 * are and get the line's text, voice and scene, unless they already had the line: they may have been edited since. New
 * clips follow the clip of the line before.
 */
export function withScript(
  project: Project,
  lines: readonly ProjectLine[],
  clips: readonly (ProjectClip | undefined)[],
): Project {
  const here = new Set(project.clips.map(({ id }) => id));
  const spoken = new Map<string, ProjectClip>();
  /** New clips, by the ID of the clip of the project that they follow. Undefined for those before the first. */
  const followers = new Map<string | undefined, ProjectClip[]>();
  let [before, first]: (string | undefined)[] = [];
  for (const [at, line] of lines.entries()) {
    const clip = clips[at];
    if (!clip) continue;
    const said = line.clipId === clip.id ? clip : saying(clip, line);
    if (here.has(clip.id)) {
      spoken.set(clip.id, said);
      before = clip.id;
      first ??= clip.id;
    } else {
      const behind = followers.get(before);
      if (behind) behind.push(said);
      else followers.set(before, [said]);
    }
  }
  const leading = followers.get(undefined) ?? [];
  const all = project.clips.flatMap((clip) => [
    ...(clip.id === first ? leading : []),
    spoken.get(clip.id) ?? clip,
    ...(followers.get(clip.id) ?? []),
  ]);
  if (first === undefined) all.push(...leading);
  const script = lines.map(({ clipId: _before, ...line }, at) => {
    const clipId = clips[at]?.id;
    return clipId === undefined ? line : { ...line, clipId };
  });
  return { ...withLeadIns(project, all), script };
}

function saying({ scene: _before, ...clip }: ProjectClip, { text, voice, scene }: ProjectLine): ProjectClip {
  return { ...clip, text, voice, ...(scene !== undefined && { scene }) };
}
