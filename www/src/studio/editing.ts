/** The edits that a user can make to the project. */
import { type About, MAX_VOLUME_DB, type Settings } from "secuencia/project.js";
import { count } from "../format.ts";
import { isSame } from "../project/difference.ts";
import {
  type ClipChange,
  clipTitle,
  laneName,
  type Project,
  type ProjectClip,
  withClipChanged,
  withClipsChanged,
  withClipsMoved,
  withLaneNamed,
  withoutClips,
} from "../project/model.ts";
import { edit } from "./history.ts";
import { project, said } from "./state.ts";

/** Renames the project. */
export function renameProject(name: string): void {
  edit(`Rename to “${name}”`, (before) => ({ ...before, name }), { joins: "name" });
}

/** All settings of a project: the silence between neighbours on a lane, and those of the file. */
export type AllSettings = Settings & Pick<Project, "gapSeconds">;

/**
 * Replaces all settings, and all that the file says about itself, in one step. What is left out gets its default.
 */
export function setFile(settings: AllSettings, said: About): void {
  const before = project.value;
  const words = [];
  if (!isSame(withSettings(before, settings), before)) words.push("Change the sound and file");
  if (!isSame(withAbout(before, said), before)) words.push(labelOf(before, said));
  edit(words.join(". "), (current) => withAbout(withSettings(current, settings), said));
}

function withSettings(before: Project, settings: AllSettings): Project {
  const { name, clips, laneNames, script, metadata, tags, chapters, chapterSource, extension } = before;
  const said = about({ tags, chapters, chapterSource, extension });
  const kept = { ...(laneNames && { laneNames }), ...(script && { script }), ...(metadata && { metadata }) };
  return { name, clips, ...kept, ...said, ...settings };
}

function withAbout(before: Project, said: About): Project {
  const { tags: _tags, chapters: _chapters, chapterSource: _source, extension: _extension, ...rest } = before;
  return { ...rest, ...said };
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

/** Puts clips on another lane. */
export function moveToLane(clipIds: ReadonlySet<string>, lane: number): void {
  const move = (before: Project) => withClipsChanged(before, clipIds, () => ({ lane }));
  const name = laneName(lane, project.value);
  edit(`Move ${titleOf(...clipIds)} to ${name}`, move);
  said.value = `Moved to ${name}.`;
}

/** Gives a lane another name, or takes its name away. */
export function renameLane(lane: number, name: string): void {
  const before = laneName(lane, project.value);
  const renamed = withLaneNamed(project.value, lane, name);
  edit(`Rename ${before} to ${laneName(lane, renamed)}`, (current) => withLaneNamed(current, lane, name));
}

/** Moves clips to another place in the order, one after the other. */
export function moveClips(clipIds: ReadonlySet<string>, to: number): void {
  edit(`Move ${titleOf(...clipIds)}`, (before) => withClipsMoved(before, clipIds, to));
  const index = project.value.clips.findIndex(({ id }) => clipIds.has(id));
  said.value = `Moved to position ${index + 1} of ${project.value.clips.length}.`;
}

/** Makes clips louder, or quieter by a negative number of decibels. */
export function changeVolume(clipIds: ReadonlySet<string>, byDb: number): void {
  const changed = ({ volumeDb = 0 }: ProjectClip) =>
    Math.max(-MAX_VOLUME_DB, Math.min(volumeDb + byDb, MAX_VOLUME_DB)) || undefined;
  const change = (before: Project) => withClipsChanged(before, clipIds, (clip) => ({ volumeDb: changed(clip) }));
  const title = titleOf(...clipIds);
  edit(`Change the volume of ${title}`, change, { joins: `volume of ${[...clipIds].join()}` });
  said.value = `${title}: ${byDb > 0 ? "louder" : "quieter"} by ${Math.abs(byDb)} decibels.`;
}

/** Removes clips. */
export function removeClips(clipIds: ReadonlySet<string>): void {
  const title = titleOf(...clipIds);
  edit(`Remove ${title}`, (before) => withoutClips(before, clipIds), { done: `Removed ${title}.` });
}

/** The name of a clip in a sentence, or how many there are. */
function titleOf(...clipIds: string[]): string {
  if (clipIds.length > 1) return count(clipIds.length, "clip");
  const clip = project.value.clips.find(({ id }) => id === clipIds[0]);
  return clip ? clipTitle(clip) : "a clip";
}
