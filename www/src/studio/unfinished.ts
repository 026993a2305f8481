/**
 * Audio that was still being added when the studio was last closed. The next visit goes on with the files that were
 * kept, and names the rest.
 */
import { currentStep, type History, withoutAudio } from "../project/history.ts";
import { words } from "../words/words.ts";

/** How a visit begins. */
export interface Beginning {
  history: History;
  /** A sentence for what is lost, if anything is. */
  faults: string[];
}

/**
 * Goes on with a saved history. `coming` has the IDs of the audio that was still being added, and `there` those of the
 * audio that the library has, or whose files were kept.
 */
export function goneOn(saved: History, coming: readonly string[], there: ReadonlySet<string>): Beginning {
  const lost = new Set(coming.filter((id) => !there.has(id)));
  const { clips } = currentStep(saved).project;
  const names = new Set(clips.filter(({ assetId }) => lost.has(assetId)).map(({ name }) => name));
  const [first, ...others] = names;
  const faults = first === undefined ? [] : [words.value.adding.notAdded(first, others.length)];
  return { history: withoutAudio(saved, lost), faults };
}
