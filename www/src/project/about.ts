/**
 * What the exported file says of itself beside its sound: tags, pictures, chapters, and how its name ends. Pictures are
 * the IDs of the library's, or, in a project file, names of files beside it.
 */
import type { ChapterMarker, ExportOptions, Tags } from "secuencia";

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
