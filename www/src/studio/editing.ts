/** The edits that a user can make to the project. */
import { batch } from "@preact/signals";
import type { About, Settings } from "secuencia/project.js";
import {
  type ClipChange,
  clipTitle,
  laneName,
  type Project,
  withClip,
  withClipChanged,
  withClipMoved,
  withoutClip,
} from "../project/model.ts";
import { isIncoming, project, said, undoable } from "./state.ts";

/** Renames the project. */
export function renameProject(name: string): void {
  project.value = { ...project.value, name };
}

/** Sets the silence between clips on a lane, in seconds. */
export function setGap(gapSeconds: number): void {
  project.value = { ...project.value, gapSeconds };
}

/** Replaces all settings of the sound and the file. Those left out get their defaults. */
export function setSettings(settings: Settings): void {
  const { name, gapSeconds, clips, script, metadata, tags, chapters, chapterSource, extension } = project.value;
  const said = about({ tags, chapters, chapterSource, extension });
  const kept = { ...(script && { script }), ...(metadata && { metadata }) };
  project.value = { name, gapSeconds, clips, ...kept, ...said, ...settings };
}

/** Replaces everything that the file says about itself. */
export function setAbout(said: About): void {
  const { tags: _tags, chapters: _chapters, chapterSource: _source, extension: _extension, ...rest } = project.value;
  project.value = { ...rest, ...said };
}

/** Leaves out the undefined fields. */
function about(said: { [Field in keyof About]: About[Field] | undefined }): About {
  return Object.fromEntries(Object.entries(said).filter(([, value]) => value !== undefined));
}

/** Changes some of a clip's fields. */
export function changeClip(clipId: string, change: ClipChange): void {
  project.value = withClipChanged(project.value, clipId, change);
}

/** Puts a clip on another lane. */
export function moveToLane(clipId: string, lane: number): void {
  changeClip(clipId, { lane });
  said.value = `Moved to ${laneName(lane)}.`;
}

/** Moves a clip to another place in the order. */
export function moveClip(clipId: string, to: number): void {
  project.value = withClipMoved(project.value, clipId, to);
  const index = project.value.clips.findIndex((clip) => clip.id === clipId);
  said.value = `Moved to position ${index + 1} of ${project.value.clips.length}.`;
}

/** Removes a clip. This can be undone. */
export function removeClip(clipId: string): void {
  const index = project.value.clips.findIndex((clip) => clip.id === clipId);
  const clip = project.value.clips[index];
  if (!clip) return;
  batch(() => {
    project.value = withoutClip(project.value, clipId);
    undoable.value = {
      done: `Removed ${clipTitle(clip)}.`,
      undo: () => {
        project.value = withClip(project.value, clip, index);
      },
      keeps: [clip],
    };
  });
}

/**
 * Replaces the project, which can be undone; `done` is the sentence for the notice. If audio of the new project still
 * has to be added, queue it in the same batch: the old project then stays saved until all of it is there.
 */
export function replaceProject(next: Project, done = `Opened “${next.name}”.`): void {
  const before = project.value;
  batch(() => {
    project.value = next;
    isIncoming.value = true;
    undoable.value = {
      done,
      undo: () => {
        project.value = before;
        isIncoming.value = true;
      },
      keeps: before.clips,
    };
  });
}

/** Undoes the last step. */
export function undo(): void {
  const step = undoable.value;
  if (!step) return;
  batch(() => {
    step.undo();
    undoable.value = undefined;
    said.value = "Undone.";
  });
}

/** Dismisses the notice of the last step, which can no longer be undone. */
export function forgetUndo(): void {
  undoable.value = undefined;
}
