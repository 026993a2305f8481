/** What readers of the formats find in a file, and the one form in which it is returned. */
import type { MediaType } from "../choices.js";
import { MOST_LISTED, MOST_NAME_CHARACTERS, MOST_PICTURE_BYTES, MOST_TEXT_CHARACTERS } from "../limits.js";
import type { TEXT_TAGS } from "../project/about.js";
import type { ChapterMarker, TagNumber, Tags } from "../types.js";

/** The name of a tag that is text. */
export type TextTag = (typeof TEXT_TAGS)[number];

/** Collects what a file says. Of each fact the first one counts, and what is empty or too large is left out. */
export class Found {
  readonly tags: Omit<Tags, "covers"> = {};
  readonly chapters: ChapterMarker[] = [];
  cover: Blob | undefined;

  text(tag: TextTag | undefined, value: string): void {
    const clean = plain(value);
    if (tag && clean && clean.length <= MOST_TEXT_CHARACTERS && !this.tags[tag]) this.tags[tag] = clean;
  }

  /** Takes `3` or `3/12`. */
  place(tag: "track" | "disc", value: string): void {
    const [, number, total] = /^\s*(\d+)(?:\s*\/\s*(\d+))?/.exec(value) ?? [];
    this.numbers(tag, Number(number), Number(total));
  }

  numbers(tag: "track" | "disc", number: number, total: number): void {
    const isPlace = (value: number) => value >= 1 && value <= 65_535;
    if (this.tags[tag] || !isPlace(number)) return;
    this.tags[tag] = { number, ...(isPlace(total) && total >= number && { total }) } satisfies TagNumber;
  }

  mediaType(mediaType: MediaType | undefined): void {
    if (mediaType) this.tags.mediaType ??= mediaType;
  }

  /** Takes a language in BCP 47, or as three letters of ISO 639. */
  language(value: string): void {
    try {
      const [language] = Intl.getCanonicalLocales(plain(value));
      if (language && language !== "und") this.text("language", language);
    } catch {
      // It is no language.
    }
  }

  chapter(seconds: number, title: string): void {
    if (!Number.isFinite(seconds) || seconds < 0 || this.chapters.length >= MOST_LISTED) return;
    this.chapters.push({ title: plain(title).slice(0, MOST_NAME_CHARACTERS), offset: seconds });
  }

  /** Takes the first picture, or one that says that it is the cover. */
  picture(bytes: Uint8Array<ArrayBuffer>, isCover = false): void {
    if (bytes.length === 0 || bytes.length > MOST_PICTURE_BYTES || (this.cover && !isCover)) return;
    const type = bytes[0] === 0x89 ? "image/png" : bytes[0] === 0xff ? "image/jpeg" : "";
    this.cover = new Blob([bytes], { type });
  }

  /** Puts the chapters in order, and gives those without a title one. */
  done(): this {
    this.chapters.sort((one, other) => one.offset - other.offset);
    this.chapters.forEach((chapter, index) => {
      chapter.title ||= `Chapter ${index + 1}`;
    });
    return this;
  }
}

/** Text without control characters, but for line breaks and tabs, and without blanks around it. */
function plain(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is left out
  return text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/g, "").trim();
}
