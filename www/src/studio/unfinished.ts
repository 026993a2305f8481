/**
 * Audio that was still being added when the studio was last closed. The next visit goes on with the files that were
 * kept, and names the rest.
 */
import { count } from "../format.ts";
import { currentStep, type History, withoutAudio } from "../project/history.ts";

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
  return { history: withoutAudio(saved, lost), faults: names.size > 0 ? [notAdded([...names])] : [] };
}

function notAdded([first, ...others]: readonly string[]): string {
  const more = others.length > 0 ? ` and ${count(others.length, "other file")}` : "";
  const were = others.length > 0 ? "were" : "was";
  return `“${first}”${more} ${were} still being added when the page was closed. Add what is missing again.`;
}
