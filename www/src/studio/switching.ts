/**
 * Opens another project in place of the open one. That one is put on the shelf as it is, with its whole history, so
 * nothing is replaced. A sample or an empty project that nobody has touched is not kept: each can be had again.
 *
 * All that belonged to the former project is gone from the page: its notices, its selection, its position, the result
 * of its export. An export that runs goes on, and so does audio that is being added.
 */
import { batch } from "@preact/signals";
import { beginHistory, contentOf, currentStep } from "../project/history.ts";
import { storedOf } from "../project/history-log.ts";
import { newProject, type Project } from "../project/model.ts";
import { type Shelved, type Summary, summaryOf } from "../project/shelf.ts";
import { words } from "../words/words.ts";
import { isComing } from "./adding.ts";
import { type OpenProject, replaceOpen } from "./autosave.ts";
import { reportFailure } from "./failure.ts";
import { fetchSampleAudio, loadSample } from "./sample.ts";
import { historyOf, shelvedAt } from "./shelf-records.ts";
import {
  forgetAll,
  history,
  isOpen,
  isUntouched,
  neededElsewhere,
  type Opened,
  offer,
  opened,
  opening,
  project,
  projectLength,
  reportProblems,
} from "./state.ts";

/** The facts about the open project. Its length is left out while some of its audio is still being added. */
export function openSummary(): Summary {
  const seconds = isComing(project.value) ? undefined : projectLength.value;
  return summaryOf(history.value, { ...opened.value, seconds });
}

/** The open project as the shelf is to have it. `deletedAt` is given if it is deleted. */
export function shelvedNow(deletedAt?: number): Shelved | undefined {
  if (isUntouched.peek()) return undefined;
  const summary = { ...openSummary(), ...(deletedAt !== undefined && { deletedAt }) };
  return { summary, whole: storedOf(history.peek()) };
}

/** Shows a project. If another one is open, what belonged to that one is gone. */
export function show({ opened: next, history: shown }: OpenProject): void {
  batch(() => {
    if (next.id !== opened.peek().id) {
      neededElsewhere.value = new Set([...neededElsewhere.peek(), ...contentOf(history.peek())]);
      forgetAll();
    }
    opened.value = next;
    history.value = shown;
  });
}

/** How a project is opened. */
interface Way {
  /** The sentence on what was done. */
  done: string;
  /** The former project as the shelf is to have it, if it is not kept as it is. */
  shelve?: () => Shelved | undefined;
  /** Called in the same batch as the project is shown. */
  begin?: () => void;
}

/** Opens another project. Rejects if that cannot be saved. Resolves with false if another tab edits. */
export async function openInstead(next: OpenProject, { done, shelve = shelvedNow, begin }: Way): Promise<boolean> {
  if (!isOpen.peek()) return false;
  const { id } = opened.peek();
  const step = currentStep(next.history);
  const { name } = step.project;
  const isKept = shelve === shelvedNow && !isUntouched.peek();
  const told = isKept
    ? {
        done: `${done} ${words.value.projects.isKept(project.peek().name)}`,
        takeBack: { words: words.value.projects.goBack, act: () => void openShelved(id) },
      }
    : { done };
  opening.value ??= name;
  try {
    return await replaceOpen({
      next,
      shelve: () => shelve(),
      show: () =>
        batch(() => {
          show(next);
          offer.value = { step, ...told };
          begin?.();
          void fetchSampleAudio();
        }),
    });
  } finally {
    if (opening.peek() === name) opening.value = undefined;
  }
}

/** Opens a project in the same way. If it cannot be, the page says why. */
async function openOrTell(next: OpenProject, way: Way): Promise<void> {
  try {
    await openInstead(next, way);
  } catch (error) {
    reportFailure(words.value.projects.notOpened(currentStep(next.history).project.name), error);
  }
}

/** Opens a project that begins now. */
export function beginProject(first: Project, { origin, ...way }: Way & Pick<Opened, "origin">): Promise<void> {
  const next: Opened = { id: crypto.randomUUID(), changedAt: Date.now(), ...(origin && { origin }) };
  return openOrTell({ opened: next, history: beginHistory(first) }, way);
}

/** A new project without clips. */
export function nothingYet(): Project {
  return { ...newProject(), name: words.value.projects.untitled };
}

/** Opens a new project without clips. */
export async function beginEmpty(): Promise<void> {
  if (isUntouched.peek() && opened.peek().origin === "empty") return;
  await beginProject(nothingYet(), { done: words.value.projects.begun, origin: "empty" });
}

/** Opens the sample. */
export async function beginSample(): Promise<void> {
  if (isUntouched.peek() && opened.peek().origin === "sample") return;
  try {
    await beginProject(await loadSample(), { done: words.value.projects.begunSample, origin: "sample" });
  } catch (error) {
    reportFailure(words.value.notices.noSample, error);
  }
}

/** Opens a project on the shelf. */
export async function openShelved(id: string): Promise<void> {
  try {
    const shelved = await shelvedAt(id);
    // It may have been deleted for good.
    if (!shelved) return reportProblems(words.value.projects.notThere);
    const { name, changedAt } = shelved.summary;
    const next = { opened: { id, changedAt }, history: historyOf(shelved.whole) };
    await openOrTell(next, { done: words.value.projects.opened(name) });
  } catch (error) {
    reportFailure(words.value.projects.notRead, error);
  }
}
