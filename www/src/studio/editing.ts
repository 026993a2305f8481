/** The edits that a user can make to the project. */
import type { About, Settings } from "secuencia/project.js";
import { count } from "../format.ts";
import { isSame } from "../project/difference.ts";
import {
  type ClipChange,
  clipTitle,
  laneName,
  type Project,
  type ProjectClip,
  withClipChanged,
  withClipMoved,
  withoutClip,
} from "../project/model.ts";
import { edit } from "./history.ts";
import { project, said } from "./state.ts";

/** Renames the project. */
export function renameProject(name: string): void {
  edit(`Rename to “${name}”`, (before) => ({ ...before, name }), { joins: "name" });
}

/** Sets the silence between clips on a lane, in seconds. */
export function setGap(gapSeconds: number): void {
  edit(`Change the gap to ${gapSeconds} s`, (before) => ({ ...before, gapSeconds }), { joins: "gap" });
}

/** Replaces all settings of the sound and the file. Those left out get their defaults. */
export function setSettings(settings: Settings): void {
  edit("Change the sound and file", (before) => {
    const { name, gapSeconds, clips, script, metadata, tags, chapters, chapterSource, extension } = before;
    const said = about({ tags, chapters, chapterSource, extension });
    const kept = { ...(script && { script }), ...(metadata && { metadata }) };
    return { name, gapSeconds, clips, ...kept, ...said, ...settings };
  });
}

/** Replaces everything that the file says about itself. */
export function setAbout(said: About): void {
  edit(labelOf(project.value, said), (before) => {
    const { tags: _tags, chapters: _chapters, chapterSource: _source, extension: _extension, ...rest } = before;
    return { ...rest, ...said };
  });
}

/** Names what changes in what the file says about itself: `Edit the tags and the chapters`. */
function labelOf(before: About, after: About): string {
  const { covers: coversBefore, ...tagsBefore } = before.tags ?? {};
  const { covers, ...tags } = after.tags ?? {};
  const { chapters, chapterSource: source, extension } = after;
  const parts: [string, boolean][] = [
    ["the tags", isSame(tagsBefore, tags)],
    ["the pictures", isSame(coversBefore, covers)],
    ["the chapters", isSame([before.chapters, before.chapterSource], [chapters, source])],
    ["the kind of file", before.extension === extension],
  ];
  const changed = parts.flatMap(([name, isKept]) => (isKept ? [] : [name]));
  return `Edit ${new Intl.ListFormat("en").format(changed)}`;
}

/** Leaves out the undefined fields. */
function about(said: { [Field in keyof About]: About[Field] | undefined }): About {
  return Object.fromEntries(Object.entries(said).filter(([, value]) => value !== undefined));
}

/** Adds clips at the end. */
export function addClips(clips: readonly ProjectClip[]): void {
  const [first] = clips;
  if (!first) return;
  const what = clips.length === 1 ? clipTitle(first) : count(clips.length, "file");
  edit(`Add ${what}`, (before) => ({ ...before, clips: [...before.clips, ...clips] }));
}

/** Changes some of a clip's fields. */
export function changeClip(clipId: string, change: ClipChange): void {
  edit(`Edit ${titleOf(clipId)}`, (before) => withClipChanged(before, clipId, change));
}

/** Puts a clip on another lane. */
export function moveToLane(clipId: string, lane: number): void {
  edit(`Move ${titleOf(clipId)} to ${laneName(lane)}`, (before) => withClipChanged(before, clipId, { lane }));
  said.value = `Moved to ${laneName(lane)}.`;
}

/** Moves a clip to another place in the order. */
export function moveClip(clipId: string, to: number): void {
  edit(`Move ${titleOf(clipId)}`, (before) => withClipMoved(before, clipId, to));
  const index = project.value.clips.findIndex((clip) => clip.id === clipId);
  said.value = `Moved to position ${index + 1} of ${project.value.clips.length}.`;
}

/** Removes a clip. */
export function removeClip(clipId: string): void {
  const title = titleOf(clipId);
  edit(`Remove ${title}`, (before) => withoutClip(before, clipId), { done: `Removed ${title}.` });
}

/** Opens another project in place of this one. See `isReplacing` of `edit`. */
export function openProject(next: Project): void {
  edit(`Open “${next.name}”`, () => next, { done: `Opened “${next.name}”.`, isReplacing: true });
}

function titleOf(clipId: string): string {
  const clip = project.value.clips.find(({ id }) => id === clipId);
  return clip ? clipTitle(clip) : "a clip";
}
