/**
 * Which audio belongs to which line: by order, or by what the files are called. The same names give the same answer,
 * each answer says what it rests on, and what fits nothing is left over. docs/scripts.md explains the rules to a user.
 */
import type { Slices } from "./script.ts";

/** What is known of a line. */
export interface Said {
  voice: string;
  text: string;
  /** Equal for lines of the same scene. */
  scene?: number | string;
}

/** What is known of a piece of audio. */
export interface Named {
  /** Its file's name. */
  name: string;
  /** Music or effects: it is never taken because it is its turn. */
  isAside?: boolean;
}

/** What a match rests on. Two are not made here: the user chose it by `hand`, or the project had it `before`. */
export type Reason = "order" | "number" | "words" | "voice" | "hand" | "before";

/** A line's audio: where it is in the list, and why. */
export interface Match {
  audio: number;
  reason: Reason;
  /** Among so many lines it might as well have been another one; this was the first that was free. */
  among?: number;
}

/** The answer. */
export interface Matching {
  /** For each line. */
  matches: (Match | undefined)[];
  /** The lines that have no audio, by their places. */
  linesLeft: number[];
  /** The audio that has no line, by its places. */
  audioLeft: number[];
}

/** Matches that are settled: they stay, whatever else is found. */
export type Settled = readonly (Match | undefined)[];

/** The n-th line has the n-th audio, of those that are not settled. */
export function matchByOrder(lines: readonly Said[], audio: readonly Named[], settled: Settled = []): Matching {
  const free = matchingOf([...settled], audio).audioLeft.filter((at) => !audio[at]?.isAside);
  let next = 0;
  const matches = lines.map((_, line) => {
    const at = settled[line] ? undefined : free[next++];
    return at === undefined ? settled[line] : { audio: at, reason: "order" as const };
  });
  return matchingOf(matches, audio);
}

/**
 * Each line has the audio that its number, its voice or its beginning is the name of: see `evidenceIn`. What says most
 * comes first: a number with a line that does not contradict it, then the line's beginning, then the voice alone.
 */
export function* matchByName(lines: readonly Said[], audio: readonly Named[], settled: Settled = []): Slices<Matching> {
  const voices = yield* eachOf(lines, ({ voice }) => folded(voice).join(" "));
  const words = yield* eachOf(lines, ({ text }) => folded(text).join(" "));
  const script = new Lines(lines, voices, words);
  const evidence = yield* eachOf(audio, ({ name }) => evidenceIn(name, script));
  const matches = lines.map((_, line) => settled[line]);
  const isOpen = (line: number | undefined): line is number => line !== undefined && !matches[line];
  const open = new Set(matchingOf(matches, audio).audioLeft);
  const give = (line: number, to: number, reason: Reason, among = 1) => {
    matches[line] = { audio: to, reason, ...(among > 1 && { among }) };
    open.delete(to);
  };

  const numbering = bestNumbering(evidence, script);
  for (const at of open) {
    const line = numbering(evidence[at] as Evidence);
    if (isOpen(line)) give(line, at, "number");
  }
  /** Files that say the same take the lines that it fits in turn. */
  const queues = new Map<string, { lines: readonly number[]; next: number }>();
  const giveNext = (at: number, reason: Reason, key: string, find: () => readonly number[]) => {
    const queue = queues.get(key) ?? { lines: find(), next: 0 };
    queues.set(key, queue);
    while (queue.next < queue.lines.length && !isOpen(queue.lines[queue.next])) queue.next += 1;
    const line = queue.lines[queue.next];
    if (isOpen(line)) give(line, at, reason, queue.lines.length);
  };
  for (const at of open) {
    const { voice, beginning } = evidence[at] as Evidence;
    if (beginning === undefined) continue;
    giveNext(at, "words", `${voice ?? ""}: ${beginning}`, () => script.beginningWith(beginning, voice));
  }
  for (const at of open) {
    const { voice, beginning, number } = evidence[at] as Evidence;
    if (voice === undefined || beginning !== undefined || number !== undefined) continue;
    giveNext(at, "voice", voice, () => script.ofVoice(voice));
  }
  return matchingOf(matches, audio);
}

/** By name where any name fits, and otherwise by order. */
export function* matchByNameOrOrder(
  lines: readonly Said[],
  audio: readonly Named[],
  settled: Settled = [],
): Slices<Matching> {
  const byName = yield* matchByName(lines, audio, settled);
  return byName.matches.some((match, line) => match !== settled[line]) ? byName : matchByOrder(lines, audio, settled);
}

/** The answer with what is left over on either side. */
function matchingOf(matches: (Match | undefined)[], audio: readonly Named[]): Matching {
  const used = new Set(matches.map((match) => match?.audio));
  return {
    matches,
    linesLeft: [...matches.keys()].filter((line) => !matches[line]),
    audioLeft: [...audio.keys()].filter((at) => !used.has(at)),
  };
}

/** Files in the order in which people number them: `line 2.wav` before `Line 10.wav`. */
export function inNaturalOrder<File extends Named>(files: readonly File[]): File[] {
  const keyed = files.map((file) => ({ file, key: naturalKey(file.name) }));
  return keyed.sort((a, b) => compare(a.key, b.key) || compare(a.file.name, b.file.name)).map(({ file }) => file);
}

/** A name that sorts by its characters as it does by its words and numbers. */
function naturalKey(name: string): string {
  return folded(name)
    .map((word) => (/^\d/.test(word) ? word.padStart(20, "0") : word))
    .join(" ");
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

/** What a file's name says of its line. */
interface Evidence {
  /** The voice, folded. */
  voice?: string;
  number?: number;
  /** A number that stands behind “scene”. */
  scene?: number;
  /** The words that some line begins with. */
  beginning?: string;
}

/** The words in front of a line's number, and those in front of numbers that are none. */
const LINE = /^(?:line|lines|ln|l|cue|nr|no|dlg|dialogue)$/;
const SCENE = /^(?:scene|sc|s)$/;
const OTHER = /^(?:take|tk|t|version|ver|v|act|episode|ep|e|part|chapter|ch|copy|rev)$/;
/** What may stand behind everything else. */
const TRAILING = /^(?:take|tk|t|version|ver|v|copy|rev|final|edit|mix|master|clean|raw|\d+)$/;

/** Fewer letters begin too many lines; a whole line may have as few as it likes. */
const LEAST_LETTERS = 6;

/** No file's name is looked at further. */
const MOST_WORDS = 40;

/** Reads a file's name: its words, without its ending, its case, its accents and its punctuation. */
function evidenceIn(name: string, script: Lines): Evidence {
  const words = folded(name.replace(/\.\w{1,5}$/, "")).slice(0, MOST_WORDS);
  const { start, beginning } = beginningIn(words, script);
  const before = words.slice(0, start);
  const voice = script.voiceIn(before);
  const rest = voice ? [...before.slice(0, voice.start), "", ...before.slice(voice.end)] : before;
  const numbers = [...rest.keys()].filter((at) => /^\d+$/.test(rest[at] ?? ""));
  const behind = (kind: RegExp) => numbers.find((at) => kind.test(rest[at - 1] ?? ""));
  const plain = numbers.find((at) => !SCENE.test(rest[at - 1] ?? "") && !OTHER.test(rest[at - 1] ?? ""));
  const [number, scene] = [behind(LINE) ?? plain, behind(SCENE)];
  return {
    ...(voice && { voice: voice.name }),
    ...(number !== undefined && { number: Number(rest[number]) }),
    ...(scene !== undefined && { scene: Number(rest[scene]) }),
    ...(beginning !== undefined && { beginning }),
  };
}

/** The words of a name that some line begins with, and where they start: as early as can be. */
function beginningIn(words: string[], script: Lines): { start: number; beginning?: string } {
  for (let end = words.length; end > 0; end -= 1) {
    for (let start = 0; start < end; start += 1) {
      const beginning = words.slice(start, end).join(" ");
      if (script.hasBeginning(beginning)) return { start, beginning };
    }
    if (!TRAILING.test(words[end - 1] ?? "")) break;
  }
  return { start: words.length };
}

/**
 * What the numbers count: the script's lines, a scene's, or a voice's. That by which most files have lines that agree
 * with the rest of their names; the script's, if that is as many. They count from 0 if one is called so.
 */
function bestNumbering(evidence: readonly Evidence[], script: Lines): (one: Evidence) => number | undefined {
  const first = evidence.some(({ number }) => number === 0) ? 0 : 1;
  const agreeing = (counted: (one: Evidence) => readonly number[]) => (one: Evidence) => {
    if (one.number === undefined) return undefined;
    const line = counted(one)[one.number - first];
    return line !== undefined && script.fits(line, one) ? line : undefined;
  };
  const numberings = [
    () => script.all,
    ({ scene }: Evidence) => (scene === undefined ? [] : script.ofScene(scene)),
    ({ voice }: Evidence) => (voice === undefined ? [] : script.ofVoice(voice)),
  ].map(agreeing);
  const hits = numberings.map((lineOf) => new Set(evidence.map(lineOf).filter((line) => line !== undefined)).size);
  return numberings[hits.indexOf(Math.max(...hits))] as (typeof numberings)[number];
}

/** A script's lines, to be found by what they say and by who says it. */
class Lines {
  readonly all: number[];
  readonly #voices: string[];
  readonly #words: string[];
  readonly #byVoice: Map<string, number[]>;
  readonly #byScene: number[][];
  /** The lines in alphabetical order of their words. */
  readonly #sorted: number[];
  readonly #longestVoice: number;

  /** Takes the lines with their voices and words, folded. */
  constructor(lines: readonly Said[], voices: string[], words: string[]) {
    this.all = [...lines.keys()];
    this.#voices = voices;
    this.#words = words;
    this.#byVoice = grouped(this.all, (line) => this.#voices[line] ?? "");
    this.#byScene = [...grouped(this.all, (line) => lines[line]?.scene)]
      .filter(([scene]) => scene !== undefined)
      .map(([, ofScene]) => ofScene);
    this.#sorted = this.all.toSorted((a, b) => compare(this.#wordsOf(a), this.#wordsOf(b)));
    this.#longestVoice = [...this.#byVoice.keys()].reduce((most, voice) => Math.max(most, voice.split(" ").length), 0);
  }

  ofVoice(voice: string): readonly number[] {
    return this.#byVoice.get(voice) ?? [];
  }

  /** The lines of the n-th scene, from 1 on. */
  ofScene(scene: number): readonly number[] {
    return this.#byScene[scene - 1] ?? [];
  }

  /** The longest voice among these words, and where it stands. */
  voiceIn(words: readonly string[]): { name: string; start: number; end: number } | undefined {
    for (let length = this.#longestVoice; length > 0; length -= 1) {
      for (let start = 0; start + length <= words.length; start += 1) {
        const name = words.slice(start, start + length).join(" ");
        if (this.#byVoice.has(name)) return { name, start, end: start + length };
      }
    }
    return undefined;
  }

  /** Whether a line is of this voice, and begins so, as far as either is known. */
  fits(line: number, { voice, beginning }: { voice?: string | undefined; beginning?: string | undefined }): boolean {
    return (
      (voice === undefined || this.#voices[line] === voice) &&
      (beginning === undefined || this.#begins(line, beginning))
    );
  }

  /** Whether some line begins so, unless that is a number, or a voice's name. The last word may be cut short. */
  hasBeginning(beginning: string): boolean {
    if (/^[\d ]*$/.test(beginning) || this.#byVoice.has(beginning)) return false;
    const line = this.#sorted[this.#firstFrom(beginning)];
    return line !== undefined && this.#begins(line, beginning);
  }

  /** The lines that begin so, of this voice if one is given, in their order. */
  beginningWith(beginning: string, voice?: string): number[] {
    const found: number[] = [];
    for (let at = this.#firstFrom(beginning); at < this.#sorted.length; at += 1) {
      const line = this.#sorted[at] as number;
      if (!this.#begins(line, beginning)) break;
      if (this.fits(line, { voice })) found.push(line);
    }
    return found.sort((a, b) => a - b);
  }

  #begins(line: number, beginning: string): boolean {
    const words = this.#wordsOf(line);
    return beginning.length < LEAST_LETTERS ? words === beginning : words.startsWith(beginning);
  }

  /** Where in alphabetical order the lines are that begin so, or would be. */
  #firstFrom(beginning: string): number {
    let [low, high] = [0, this.#sorted.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#wordsOf(this.#sorted[middle] ?? 0) < beginning) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #wordsOf(line: number): string {
    return this.#words[line] ?? "";
  }
}

function* eachOf<Item, Result>(items: readonly Item[], work: (item: Item) => Result): Slices<Result[]> {
  const results: Result[] = [];
  for (const item of items) {
    results.push(work(item));
    if (results.length % 100 === 0) yield;
  }
  return results;
}

function grouped<Item, Key>(items: readonly Item[], keyOf: (item: Item) => Key): Map<Key, Item[]> {
  const groups = new Map<Key, Item[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group) group.push(item);
    else groups.set(keyOf(item), [item]);
  }
  return groups;
}

/** So much of a text tells it from others. */
const TELLING = 200;

/** A text's words without case, accents and punctuation; where letters meet digits, words end. */
function folded(text: string): string[] {
  const plain = text
    .slice(0, TELLING)
    .normalize("NFKD")
    .replaceAll(/[\p{M}'’ʼ]+/gu, "")
    .toLowerCase();
  return plain.replaceAll(/[ßæœøłđı]/g, (letter) => ALIKE[letter] ?? letter).match(/[\p{L}]+|\d+/gu) ?? [];
}

/** Letters that do not come apart into a letter and an accent. */
const ALIKE: Record<string, string> = { ß: "ss", æ: "ae", œ: "oe", ø: "o", ł: "l", đ: "d", ı: "i" };
