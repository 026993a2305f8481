/** The state of the page: the project, its assets, and notices for the user. Everything else is derived from it. */
import { computed, signal } from "@preact/signals";
import type { ComponentType } from "preact";
import type { Asset, Levels, Waveform } from "secuencia";
import { beginHistory, contentOf, currentStep, type History, type Step } from "../project/history.ts";
import { type ClipChange, newProject, type Project } from "../project/model.ts";
import { endOf, placeClips } from "../project/placement.ts";
import { LEAST_PART, type Part, partBetween } from "../project/trimming.ts";

/** The open project, among all that the user has. */
export interface Opened {
  id: string;
  /** When it was last changed, in milliseconds since 1970. */
  changedAt: number;
  /** What it began as, if it can be had again for as long as nobody has touched it. */
  origin?: "sample" | "empty" | undefined;
}

/** Which project is open. */
export const opened = signal<Opened>({ id: crypto.randomUUID(), changedAt: Date.now(), origin: "empty" });

/** The history of the open project. Only history.ts and switching.ts write it. */
export const history = signal<History>(beginHistory(newProject()));

/** The current project. Every edit of it is a step of the history. */
export const project = computed(() => currentStep(history.value).project);

/** Whether the project is as it began, with no step to undo or to do again. */
export const isUntouched = computed(() => opened.value.origin !== undefined && history.value.steps.length === 1);

/** Gives the open project as it is at each later call. Once another one is open, as it was at the call before. */
export function asOpen(): () => Project {
  const { id } = opened.peek();
  let last = project.peek();
  return () => {
    if (opened.peek().id === id) last = project.peek();
    return last;
  };
}

/** The IDs of the content of all other projects that have been open in this visit, or whose audio is being added. */
export const neededElsewhere = signal<ReadonlySet<string>>(new Set());

/** The IDs of all audio and pictures that are needed: by a step of the history, or elsewhere. */
export const neededContent = computed(() => new Set([...neededElsewhere.value, ...contentOf(history.value)]));

/** Whether another tab edits the project. This one then shows what the other saves, and changes nothing. */
export const isViewing = signal(false);

/** Why the last change could not be saved. Undefined once it is. */
export const saveFault = signal<string | undefined>(undefined);

/** Why the studio could not start, or cannot go on, as a sentence. */
export const startFault = signal<string | undefined>(undefined);

/** Whether the project and the library have been loaded. */
export const isOpen = signal(false);

/** Whether the sample's audio has been added. Its clips get their lengths one by one; the timeline waits for all. */
export const isFilled = signal(false);

/** The library's assets by ID. */
export const assets = signal<ReadonlyMap<string, Asset>>(new Map());

/** The audio that is being added. */
export interface Arriving {
  ids: ReadonlySet<string>;
  /** How many files are done, and how many there are. */
  done: number;
  total: number;
  /** The name of a file that is being read. */
  name: string;
  /** How much of all files is done, from 0 to 1. */
  part: number;
  /** Undefined until it is known well enough. */
  secondsLeft: number | undefined;
  /** The waveforms of those that are being read, as far as they are. */
  waveforms: ReadonlyMap<string, Waveform>;
}

/** Undefined while nothing is being added. */
export const arriving = signal<Arriving | undefined>(undefined);

/** The name of the project file that is being opened. */
export const opening = signal<string | undefined>(undefined);

/** How much of the project has been saved, from 0 to 1. Undefined when it is not being saved. */
export const saving = signal<number | undefined>(undefined);

/** The clip whose details are open for editing. */
export const editedClipId = signal<string | undefined>(undefined);

/** A clip that plays alone, with the changes that its dialog has so far. */
export interface SoloClip {
  clipId: string;
  changeNow: () => ClipChange;
}

/** The project or the clip that plays, or is about to. */
export const playing = signal<"project" | SoloClip | undefined>(undefined);

/** The position in the project, in seconds. It may be past the end of a project that has become shorter. */
export const position = signal(0);

/** How loud the sound is that plays. Undefined while nothing sounds. */
export const levels = signal<Levels | undefined>(undefined);

/** The position of a clip that plays alone, in seconds from its beginning. */
export const soloPosition = signal(0);

/** Why the clip of the dialog cannot be played, as a sentence. */
export const soloFault = signal("");

/** The script dialog, while it is open. */
export const scriptDialog = signal<ComponentType | undefined>(undefined);

/** Closes the script dialog. Its content stays until the next script. */
export function closeScript(): void {
  scriptDialog.value = undefined;
}

const NO_WAVEFORMS: ReadonlyMap<string, Waveform> = new Map();

/** The waveforms of audio that is being read, as far as it is. */
const partialWaveforms = computed(() => arriving.value?.waveforms ?? NO_WAVEFORMS);

/** The waveforms of all audio that is known, by the IDs of its assets. */
export const waveforms = computed<ReadonlyMap<string, Waveform>>(() =>
  partialWaveforms.value.size > 0 ? new Map([...partialWaveforms.value, ...assets.value]) : assets.value,
);

/** The clips in their places. */
export const placedClips = computed(() => placeClips(project.value, (assetId) => waveforms.value.get(assetId)));

/** Each clip's place, by its ID. */
export const placeOf = computed(
  () => new Map(placedClips.value.map(({ clip, start, length }, index) => [clip.id, { index, start, length }])),
);

/** How long the project is, in seconds. */
export const projectLength = computed(() => endOf(placedClips.value));

/** The part that was marked last, however long the project is now. */
export const lastMarked = signal<Part | undefined>(undefined);

/** The part of the project that the user has marked, to be played again and again or exported alone. */
export const marked = computed((): Part | undefined => {
  const part = lastMarked.value;
  const length = projectLength.value;
  const isThere = part && part.start < length && length >= LEAST_PART;
  return isThere ? partBetween(part.start, part.end, length) : undefined;
});

/** A sentence about the last action, for screen readers only. */
export const said = signal("");

/** A sentence for each problem, until the user dismisses it. */
export const problems = signal<string[]>([]);

/** Shows the user what went wrong, a sentence each. */
export function reportProblems(...sentences: string[]): void {
  problems.value = [...problems.peek(), ...sentences];
}

/** What the page says about the last step, or the opening of the project, and offers to take back. */
export interface Offer {
  step: Step;
  /** A sentence on what was done. */
  done: string;
  /** The way to take it back, if there is one. */
  takeBack?: { words: string; act: () => void };
}

/** The last offer. */
export const offer = signal<Offer | undefined>(undefined);

/** The offer, for as long as its step is the last one. */
export const offered = computed(() => {
  const { step } = offer.value ?? {};
  const { number, label } = currentStep(history.value);
  return number === step?.number && label === step.label ? offer.value : undefined;
});

const forgetters: (() => void)[] = [];

/** Has a function called before another project is shown. It clears what belongs to the one that is open until then. */
export function whenLeft(forget: () => void): void {
  forgetters.push(forget);
}

/** Clears all that belongs to the open project. */
export function forgetAll(): void {
  for (const forget of forgetters) forget();
}

whenLeft(() => {
  problems.value = [];
  editedClipId.value = undefined;
  closeScript();
});

/** What added files say of themselves, in a sentence, and the step that uses it. */
export interface FactsOffer {
  words: string;
  /** The clips that it is about. */
  clipIds: readonly string[];
  use: () => void;
}

/** The latest offer of this kind. */
export const factsOffer = signal<FactsOffer | undefined>(undefined);

/** That offer, for as long as the project has one of its clips. */
export const offeredFacts = computed(() => {
  const { value } = factsOffer;
  return value?.clipIds.some((id) => placeOf.value.has(id)) ? value : undefined;
});
