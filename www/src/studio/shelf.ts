/**
 * The list of projects, and its actions: rename, duplicate, delete and put back. Loaded with its dialog. Each change is
 * one transaction, and only the tab that edits makes it.
 */
import { batch, signal } from "@preact/signals";
import { beginHistory } from "../project/history.ts";
import { storedOf } from "../project/history-log.ts";
import { endOf, placeClips } from "../project/placement.ts";
import { type Listing, listingOf, nameOfCopy, renamed, type Summary, summaryOf } from "../project/shelf.ts";
import { laterWords } from "../words/later.ts";
import { words } from "../words/words.ts";
import { changeShelf, type OpenProject } from "./autosave.ts";
import { removeContent } from "./cleanup.ts";
import { renameProject } from "./editing.ts";
import { logError } from "./error-log.ts";
import { withReason } from "./failure.ts";
import { endTyping } from "./history.ts";
import { library } from "./library.ts";
import { historyOf, shelvedAt, summaries } from "./shelf-records.ts";
import { assets, isUntouched, opened, project } from "./state.ts";
import { isInMemory } from "./storage.ts";
import { nothingYet, openInstead, openShelved, openSummary, shelvedNow } from "./switching.ts";
import { whenAlone } from "./tabs.ts";

/** All projects. Undefined until they are known. */
export const listing = signal<Listing | undefined>(undefined);

/** A sentence on what was done last, or on what failed. */
export const told = signal("");

/** Takes back what was done last, if that was to delete a project. */
export const takeBack = signal<(() => Promise<void>) | undefined>(undefined);

/** Looks at all projects anew. */
export async function look(): Promise<void> {
  listing.value = await listAll();
}

async function listAll(): Promise<Listing> {
  const shelved = await Promise.all((await summaries()).map(withLength));
  const images = await (await library()).images();
  const sizes = [...assets.peek().values(), ...images].map(({ id, bytes }) => [id, bytes] as const);
  return listingOf(openSummary(), shelved, new Map(sizes), Date.now());
}

/** The facts with the length of a project that was left while its audio was still being added. */
async function withLength(summary: Summary): Promise<Summary> {
  if (summary.seconds !== undefined) return summary;
  const whole = (await shelvedAt(summary.id))?.whole;
  return whole ? { ...summary, seconds: endOf(placeClips(whole.project, (id) => assets.peek().get(id))) } : summary;
}

/** Renames a project, as a step of its history. */
export function rename({ id, name }: Summary, wanted: string): Promise<void> {
  return act(laterWords.value.projectsDialog.notRenamed(name), async () => {
    if (id === opened.peek().id) {
      endTyping();
      renameProject(wanted);
      endTyping();
      return undefined;
    }
    const shelved = await shelvedAt(id);
    if (shelved) await changeShelf({ put: [renamed(shelved, wanted, words.value.steps.rename(wanted), Date.now())] });
    return undefined;
  });
}

/** Makes a copy of a project beside it. The copy has the same content, and a history of its own. */
export function duplicate({ id, name, seconds }: Summary): Promise<void> {
  return act(laterWords.value.projectsDialog.notDuplicated(name), async () => {
    const { copyOf, duplicated } = laterWords.value.projectsDialog;
    const original = id === opened.peek().id ? project.peek() : (await shelvedAt(id))?.whole.project;
    if (!original) return undefined;
    const taken = new Set(listing.peek()?.projects.map((one) => one.name));
    const copy = beginHistory({ ...original, name: nameOfCopy((place) => copyOf(original.name, place), taken) });
    const summary = summaryOf(copy, { id: crypto.randomUUID(), seconds, changedAt: Date.now() });
    const isMade = await changeShelf({ put: [{ summary, whole: storedOf(copy) }] });
    return isMade ? { told: duplicated(summary.name) } : undefined;
  });
}

/** Deletes a project. It can be put back. If it is the open one, the one that was changed last is opened instead. */
export function remove(summary: Summary): Promise<void> {
  const { id, name } = summary;
  return act(laterWords.value.projectsDialog.notDeleted(name), async () => {
    const isOpen = id === opened.peek().id;
    const isGone = isOpen && isUntouched.peek();
    if (!(await (isOpen ? leave(id) : mark(id)))) return undefined;
    const say = laterWords.value.projectsDialog;
    const sentence = isOpen ? say.deletedOpen(name, project.peek().name) : say.deleted(name);
    if (isGone) return { told: sentence };
    return {
      told: sentence,
      takeBack: async () => {
        await putBack(summary);
        if (isOpen) await openShelved(id);
        await look();
      },
    };
  });
}

/** Puts a deleted project back. */
export function putBack({ id, name }: Summary): Promise<void> {
  return act(laterWords.value.projectsDialog.notPutBack(name), async () => {
    const shelved = await shelvedAt(id);
    if (!shelved) return undefined;
    const { deletedAt: _gone, ...summary } = shelved.summary;
    const isBack = await changeShelf({ put: [{ summary }] });
    return isBack ? { told: laterWords.value.projectsDialog.isPutBack(name) } : undefined;
  });
}

/** Removes a deleted project for good, and the content that it alone needs, if no other tab may use that. */
export function removeForGood({ id, name, content }: Summary): Promise<void> {
  return act(laterWords.value.projectsDialog.notDeleted(name), async () => {
    if (!(await changeShelf({ remove: [id] }))) return undefined;
    // Without storage there may be no locks, and there is no other tab.
    const removing = isInMemory.peek() ? removeContent(content) : whenAlone(() => removeContent(content));
    // Content that cannot be removed now is removed on a later visit.
    await removing.catch(logError);
    return { told: laterWords.value.projectsDialog.isGone(name) };
  });
}

/** Deletes a project on the shelf. */
async function mark(id: string): Promise<boolean> {
  const shelved = await shelvedAt(id);
  return shelved !== undefined && changeShelf({ put: [{ summary: { ...shelved.summary, deletedAt: Date.now() } }] });
}

/** Deletes the open project. The one that was changed last is opened in its place, or an empty one. */
async function leave(id: string): Promise<boolean> {
  const another = listing.peek()?.projects.find((one) => one.id !== id);
  const shelved = another && (await shelvedAt(another.id));
  const deletedAt = Date.now();
  const next: OpenProject = shelved
    ? { opened: { id: shelved.summary.id, changedAt: shelved.summary.changedAt }, history: historyOf(shelved.whole) }
    : {
        opened: { id: crypto.randomUUID(), changedAt: deletedAt, origin: "empty" },
        history: beginHistory(nothingYet()),
      };
  const done = words.value.projects.deleted(project.peek().name);
  return openInstead(next, { done, shelve: () => shelvedNow(deletedAt) });
}

/** What there is to say once something is done. */
interface Outcome {
  told: string;
  takeBack?: () => Promise<void>;
}

/** Does something, and shows the projects as they are then together with what there is to say. Tells if it fails. */
async function act(failed: string, work: () => Promise<Outcome | undefined>): Promise<void> {
  batch(() => {
    told.value = "";
    takeBack.value = undefined;
  });
  try {
    const outcome = await work();
    const all = await listAll();
    batch(() => {
      listing.value = all;
      told.value = outcome?.told ?? "";
      takeBack.value = outcome?.takeBack;
    });
  } catch (error) {
    logError(error);
    told.value = withReason(failed, error);
  }
}
