/** The edits that a user can make to the project. */
import { type About, MAX_VOLUME_DB, type Settings } from "secuencia/project.js";
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
import { words } from "../words/words.ts";
import { edit } from "./history.ts";
import { project, said } from "./state.ts";

/** Renames the project. */
export function renameProject(name: string): void {
  edit(words.value.steps.rename(name), (before) => ({ ...before, name }), { joins: "name" });
}

/** All settings of a project: the silence between neighbours on a lane, and those of the file. */
export type AllSettings = Settings & Pick<Project, "gapSeconds">;

/**
 * Replaces all settings, and all that the file says about itself, in one step. What is left out gets its default.
 */
export function setFile(settings: AllSettings, said: About): void {
  const before = project.value;
  const labels = [];
  if (!isSame(withSettings(before, settings), before)) labels.push(words.value.steps.sound);
  if (!isSame(withAbout(before, said), before)) labels.push(labelOf(before, said));
  edit(labels.join(". "), (current) => withAbout(withSettings(current, settings), said));
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
  const { aboutParts, about: edited } = words.value.steps;
  const parts: [string, boolean][] = [
    [aboutParts.tags, isSame(tagsBefore, tags)],
    [aboutParts.covers, isSame(coversBefore, covers)],
    [aboutParts.chapters, isSame([before.chapters, before.chapterSource], [chapters, source])],
    [aboutParts.extension, before.extension === extension],
  ];
  const changed = parts.flatMap(([name, isKept]) => (isKept ? [] : [name]));
  return edited(changed);
}

/** Leaves out the undefined fields. */
function about(said: { [Field in keyof About]: About[Field] | undefined }): About {
  return Object.fromEntries(Object.entries(said).filter(([, value]) => value !== undefined));
}

/** Adds clips at the end. */
export function addClips(clips: readonly ProjectClip[]): void {
  const [first] = clips;
  if (!first) return;
  const { addClip, addFiles } = words.value.steps;
  const label = clips.length === 1 ? addClip(clipTitle(first)) : addFiles(clips.length);
  edit(label, (before) => ({ ...before, clips: [...before.clips, ...clips] }));
}

/** Changes some of a clip's fields. */
export function changeClip(clipId: string, change: ClipChange): void {
  edit(words.value.steps.edit(titleOf(clipId)), (before) => withClipChanged(before, clipId, change));
}

/** Puts clips on another lane. */
export function moveToLane(clipIds: ReadonlySet<string>, lane: number): void {
  const move = (before: Project) => withClipsChanged(before, clipIds, () => ({ lane }));
  const name = laneName(lane, project.value);
  edit(words.value.steps.toLane(titleOf(...clipIds), name), move);
  said.value = words.value.clips.movedToLane(name);
}

/** Gives a lane another name, or takes its name away. */
export function renameLane(lane: number, name: string): void {
  const before = laneName(lane, project.value);
  const renamed = withLaneNamed(project.value, lane, name);
  edit(words.value.steps.renameLane(before, laneName(lane, renamed)), (current) => withLaneNamed(current, lane, name));
}

/** Moves clips to another place in the order, one after the other. */
export function moveClips(clipIds: ReadonlySet<string>, to: number): void {
  edit(words.value.steps.move(titleOf(...clipIds)), (before) => withClipsMoved(before, clipIds, to));
  const index = project.value.clips.findIndex(({ id }) => clipIds.has(id));
  said.value = words.value.clips.movedToPlace(index + 1, project.value.clips.length);
}

/** Makes clips louder, or quieter by a negative number of decibels. */
export function changeVolume(clipIds: ReadonlySet<string>, byDb: number): void {
  const changed = ({ volumeDb = 0 }: ProjectClip) =>
    Math.max(-MAX_VOLUME_DB, Math.min(volumeDb + byDb, MAX_VOLUME_DB)) || undefined;
  const change = (before: Project) => withClipsChanged(before, clipIds, (clip) => ({ volumeDb: changed(clip) }));
  const title = titleOf(...clipIds);
  edit(words.value.steps.volume(title), change, { joins: `volume of ${[...clipIds].join()}` });
  said.value = words.value.clips.madeLouder(title, byDb);
}

/** Removes clips. */
export function removeClips(clipIds: ReadonlySet<string>): void {
  const title = titleOf(...clipIds);
  edit(words.value.steps.remove(title), (before) => withoutClips(before, clipIds), {
    done: words.value.steps.removed(title),
  });
}

/** The name of a clip in a sentence, or how many there are. */
function titleOf(...clipIds: string[]): string {
  if (clipIds.length > 1) return words.value.clips.count(clipIds.length);
  const clip = project.value.clips.find(({ id }) => id === clipIds[0]);
  return clip ? clipTitle(clip) : words.value.clips.one;
}
