/**
 * Offers what added files say of themselves to the project: their chapters, tags and cover, to be used in one step.
 * Files that are opened with a project are not asked, because it has its own. Loaded once files have been added.
 */
import { describeAudio } from "secuencia/describe.js";
import { type DescribedClip, type Facts, factsFor, factsInWords, thingsIn, withFacts } from "../project/facts.ts";
import { words } from "../words/words.ts";
import { reportFailure } from "./failure.ts";
import { edit } from "./history.ts";
import { addPicture } from "./library.ts";
import { assets, factsOffer, placedClips, project } from "./state.ts";

/** Reads what files say that were added for clips, and offers what the project can use of it. */
export async function offerFacts(added: readonly { clipId: string; assetId: string; file: File }[]): Promise<void> {
  const clips: DescribedClip[] = [];
  for (const { clipId, assetId, file } of added) {
    if (!assets.peek().has(assetId)) continue;
    clips.push({ clipId, name: file.name, said: await describeAudio(file) });
  }
  const facts = factsFor(project.peek(), clips);
  if (!facts) return;
  const clipIds = facts.clips.map(({ clipId }) => clipId);
  factsOffer.value = { words: factsInWords(facts), clipIds, use: () => void use(facts) };
}

/** Uses facts. A cover that cannot be used is left out and reported. */
async function use(facts: Facts): Promise<void> {
  factsOffer.value = undefined;
  const say = words.value.facts;
  const things = thingsIn(facts);
  const [{ name } = { name: "" }] = facts.clips;
  const picture = facts.cover && addPicture(facts.cover);
  const cover = await picture?.catch((error) => reportFailure(say.coverFailed(name), error));
  edit(say.step(things), (before) => withFacts(before, facts, placedClips.peek(), cover || undefined), {
    done: say.used(things),
  });
}
