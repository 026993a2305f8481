/**
 * A project's description of its file: tags, pictures, chapters and the extension. A picture is an ID of the library.
 * In a project file it is the name of a file beside it.
 */
import type { ChapterSource, FileExtension } from "../choices.js";
import type { ChapterMarker, Tags } from "../types.js";

/** A project's description of its file. */
export interface About {
  /** The file's tags. Default: the project's name as the title. */
  tags?: Tags;
  /** The user's own list of chapters. */
  chapters?: ChapterMarker[];
  /** The source of the file's chapters; that list, if left out. */
  chapterSource?: ChapterSource;
  /** The end of the file's name. Default: `m4a`. */
  extension?: FileExtension;
}

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
