/**
 * Matches audio to lines, by order or by file name. The same names always give the same matches, each match has a
 * reason, and audio that fits no line is left over. docs/scripts.md explains the rules to users.
 */
import type { Slices } from "./script.ts";

/** The facts about a line. */
export interface Said {
  voice: string;
  text: string;
  /** Equal for lines of the same scene. */
  scene?: number | string;
}

/** The facts about a piece of audio. */
export interface Named {
  /** The name of its file. */
  name: string;
  /** Whether it is music or effects, which are never matched by order. */
  isAside?: boolean;
}

/** The reason for a match. Two are not made here: `hand` is the user's choice, and `before` is from the project. */
export type Reason = "order" | "number" | "words" | "voice" | "hand" | "before";

/** A line's audio, by its place in the list, and the reason. */
export interface Match {
  audio: number;
  reason: Reason;
  /** Set if several lines fitted equally well: how many. The first free one was chosen. */
  among?: number;
}

/** The result. */
export interface Matching {
  /** The match of each line. */
  matches: (Match | undefined)[];
  /** The lines without audio, by their places. */
  linesLeft: number[];
  /** The audio without a line, by its places. */
  audioLeft: number[];
}

/** Matches that stay, whatever else is found. */
export type Settled = readonly (Match | undefined)[];

/** The n-th line gets the n-th audio, of those that are not settled. */
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
 * Each line gets the audio whose name has its number, its beginning or its voice: see `evidenceIn`. The strongest
 * evidence comes first: a number whose line does not contradict it, then the line's beginning, then the voice alone.
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
  /** Files with the same evidence take the lines that fit it in turn. */
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

/** Matches by name if any name fits, and otherwise by order. */
export function* matchByNameOrOrder(
  lines: readonly Said[],
  audio: readonly Named[],
  settled: Settled = [],
): Slices<Matching> {
  const byName = yield* matchByName(lines, audio, settled);
  return byName.matches.some((match, line) => match !== settled[line]) ? byName : matchByOrder(lines, audio, settled);
}

/** The result, with the lines and the audio that are left over. */
function matchingOf(matches: (Match | undefined)[], audio: readonly Named[]): Matching {
  const used = new Set(matches.map((match) => match?.audio));
  return {
    matches,
    linesLeft: [...matches.keys()].filter((line) => !matches[line]),
    audioLeft: [...audio.keys()].filter((at) => !used.has(at)),
  };
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

/** The evidence in a file's name about its line. */
interface Evidence {
  /** The voice, folded. */
  voice?: string;
  number?: number;
  /** The number after “scene”. */
  scene?: number;
  /** Words with which some line starts. */
  beginning?: string;
}

/** Words before the number of a line, of a scene, and of anything else. */
const LINE = /^(?:line|lines|ln|l|cue|nr|no|dlg|dialogue)$/;
const SCENE = /^(?:scene|sc|s)$/;
const OTHER = /^(?:take|tk|t|version|ver|v|act|episode|ep|e|part|chapter|ch|copy|rev)$/;
/** Words that may follow everything else. */
const TRAILING = /^(?:take|tk|t|version|ver|v|copy|rev|final|edit|mix|master|clean|raw|\d+)$/;

/** A beginning with fewer letters fits too many lines, unless it is a whole line. */
const LEAST_LETTERS = 6;

/** Only this many words of a name are looked at. */
const MOST_WORDS = 40;

/** Reads the evidence in a file's name, which ignores the extension, case, accents and punctuation. */
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

/** The earliest words of a name with which some line starts, and where they are. */
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
 * Chooses whether the files' numbers count the lines of the script, of a scene or of a voice. The best choice gives
 * most files a line that agrees with the rest of their names; the script wins a tie. Numbers count from 0 if a file has
 * that number.
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

/** A script's lines, indexed by their words and their voices. */
class Lines {
  readonly all: number[];
  readonly #voices: string[];
  readonly #words: string[];
  readonly #byVoice: Map<string, number[]>;
  readonly #byScene: number[][];
  /** The lines in alphabetical order of their words. */
  readonly #sorted: number[];
  readonly #longestVoice: number;

  /** Takes the lines, and their folded voices and words. */
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

  /** The lines of the n-th scene, counted from 1. */
  ofScene(scene: number): readonly number[] {
    return this.#byScene[scene - 1] ?? [];
  }

  /** The longest voice among these words, and its place. */
  voiceIn(words: readonly string[]): { name: string; start: number; end: number } | undefined {
    for (let length = this.#longestVoice; length > 0; length -= 1) {
      for (let start = 0; start + length <= words.length; start += 1) {
        const name = words.slice(start, start + length).join(" ");
        if (this.#byVoice.has(name)) return { name, start, end: start + length };
      }
    }
    return undefined;
  }

  /** Whether a line has this voice and this beginning, as far as they are given. */
  fits(line: number, { voice, beginning }: { voice?: string | undefined; beginning?: string | undefined }): boolean {
    return (
      (voice === undefined || this.#voices[line] === voice) &&
      (beginning === undefined || this.#begins(line, beginning))
    );
  }

  /** Whether some line has this beginning, unless it is a number or a voice. The last word may be cut short. */
  hasBeginning(beginning: string): boolean {
    if (/^[\d ]*$/.test(beginning) || this.#byVoice.has(beginning)) return false;
    const line = this.#sorted[this.#firstFrom(beginning)];
    return line !== undefined && this.#begins(line, beginning);
  }

  /** The lines with this beginning, and this voice if one is given, in order. */
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

  /** The place, in alphabetical order, of the first line with this beginning, or where it would be. */
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

/** This many characters are enough to tell a text from others. */
const TELLING = 200;

/** A text's words, without case, accents and punctuation. Words are also split between letters and digits. */
function folded(text: string): string[] {
  const plain = text
    .slice(0, TELLING)
    .normalize("NFKD")
    .replaceAll(/[\p{M}'’ʼ]+/gu, "")
    .toLowerCase();
  return plain.replaceAll(/[ßæœøłđı]/g, (letter) => ALIKE[letter] ?? letter).match(/[\p{L}]+|\d+/gu) ?? [];
}

/** Letters that Unicode does not decompose. */
const ALIKE: Record<string, string> = { ß: "ss", æ: "ae", œ: "oe", ø: "o", ł: "l", đ: "d", ı: "i" };
