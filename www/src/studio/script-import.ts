/**
 * The import of a script: its source, the audio for it, and which line has which audio. This stays while the page is
 * open, so nothing is lost if the dialog is closed by mistake. Nothing else changes until the user confirms.
 */
import { batch, computed, signal } from "@preact/signals";
import type { ProjectLine } from "secuencia/project.js";
import { inNaturalOrder } from "../natural-order.ts";
import { emptyProject, newClip, type Project, type ProjectClip } from "../project/model.ts";
import { projectLines, withScript } from "../script/lay.ts";
import { type Match, matchByName, matchByNameOrOrder, matchByOrder } from "../script/match.ts";
import { inSlices, MOST_BYTES, readScript, textIn } from "../script/read.ts";
import { type Format, type Script, sceneCount, tagsOf } from "../script/script.ts";
import { laterWords } from "../words/later.ts";
import { words } from "../words/words.ts";
import { arrive } from "./adding.ts";
import { withReason } from "./failure.ts";
import { SCRIPT_FILE } from "./file-types.ts";
import { edit } from "./history.ts";
import { isOfSample } from "./sample.ts";
import { isUntouched, project, whenLeft } from "./state.ts";
import { askToPersist } from "./storage.ts";
import { beginProject } from "./switching.ts";

/** The source of a script: a typed or pasted text, or a file. */
export interface Source {
  text: string;
  /** The file's name. */
  name?: string;
  /** A sentence about a problem with the file. */
  fault?: string;
}

/** A piece of audio for a line: a clip of the project, or a file that would become one. */
export interface Audio {
  id: string;
  name: string;
  isAside?: boolean;
  clip?: ProjectClip;
  file?: File;
}

/** A line's audio, and the reason for the match. */
export interface Choice extends Omit<Match, "audio"> {
  audio: Audio;
}

const NO_SCRIPT: Script = { format: "plain", facts: new Map(), scenes: [], lines: [], faults: [] };

/** Whether the dialog shows a new script or the project's. */
export const view = signal<"new" | "project">("new");

/** The source of the new script. */
export const source = signal<Source>({ text: "" });

/** The new script. */
export const script = signal<Script>(NO_SCRIPT);

/** Whether the new script is being read. */
export const isReading = signal(false);

/** Whether directions stay in the text. */
export const keepsDirections = signal(false);

/** Whether the new script becomes a new project, or is applied to the clips of this one. */
export const place = signal<"new" | "here">("new");

/** A sentence about the last action. */
export const told = signal("");

/** The lines that the dialog shows. */
export const lines = computed<readonly ProjectLine[]>(() =>
  view.value === "project" ? (project.value.script ?? []) : projectLines(script.value, keepsDirections.value),
);

const files = signal<readonly Audio[]>([]);

/** The audio to choose from: the main lane's clips, the files, and the clips of other lanes. */
export const audio = computed<readonly Audio[]>(() => {
  const isLaidOver = view.value === "project" || place.value === "here";
  const clips = (isLaidOver ? project.value.clips : []).map((clip) => ({
    id: clip.id,
    name: clip.name,
    isAside: clip.lane !== 0,
    clip,
  }));
  return [...clips.filter(({ isAside }) => !isAside), ...files.value, ...clips.filter(({ isAside }) => isAside)];
});

/** Each line's audio. */
export const choices = signal<readonly (Choice | undefined)[]>([]);

/** The line of each piece of audio, by the audio's ID. */
export const lineOf = computed(
  () => new Map(choices.value.flatMap((choice, line) => (choice ? [[choice.audio.id, line] as const] : []))),
);

/** The format that the user chose. */
let format: Format | undefined;
/** Whether the new script has been applied. */
let isLaid = false;
/** The project's script for whose lines audio has been chosen. */
let chosenFor: Project["script"];
let reading = new AbortController();
let matching = new AbortController();

/**
 * Takes the files with which the dialog is opened, or that are added later: a script, audio for it, or none. `isForNew`
 * tells whether a new project is to begin with the script.
 */
export function beginScript(given: readonly File[], isOpening: boolean, isForNew = false): void {
  const scripts = given.filter(({ name }) => SCRIPT_FILE.test(name));
  const pieces = given.filter((file) => !scripts.includes(file));
  const [first, second] = scripts;
  batch(() => {
    told.value = second ? laterWords.value.script.oneAtATime : "";
    const isUnfinished = source.peek().text !== "" && !isLaid;
    if (isForNew) lookAtNew(true);
    else if (isOpening && project.peek().script && !first && !isUnfinished) {
      const isGoingOn = view.peek() === "project" && chosenFor === project.peek().script;
      view.value = "project";
      chosenFor = project.peek().script;
      if (!isGoingOn) choices.value = choicesBefore();
    } else if (first || (isOpening && !isUnfinished)) lookAtNew(pieces.length > 0);
    addFiles(pieces);
  });
  if (first && !second) void readFile(first);
  else void match();
}

// The clips to choose from were those of the other project.
whenLeft(() => {
  chosenFor = undefined;
  choices.value = choices.peek().map((choice) => (choice?.audio.file ? choice : undefined));
});

/** Takes files that the user picks in the dialog. */
export function takeFiles(given: File[]): void {
  if (given.length === 0) return;
  void askToPersist();
  beginScript(given, false);
}

/** Starts over with another script. */
export function startOver(): void {
  lookAtNew(files.peek().length > 0);
  format = undefined;
  take({ text: "" });
}

/** Shows a new script. It is for the project's clips, unless it is for a new one or they are only the sample's. */
function lookAtNew(isForNew: boolean): void {
  const isForClips = !isForNew && project.peek().clips.some(({ assetId }) => !isOfSample(assetId));
  batch(() => {
    view.value = "new";
    place.value = isForClips ? "here" : "new";
    choices.value = [];
  });
}

/** Takes a typed or pasted text. */
export function setText(text: string): void {
  const isShort = text.length <= MOST_BYTES;
  const fault = laterWords.value.script.cut(MOST_BYTES);
  take(isShort ? { text } : { text: text.slice(0, MOST_BYTES), fault });
}

/** Reads the script again, in another format. */
export function setFormat(wanted: Format): void {
  format = wanted;
  void read();
}

/** Chooses between a new project and the clips of this one. */
export function setPlace(where: "new" | "here"): void {
  place.value = where;
  void match();
}

/** Finds audio for the lines for which the user has not chosen any. */
export async function match(by: "name" | "order" | "either" = "either"): Promise<void> {
  matching.abort();
  matching = new AbortController();
  const { signal: isWanted } = matching;
  const [spoken, pieces] = [lines.peek(), audio.peek()];
  const at = new Map(pieces.map(({ id }, index) => [id, index]));
  const settled = choices.peek().map((choice) => {
    const index = choice && ["hand", "before"].includes(choice.reason) ? at.get(choice.audio.id) : undefined;
    return choice && index !== undefined ? { ...choice, audio: index } : undefined;
  });
  try {
    const byName = by === "name" ? matchByName : matchByNameOrOrder;
    const { matches } =
      by === "order"
        ? matchByOrder(spoken, pieces, settled)
        : await inSlices(byName(spoken, pieces, settled), isWanted);
    choices.value = matches.map((one) => one && { ...one, audio: pieces[one.audio] as Audio });
  } catch (error) {
    if (!isWanted.aborted) throw error;
  }
}

/** Gives a line other audio, or none. Another line that had this audio loses it. */
export function choose(line: number, audioId: string): void {
  const piece = audio.peek().find(({ id }) => id === audioId);
  const loser = piece && lineOf.peek().get(piece.id);
  const changed = lines.peek().map((_, index) => choices.peek()[index]);
  if (loser !== undefined) changed[loser] = undefined;
  changed[line] = piece && { audio: piece, reason: "hand" };
  choices.value = changed;
  told.value = loser !== undefined && loser !== line ? laterWords.value.script.lostAudio(loser + 1) : "";
}

/** Removes the audio of all lines. */
export function chooseNothing(): void {
  matching.abort();
  choices.value = [];
}

/**
 * Applies the script: it becomes that of a new project, or of this one, and the chosen audio is added. In this one,
 * that can be undone. An empty project that was named or set up is the new one.
 */
export function layScript(): void {
  const isNew = view.peek() === "new" && place.peek() === "new";
  // A clip may have changed since it was matched, or be removed because its audio could not be read.
  const here = new Map((isNew ? [] : project.peek().clips).map((clip) => [clip.id, clip]));
  const added = new Map<string, File>();
  const clips = lines.peek().map((_, line) => {
    const { id = "", name = "", file } = choices.peek()[line]?.audio ?? {};
    if (!file) return here.get(id);
    const made = newClip({ assetId: crypto.randomUUID(), name });
    added.set(made.id, file);
    return made;
  });
  const isForEmpty = isNew && !isUntouched.peek() && isEmpty(project.peek());
  const before = isForEmpty ? filled(project.peek()) : isNew ? newProject() : project.peek();
  const laid = withScript(before, lines.peek(), clips);
  const arrivals = laid.clips.flatMap((clip) => {
    const file = added.get(clip.id);
    return file ? [{ ...clip, content: async () => file }] : [];
  });
  const begin = () => {
    isLaid = true;
    if (arrivals.length > 0) void arrive(arrivals);
    files.value = [];
    choices.value = [];
    chosenFor = undefined;
  };
  const begun = words.value.projects.begunFromScript(laid.name);
  if (isNew && !isForEmpty) return void beginProject(laid, { done: begun, begin });
  const done = isNew ? begun : words.value.steps.appliedScript(clips.filter(Boolean).length);
  batch(() => {
    edit(words.value.steps.applyScript, () => laid, { done });
    begin();
  });
}

function isEmpty({ clips, script: lines = [] }: Project): boolean {
  return clips.length === 0 && lines.length === 0;
}

/** An empty project that takes a new script. It keeps its settings, and its name if it has one of its own. */
function filled(empty: Project): Project {
  const made = newProject();
  return { ...made, ...empty, name: isNameless(empty) ? made.name : empty.name };
}

function isNameless({ name }: Project): boolean {
  return [emptyProject().name, words.value.projects.untitled, ""].includes(name.trim());
}

/** The project of a new script. Its title page gives the tags, and its scenes the chapters. */
function newProject(): Project {
  const { title, ...tags } = tagsOf(script.peek());
  const stem = source.peek().name?.replace(SCRIPT_FILE, "");
  const name = title || stem || emptyProject().name;
  const hasScenes = sceneCount(script.peek().lines) > 0;
  return {
    ...emptyProject(),
    name,
    ...(Object.keys(tags).length > 0 && { tags }),
    ...(hasScenes && { chapterSource: "scenes" }),
  };
}

async function readFile(file: File): Promise<void> {
  if (file.size > MOST_BYTES) {
    told.value = laterWords.value.script.tooLarge(file.name, file.size, MOST_BYTES);
    return;
  }
  try {
    const { text, fault } = textIn(new Uint8Array(await file.arrayBuffer()));
    format = undefined;
    take({ text, name: file.name, ...(fault && { fault }) });
  } catch (error) {
    told.value = withReason(laterWords.value.script.notRead(file.name), error);
  }
}

function take(next: Source): void {
  isLaid = false;
  told.value = "";
  source.value = next;
  void read();
}

/** Reads the new script. A line keeps the audio that the user chose for it, if its words are the same. */
async function read(): Promise<void> {
  reading.abort();
  matching.abort();
  reading = new AbortController();
  const { signal: isWanted } = reading;
  const { text, name, fault } = source.peek();
  isReading.value = true;
  try {
    const found = await inSlices(readScript(text, { ...(format && { format }), ...(name && { name }) }), isWanted);
    const kept = chosenByHand();
    batch(() => {
      script.value = fault ? { ...found, faults: [fault, ...found.faults] } : found;
      choices.value = lines.value.map((line) => kept.get(wordsOf(line))?.shift());
      isReading.value = false;
    });
    await match();
  } catch (error) {
    if (!isWanted.aborted) throw error;
  }
}

/** The user's choices, by the lines' words. Lines with the same words have theirs in order. */
function chosenByHand(): Map<string, Choice[]> {
  const chosen = new Map<string, Choice[]>();
  for (const [at, line] of lines.peek().entries()) {
    const choice = choices.peek()[at];
    if (choice?.reason === "hand") chosen.set(wordsOf(line), [...(chosen.get(wordsOf(line)) ?? []), choice]);
  }
  return chosen;
}

function wordsOf({ voice, text }: ProjectLine): string {
  return `${voice}: ${text}`;
}

let filesSoFar = 0;

function addFiles(given: readonly File[]): void {
  const more = given.map((file) => ({ id: `file ${++filesSoFar}`, name: file.name, file }));
  if (more.length > 0) files.value = inNaturalOrder([...files.peek(), ...more]);
}

/** The audio of the lines of the project's script. */
function choicesBefore(): (Choice | undefined)[] {
  const clips = new Map(project.peek().clips.map((clip) => [clip.id, clip]));
  return (project.peek().script ?? []).map(({ clipId = "" }) => {
    const clip = clips.get(clipId);
    return clip && { audio: { id: clip.id, name: clip.name, clip }, reason: "before" };
  });
}
