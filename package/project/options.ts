/** A project's clips and settings in the form in which the library takes them. */
import type { ClipSpec, ExportOptions, TimelineOptions } from "../types.js";
import type { About } from "./about.js";
import { baseName, type ProjectFile, type Settings } from "./file.js";

/** The silence between neighbours on a lane of a project that sets none, in seconds. */
export const USUAL_GAP_SECONDS = 0.25;

/** The fields of a project that decide how its file sounds and is described. */
export type ProjectOptions = Settings & About & Pick<ProjectFile, "gapSeconds" | "metadata">;

/** Returns the options of `buildTimeline` for a project. The pictures in it must be IDs of the library's. */
export function timelineOptionsOf(project: ProjectOptions): TimelineOptions {
  const { gapSeconds = USUAL_GAP_SECONDS, edgeFadeSeconds, audioLayout, audioRate, chapters, tags, metadata } = project;
  return given({ gapSeconds, edgeFadeSeconds, audioLayout, audioRate, chapters, tags, metadata });
}

/** Returns the options of `exportAudio` for a project. */
export function exportOptionsOf(project: ProjectOptions): ExportOptions {
  const { bitRate, loudness, ceilingDb, onUnreadableClip, chapterSource: chapters, extension, sidecars } = project;
  return given({ bitRate, loudness, ceilingDb, onUnreadableClip, chapters, extension, sidecars });
}

/** A clip with its name. */
export type NamedClip = ClipSpec & Required<Pick<ClipSpec, "name">>;

/**
 * Returns a project's clips. Each is called as its file, and has no words, unless the project says otherwise.
 * `assetIdOf` gives the ID of the asset of the file at a path.
 */
export function clipsOf(project: ProjectFile, assetIdOf: (path: string, index: number) => string): NamedClip[] {
  return project.clips.map(({ file, ...stated }, index) => {
    return { name: baseName(file), text: "", voice: "", lane: 0, ...stated, assetId: assetIdOf(file, index) };
  });
}

/** Returns the fields that are not undefined. */
function given<Fields extends object>(fields: Fields): { [Name in keyof Fields]: Exclude<Fields[Name], undefined> } {
  const entries = Object.entries(fields).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { [Name in keyof Fields]: Exclude<Fields[Name], undefined> };
}
