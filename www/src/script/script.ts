/**
 * A script that has been read: its facts, its scenes and its lines, in order. Fountain screenplays and plain text both
 * become one of these. Action, notes and other text are left out.
 */
import type { Tags } from "secuencia";
import { laterWords } from "../words/later.ts";

/** The format of a script. */
export type Format = "fountain" | "plain";

/** A speech of one voice, for which there is one piece of audio. */
export interface ScriptLine {
  /** The name of the speaker as the author wrote it. Empty for lyrics without a name. */
  voice: string;
  /** The spoken text. */
  text: string;
  /** The same with directions, in parentheses. */
  directed: string;
  /** The index of its scene. Left out before the first heading. */
  scene?: number;
  /** The row of the text in which it starts, counted from 1. */
  row: number;
  /** Whether it is spoken at the same time as the line before it. */
  isDual?: true;
}

export interface Script {
  format: Format;
  /** The facts on the title page, by key in lower case. */
  facts: ReadonlyMap<string, string>;
  /** The headings of the scenes, in order. Some scenes may have no lines. */
  scenes: string[];
  lines: ScriptLine[];
  /** Sentences about parts that could not be used, or look wrong. */
  faults: string[];
}

/** Work in slices of about a millisecond. The caller may pause between them, so that the page can respond. */
export type Slices<T> = Generator<undefined, T, undefined>;

/** A text with more lines is no script: it would last a day and a night. */
export const MOST_LINES = 20_000;

/** A script while it is being read. */
export class Draft {
  readonly facts = new Map<string, string>();
  readonly #format: Format;
  readonly #scenes: string[] = [];
  readonly #sections: string[] = [];
  /** Each line, with the number of scenes and sections that started before it. */
  readonly #lines: { line: ScriptLine; scenes: number; sections: number }[] = [];
  readonly #faults: string[] = [];
  #isFull = false;

  constructor(format: Format) {
    this.#format = format;
  }

  /** Whether no heading and no line has been read yet. */
  get isEmpty(): boolean {
    return this.#lines.length + this.#scenes.length + this.#sections.length === 0;
  }

  /** Whether the script has reached the limit of lines. */
  get isFull(): boolean {
    return this.#isFull;
  }

  /** Starts a scene. */
  scene(heading: string): void {
    this.#scenes.push(heading);
  }

  /** Starts a section. In a script without scenes, such as a book, sections are the scenes. */
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
    if (this.#isFull) faults.push(laterWords.value.script.linesCut(MOST_LINES));
    const scenes = hasScenes ? this.#scenes : this.#sections;
    return { format: this.#format, facts: this.facts, scenes, lines, faults };
  }
}

/** The voices in the order of their first lines, with the number of lines of each. */
export function voicesOf(lines: readonly { voice: string }[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { voice } of lines) counts.set(voice, (counts.get(voice) ?? 0) + 1);
  return counts;
}

/** The number of scenes with lines. Those become chapters. */
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

/** Reports names that differ only in their capitals: they may be one voice, misspelt. */
function spellings(lines: readonly ScriptLine[]): string[] {
  const bySound = new Map<string, string[]>();
  for (const voice of voicesOf(lines).keys()) {
    const sound = voice.toLowerCase();
    bySound.set(sound, [...(bySound.get(sound) ?? []), voice]);
  }
  return [...bySound.values()]
    .filter((names) => names.length > 1)
    .map((names) => laterWords.value.script.differentVoices(names));
}
