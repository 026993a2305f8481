/**
 * What the exported file says of itself beside its sound: tags, pictures, chapters, and how its name ends. Pictures are
 * the IDs of the library's, or, in a project file, names of files beside it.
 */
import type { ChapterMarker, ExportOptions, Tags } from "secuencia";
import type { PlacedClip } from "./placement.ts";

/** Part of the project, and of its file. */
export interface About {
  tags?: Tags;
  /** The user's own list of chapters. */
  chapters?: ChapterMarker[];
  /** What the file's chapters are made of; that list, if left out. */
  chapterSource?: ChapterSource;
  extension?: NonNullable<ExportOptions["extension"]>;
}

export type ChapterSource = NonNullable<ExportOptions["chapters"]>;

/** The tags that are text, in the order in which a reader asks for them. */
export const TEXT_TAGS = [
  "title",
  "artist",
  "album",
  "albumArtist",
  "composer",
  "narrator",
  "genre",
  "year",
  "comment",
  "description",
  "longDescription",
  "copyright",
  "language",
  "grouping",
] as const satisfies (keyof Tags)[];

export const MEDIA_TYPES = ["music", "audiobook", "podcast"] as const;
export const CHAPTER_SOURCES = ["markers", "clips", "scenes", "none"] as const;
export const EXTENSIONS = ["m4a", "m4b"] as const;

/** Chapters at less than a second from each other are no help; the package refuses them. */
export const LEAST_CHAPTER_SECONDS = 1;

/** The pictures that are shown anywhere, each once. */
export function picturesOf({ tags, chapters }: About): string[] {
  const ofChapters = (chapters ?? []).flatMap(({ image }) => (image === undefined ? [] : [image]));
  return [...new Set([...(tags?.covers ?? []), ...ofChapters])];
}

/** The same with other names for the pictures; one without a name is left out. */
export function withPictures<Whole extends About>(
  about: Whole,
  nameOf: (picture: string) => string | undefined,
): Whole {
  const { tags, chapters } = about;
  const covers = tags?.covers?.flatMap((picture) => nameOf(picture) ?? []);
  const renamed = ({ image, ...chapter }: ChapterMarker): ChapterMarker => {
    const name = image === undefined ? undefined : nameOf(image);
    return { ...chapter, ...(name !== undefined && { image: name }) };
  };
  return {
    ...about,
    ...(tags && { tags: { ...tags, ...(covers && { covers }) } }),
    ...(chapters && { chapters: chapters.map(renamed) }),
  };
}

/** The longest that a chapter is named by a line. */
const MAX_LINE = 60;

/**
 * The chapters that a source makes of the clips as they lie, for the user to see, and to go on from. The export makes
 * its own, by the same rules.
 */
export function chaptersMadeOf(source: ChapterSource, placed: PlacedClip[], seconds: number): ChapterMarker[] {
  if (source === "markers" || source === "none") return [];
  if (typeof source === "object") {
    const count = Math.max(0, Math.ceil(seconds / source.everySeconds));
    return Array.from({ length: count }, (_, index) => ({
      title: `Chapter ${index + 1}`,
      offset: index * source.everySeconds,
    }));
  }
  const heard = placed
    .filter(({ clip, length }) => !clip.isMuted && length > 0)
    .sort((a, b) => a.start - b.start || Math.abs(a.clip.lane) - Math.abs(b.clip.lane));
  const chapters: ChapterMarker[] = [];
  let scene = "";
  for (const { clip, start } of heard) {
    if (source === "scenes") {
      if (!clip.scene?.trim() || clip.scene === scene) continue;
      scene = clip.scene;
    }
    if (chapters.at(-1)?.offset === start) continue;
    chapters.push({ title: source === "scenes" ? scene : beginningOf(clip.text || stemOf(clip.name)), offset: start });
  }
  return chapters;
}

/** A file's name without its extension. */
function stemOf(file: string): string {
  return file.replace(/(?<=.)\.[^.]*$/, "");
}

/** Its first words. */
function beginningOf(line: string): string {
  const words = line.trim().replace(/\s+/g, " ");
  if (words.length <= MAX_LINE) return words;
  const cut = words.slice(0, MAX_LINE);
  return `${cut.slice(0, cut.lastIndexOf(" ") + 1 || MAX_LINE).replace(/[\s\p{P}]+$/u, "")}…`;
}
