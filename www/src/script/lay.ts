/** Lays a script over clips: each clip that a line was given says it, and the script stays with the project. */
import { type Project, type ProjectClip, type ProjectLine, withLeadIns } from "../project/model.ts";
import type { Script } from "./script.ts";

/** A script's lines as a project keeps them. */
export function projectLines({ lines, scenes }: Script, keepsDirections: boolean): ProjectLine[] {
  return lines.map(({ voice, text, directed, scene }) => {
    const heading = scene === undefined ? undefined : scenes[scene];
    return { voice, text: keepsDirections ? directed : text, ...(heading && { scene: heading }) };
  });
}

/**
 * The project with a script. Each line comes with its clip, if it has one. Clips of the project get the line's text,
 * voice and scene where they are, unless they had the line already: they may have been edited since. Others come behind
 * the clip of a line before.
 */
export function withScript(
  project: Project,
  lines: readonly ProjectLine[],
  clips: readonly (ProjectClip | undefined)[],
): Project {
  const here = new Set(project.clips.map(({ id }) => id));
  const spoken = new Map<string, ProjectClip>();
  /** New clips by that of the project which they follow; those that follow none, by the one they precede. */
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
