/** What the follow-along player takes, and what it gives: the shapes that its files share. */

/** What to follow. */
export interface FollowAlongOptions {
  /** The sound: its content, its address, or a media element that the page has already, which stays where it is. */
  audio: Blob | URL | string | HTMLMediaElement;
  /** The script as the text of a WebVTT file: a cue for each line, `<v Name>` for its voice. */
  webvtt: string;
  /** None if left out. An export's `result.chapters` are of this shape. */
  chapters?: readonly FollowAlongChapter[];
  /** What the player is called where it is read out. */
  title?: string;
  /** The script's language, as BCP 47 names it; the page's if left out. */
  language?: string;
  /** The voices in the order of their colours, where a page has one; those that are not among them come behind. */
  voices?: readonly string[];
  /** The player's own words, where they are to be others. */
  labels?: Partial<FollowAlongLabels>;
}

/** A chapter lasts until the next one begins. */
export interface FollowAlongChapter {
  title: string;
  /** Seconds. */
  startTime: number;
}

/** All that the player says itself. */
export interface FollowAlongLabels {
  /** What the list of lines is called; `Script`. */
  script: string;
  /** What the list of chapters is called; `Chapters`. */
  chapters: string;
  /** The button that goes back to the line being spoken; `Show the line being spoken`. */
  spoken: string;
  /** Where there is no line, or the text is no WebVTT; `There is no script to show.` */
  noScript: string;
}

/** A player in a page. */
export interface FollowAlong {
  /** What plays: the player's own element, or the one that it was given. */
  readonly audio: HTMLMediaElement;
  /** Removes the player, and stops it where the element is its own. */
  destroy(): void;
}

/** What the file's script finds in it, beside the sound. */
export interface PageContent extends Omit<FollowAlongOptions, "audio"> {
  /** The sound's own type. */
  type: string;
}
