/**
 * Work that was under way when the studio was last closed: audio that was being added, and a project that was being
 * opened. The next visit goes on with the audio whose files were kept, and names the rest.
 */
import { count } from "../format.ts";
import { currentStep, type History, type Step, withoutAudio, withStep } from "../project/history.ts";

/** Work that was under way. */
export interface Unfinished {
  /** The project that was being opened, with the steps that lead to it from the saved one. */
  opening?: { name: string; steps: readonly Pick<Step, "label" | "project">[] };
  /** The IDs of the audio that was still being added. */
  coming: readonly string[];
}

/** How a visit begins. */
export interface Beginning {
  history: History;
  /** Whether the project replaces the saved one, once all its audio has been added. */
  isIncoming: boolean;
  /** A sentence for each thing that is lost. */
  faults: string[];
}

/** Goes on with a saved history. `there` has the IDs of the audio that the library has, or whose files were kept. */
export function goneOn(saved: History, unfinished: Unfinished | undefined, there: ReadonlySet<string>): Beginning {
  const { opening, coming = [] } = unfinished ?? {};
  const lost = new Set(coming.filter((id) => !there.has(id)));
  if (opening && opening.steps.length > 0 && lost.size === 0) {
    return { history: opening.steps.reduce(withStep, saved), isIncoming: true, faults: [] };
  }
  const { clips } = currentStep(saved).project;
  const names = new Set(clips.filter(({ assetId }) => lost.has(assetId)).map(({ name }) => name));
  const faults = names.size > 0 ? [notAdded([...names])] : [];
  if (opening) faults.unshift(notOpened(opening.name));
  return { history: withoutAudio(saved, lost), isIncoming: false, faults };
}

function notOpened(name: string): string {
  return `“${name}” was still being opened when the page was closed. Open it again. This is the project from before.`;
}

function notAdded([first, ...others]: readonly string[]): string {
  const more = others.length > 0 ? ` and ${count(others.length, "other file")}` : "";
  const were = others.length > 0 ? "were" : "was";
  return `“${first}”${more} ${were} still being added when the page was closed. Add what is missing again.`;
}
