/**
 * A script as it was read: its facts, its scenes and what is said in them, in order. Fountain screenplays and plain
 * text both become one of these; what the text had beside, such as action and notes, is not in it.
 */
import type { Tags } from "secuencia";

/** How a script is written. */
export type Format = "fountain" | "plain";

/** Something said, by one voice, in one breath: what one piece of audio is for. */
export interface ScriptLine {
  /** Who says it, as the author wrote the name; empty for lyrics that have no name above them. */
  voice: string;
  /** What is heard. */
  text: string;
  /** The same with its directions, in parentheses. */
  directed: string;
  /** Which of the scenes it is in; left out before the first heading. */
  scene?: number;
  /** The row of the text that it starts in, from 1 on. */
  row: number;
  /** It is said at the same time as the line before it. */
  isDual?: true;
}

export interface Script {
  format: Format;
  /** What the title page says, by its keys in lower case. */
  facts: ReadonlyMap<string, string>;
  /** The headings, in order; some may have no lines. */
  scenes: string[];
  lines: ScriptLine[];
  /** What could not be used or looks wrong, a sentence each. */
  faults: string[];
}

/**
 * Work in slices: what does it may stop between two, so that the page stays live. Each takes about a millisecond.
 */
export type Slices<T> = Generator<undefined, T, undefined>;

/** More lines than that is no script: it would be heard for a day and a night. */
export const MOST_LINES = 20_000;

/** A script that is being read. */
export class Draft {
  readonly facts = new Map<string, string>();
  readonly #format: Format;
  readonly #scenes: string[] = [];
  readonly #sections: string[] = [];
  /** Each line with how many scenes and sections have begun before it. */
  readonly #lines: { line: ScriptLine; scenes: number; sections: number }[] = [];
  readonly #faults: string[] = [];
  #isFull = false;

  constructor(format: Format) {
    this.#format = format;
  }

  /** Whether neither a heading nor a line has been read. */
  get isEmpty(): boolean {
    return this.#lines.length + this.#scenes.length + this.#sections.length === 0;
  }

  /** Whether the script has as many lines as there may be. */
  get isFull(): boolean {
    return this.#isFull;
  }

  /** What follows is in this scene. */
  scene(heading: string): void {
    this.#scenes.push(heading);
  }

  /** What follows is in this section. A script that has no scenes, as one told in chapters, has these for scenes. */
  section(heading: string): void {
    this.#sections.push(heading);
  }

  line(line: ScriptLine): void {
    this.#isFull = this.#lines.length === MOST_LINES;
    if (!this.#isFull) this.#lines.push({ line, scenes: this.#scenes.length, sections: this.#sections.length });
  }

  fault(sentence: string): void {
    this.#faults.push(sentence);
  }

  finish(): Script {
    const hasScenes = this.#scenes.length > 0;
    const lines = this.#lines.map(({ line, scenes, sections }) => {
      const begun = hasScenes ? scenes : sections;
      return begun > 0 ? { ...line, scene: begun - 1 } : line;
    });
    const faults = [...this.#faults, ...spellings(lines)];
    if (this.#isFull) faults.push(`Only the first ${MOST_LINES.toLocaleString("en")} lines were read.`);
    const scenes = hasScenes ? this.#scenes : this.#sections;
    return { format: this.#format, facts: this.facts, scenes, lines, faults };
  }
}

/** The voices in the order in which they are first heard, and how many lines each has. */
export function voicesOf(lines: readonly { voice: string }[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { voice } of lines) counts.set(voice, (counts.get(voice) ?? 0) + 1);
  return counts;
}

/** How many scenes have lines. Those become chapters. */
export function sceneCount(lines: readonly ScriptLine[]): number {
  return new Set(lines.map(({ scene }) => scene).filter((scene) => scene !== undefined)).size;
}

/**
 * The title page's facts as an exported file's tags. The author is the artist: players of audiobooks show the artist as
 * the author, and the composer as the narrator. Contacts, notes and drafts are the author's own business, and stay out.
 */
export function tagsOf({ facts }: Pick<Script, "facts">): Tags {
  const [title, artist] = [facts.get("title"), facts.get("author") ?? facts.get("authors")];
  const [copyright, comment] = [facts.get("copyright"), facts.get("source")];
  return {
    ...(title && { title }),
    ...(artist && { artist }),
    ...(copyright && { copyright }),
    ...(comment && { comment }),
  };
}

/** Names that differ in their capitals alone: two voices, or one and a slip? */
function spellings(lines: readonly ScriptLine[]): string[] {
  const bySound = new Map<string, string[]>();
  for (const voice of voicesOf(lines).keys()) {
    const sound = voice.toLowerCase();
    bySound.set(sound, [...(bySound.get(sound) ?? []), voice]);
  }
  return [...bySound.values()]
    .filter((names) => names.length > 1)
    .map((names) => `${names.map((name) => `“${name}”`).join(" and ")} are treated as different voices.`);
}
