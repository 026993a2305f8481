/**
 * Previews the chapters that the export will make of the clips, for the user to see and to edit as a list. The package
 * places the clips and makes the chapters, by the rules that the export follows.
 */
import type { ChapterMarker, ChapterSource, KnownAsset, Library } from "secuencia";
import type { Project } from "./model.ts";

/** Returns the chapters that the exported file will have; `assetOf` gives the audio of an ID, once it is known. */
export function chaptersMadeOf(
  library: Pick<Library, "previewChapters">,
  { name, clips, gapSeconds, audioRate, tags, chapters }: Project,
  source: ChapterSource,
  assetOf: (assetId: string) => KnownAsset | undefined,
): ChapterMarker[] {
  const made = library.previewChapters(name.trim() || "Untitled", clips, {
    gapSeconds,
    ...(audioRate !== undefined && { audioRate }),
    ...(tags && { tags }),
    ...(chapters && { chapters }),
    source,
    assetOf,
  });
  return made.map(({ title, startTime }) => ({ title, offset: startTime }));
}
