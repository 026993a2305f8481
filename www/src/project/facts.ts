/**
 * Finds the facts in added files that the project can use: chapters, at the places of their clips; tags that it has not
 * set; and a cover, if it has none.
 */
import type { ChapterMarker, Tags } from "secuencia";
import type { AudioDescription } from "secuencia/describe.js";
import { words } from "../words/words.ts";
import { isSame } from "./difference.ts";
import type { Project } from "./model.ts";
import type { PlacedClip } from "./placement.ts";

/** A file that was added for a clip, and what it says. */
export interface DescribedClip {
  clipId: string;
  /** The file's name. */
  name: string;
  said: AudioDescription;
}

/** What the project can use of files. */
export interface Facts {
  clips: DescribedClip[];
  tags: Omit<Tags, "covers">;
  cover?: Blob;
}

/** Returns what the project can use of files that were added together; undefined if that is nothing. */
export function factsFor({ tags: own = {} }: Project, clips: DescribedClip[]): Facts | undefined {
  const [first, ...others] = clips;
  // The title of one of many lines is not the project's. Its author may be.
  const isCommon = (name: string, value: unknown) =>
    others.every(({ said }) => isSame(said.tags[name as keyof typeof said.tags], value));
  const tags = Object.fromEntries(
    Object.entries(first?.said.tags ?? {}).filter(
      ([name, value]) => own[name as keyof Tags] === undefined && isCommon(name, value),
    ),
  );
  const cover = own.covers?.length ? undefined : clips.find(({ said }) => said.cover)?.said.cover;
  const hasChapters = clips.some(({ said }) => said.chapters.length > 0);
  if (!hasChapters && !cover && Object.keys(tags).length === 0) return undefined;
  return { clips: clips.filter(({ said }) => said.chapters.length > 0 || !hasChapters), tags, ...(cover && { cover }) };
}

/** `“Book.m4b” has 12 chapters, a cover, and a title.` */
export function factsInWords(facts: Facts): string {
  const [{ name } = { name: "" }, ...others] = facts.clips;
  return words.value.facts.have(name, others.length, thingsIn(facts));
}

/** `12 chapters, a cover, a title, and 3 more tags` */
export function thingsIn({ clips, tags, cover }: Facts): string {
  const chapters = clips.reduce((sum, { said }) => sum + said.chapters.length, 0);
  const { title, ...others } = tags;
  const hasTitle = title !== undefined;
  return words.value.facts.things({
    chapters,
    hasCover: cover !== undefined,
    hasTitle,
    tags: Object.keys(others).length,
  });
}

/** Returns the project with facts. `cover` is the ID of the picture. */
export function withFacts(
  project: Project,
  { clips, tags }: Facts,
  placed: readonly PlacedClip[],
  cover?: string,
): Project {
  const chapters = clips.flatMap(({ clipId, said }) => {
    const place = placed.find(({ clip }) => clip.id === clipId);
    return place ? chaptersAt(place, said.chapters) : [];
  });
  const all = [...(project.chapters ?? []), ...chapters].sort((one, other) => one.offset - other.offset);
  const { chapterSource, ...rest } = project;
  const covers = cover !== undefined && !project.tags?.covers?.length ? [cover] : project.tags?.covers;
  // Tags that the user has set meanwhile stay.
  const tagged = { ...tags, ...project.tags, ...(covers && { covers }) };
  return {
    ...rest,
    // The chapters are used only if they are the file's.
    ...(chapters.length === 0 && chapterSource !== undefined && { chapterSource }),
    ...(all.length > 0 && { chapters: all }),
    ...(Object.keys(tagged).length > 0 && { tags: tagged }),
  };
}

/** The chapters that a clip plays, on the project's time. The one that its start is in begins there. */
function chaptersAt({ start, sourceStart, length }: PlacedClip, chapters: readonly ChapterMarker[]): ChapterMarker[] {
  const begun = chapters.findLastIndex(({ offset }) => offset <= sourceStart);
  return chapters
    .slice(Math.max(begun, 0))
    .filter(({ offset }) => offset < sourceStart + length)
    .map(({ title, offset }) => ({ title, offset: start + Math.max(0, offset - sourceStart) }));
}
