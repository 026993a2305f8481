/** What the user can do to the project. */
import { batch } from "@preact/signals";
import type { About } from "../project/about.ts";
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
import type { Settings } from "../project/settings.ts";
import { isIncoming, project, said, undoable } from "./state.ts";

/** Names the project. */
export function renameProject(name: string): void {
  project.value = { ...project.value, name };
}

/** Sets the silence between neighbours on a lane, in seconds. */
export function setGap(gapSeconds: number): void {
  project.value = { ...project.value, gapSeconds };
}

/** Settles the file and its sound anew; what is left out is as usual. */
export function setSettings(settings: Settings): void {
  const { name, gapSeconds, clips, script, metadata, tags, chapters, chapterSource, extension } = project.value;
  const said = about({ tags, chapters, chapterSource, extension });
  const kept = { ...(script && { script }), ...(metadata && { metadata }) };
  project.value = { name, gapSeconds, clips, ...kept, ...said, ...settings };
}

/** Settles anew what the file says of itself; what is left out is not said. */
export function setAbout(said: About): void {
  const { tags: _tags, chapters: _chapters, chapterSource: _source, extension: _extension, ...rest } = project.value;
  project.value = { ...rest, ...said };
}

/** What is there of it. */
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

/** Removes a clip; it can be brought back. */
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
 * Puts another project in the place of this one, which `done` says; this one can be brought back. Where audio of the
 * other is still to come, say so in the same batch: this one is kept until all of it is there.
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

/** Takes the last step back. */
export function undo(): void {
  const step = undoable.value;
  if (!step) return;
  batch(() => {
    step.undo();
    undoable.value = undefined;
    said.value = "Undone.";
  });
}

/** Lets the last step stand. */
export function forgetUndo(): void {
  undoable.value = undefined;
}
