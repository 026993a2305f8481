/** The state of the page: the project, its assets, and notices for the user. Everything else is derived from it. */
import { computed, signal } from "@preact/signals";
import type { ComponentType } from "preact";
import type { Asset } from "secuencia";
import { beginHistory, contentOf, currentStep, type History, type Step } from "../project/history.ts";
import { type ClipChange, newProject } from "../project/model.ts";
import { endOf, placeClips } from "../project/placement.ts";
import { type Part, partBetween } from "../project/trimming.ts";

/** The project's history. Only history.ts and the start of the page write it. */
export const history = signal<History>(beginHistory(newProject()));

/** The current project. Every edit of it is a step of the history. */
export const project = computed(() => currentStep(history.value).project);

/** The IDs of all audio and pictures that a step of the history needs. */
export const neededContent = computed(() => contentOf(history.value));

/** Whether the project has replaced another, and some of its audio is still being added. */
export const isIncoming = signal(false);

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

/** The clips in their places. */
export const placedClips = computed(() => placeClips(project.value, (assetId) => assets.value.get(assetId)));

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
  return part && part.start < projectLength.value ? partBetween(part.start, part.end, projectLength.value) : undefined;
});

/** A sentence about the last action, for screen readers only. */
export const said = signal("");

/** A sentence for each problem, until the user dismisses it. */
export const problems = signal<string[]>([]);

/** Shows the user what went wrong, a sentence each. */
export function reportProblems(...sentences: string[]): void {
  problems.value = [...problems.peek(), ...sentences];
}

/** A step that the page offers to undo as soon as it is made, and a sentence on what it did. */
export const offer = signal<{ step: Step; done: string } | undefined>(undefined);

/** The sentence of the offer, for as long as that step is the last one. */
export const offered = computed(() => {
  const { step, done } = offer.value ?? {};
  const { number, label } = currentStep(history.value);
  return number === step?.number && label === step.label ? done : undefined;
});
