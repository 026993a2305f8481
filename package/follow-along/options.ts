/** The shapes that the files of the follow-along player share: its options, and the player itself. */

/** The options of a player. */
export interface FollowAlongOptions {
  /** The sound: its content, its URL, or a media element of the page, which stays where it is. */
  audio: Blob | URL | string | HTMLMediaElement;
  /** The script as the text of a WebVTT file: a cue for each line, with the speaker as `<v Name>`. */
  webvtt: string;
  /** The chapters, such as an export's `result.chapters`. Default: none. */
  chapters?: readonly FollowAlongChapter[];
  /** The accessible name of the player. Default: none. */
  title?: string;
  /** The language of the script, in BCP 47. Default: that of the page. */
  language?: string;
  /** The speakers in the order of their colours. Others follow as they come. Default: none. */
  voices?: readonly string[];
  /** The player's own words, to translate them. Default: English. */
  labels?: Partial<FollowAlongLabels>;
}

/** A chapter. It lasts until the next one begins. */
export interface FollowAlongChapter {
  /** Its title. */
  title: string;
  /** Its start, in seconds. */
  startTime: number;
}

/** The player's own words. */
export interface FollowAlongLabels {
  /** The name of the list of lines. Default: `Script`. */
  script: string;
  /** The name of the list of chapters. Default: `Chapters`. */
  chapters: string;
  /** The button that scrolls back to the line being spoken. Default: `Show the line being spoken`. */
  spoken: string;
  /** The text if there is no line, or the script is not WebVTT. Default: `There is no script to show.` */
  noScript: string;
}

/** A player in a page. */
export interface FollowAlong {
  /** The media element that plays: the player's own, or the given one. */
  readonly audio: HTMLMediaElement;
  /** Removes the player. It stops the sound unless the media element was given. */
  destroy(): void;
}

/** The content of a follow-along file, beside the sound. */
export interface PageContent extends Omit<FollowAlongOptions, "audio"> {
  /** The MIME type of the sound. */
  type: string;
}
