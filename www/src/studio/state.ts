/** What the page shows: the project, the assets it uses, and what there is to say. Everything else follows from it. */
import { computed, signal } from "@preact/signals";
import type { ComponentType } from "preact";
import type { Asset } from "secuencia";
import { emptyProject, type Project } from "../project/model.ts";
import { endOf, placeClips } from "../project/placement.ts";

/** The project as it stands. */
export const project = signal<Project>(emptyProject());

/** Whether the project has taken another's place, and some of its audio has yet to come. */
export const isIncoming = signal(false);

/** Whether another tab has changed the project that this one shows. */
export const isStale = signal(false);

/** False until the project and the library have been read. */
export const isOpen = signal(false);

/** False until the sample's audio is there. Its lengths come one by one, and the timeline waits for the last. */
export const isFilled = signal(false);

/** The library's assets by ID. */
export const assets = signal<ReadonlyMap<string, Asset>>(new Map());

/** The audio on its way into the library: how much of it is done, and the file being read. */
export const arriving = signal<{ ids: ReadonlySet<string>; done: number; total: number; name: string } | undefined>(
  undefined,
);

/** The project's file that is being read, by its name. */
export const opening = signal<string | undefined>(undefined);

/** How much of the project has been saved, from 0 to 1, while it is. */
export const saving = signal<number | undefined>(undefined);

/** The clip whose details are open for editing. */
export const editedClipId = signal<string | undefined>(undefined);

/** The script dialog, while it is open. */
export const scriptDialog = signal<ComponentType | undefined>(undefined);

/** Closes the script dialog. Its content stays until the next script. */
export function closeScript(): void {
  scriptDialog.value = undefined;
}

/** The clips in their places. */
export const placedClips = computed(() => placeClips(project.value, (assetId) => assets.value.get(assetId)));

/** How long the project is, in seconds. */
export const projectLength = computed(() => endOf(placedClips.value));

/** What became of something asked for, in a sentence; read out, and not shown. */
export const said = signal("");

/** What went wrong, a sentence each, until the user dismisses them. */
export const problems = signal<string[]>([]);

/** Shows the user what went wrong, a sentence each. */
export function reportProblems(...sentences: string[]): void {
  problems.value = [...problems.peek(), ...sentences];
}

/** The last step that can be taken back. */
export const undoable = signal<Undoable | undefined>(undefined);

/** A step that can be taken back. */
export interface Undoable {
  /** What was done, as a sentence. */
  done: string;
  undo: () => void;
  /** Clips that taking it back brings back: what is on its way for them still comes. */
  keeps: { assetId: string }[];
}
