/**
 * A history as records, to be stored beside the project. Each has the difference that its step made, so a step of a
 * long project takes as little room as of a short one, and saving writes only what has changed.
 */
import { after, before, type Difference, differenceOf } from "./difference.ts";
import { beginHistory, currentStep, type History, type Step } from "./history.ts";
import type { Project } from "./model.ts";

/** A step as it is stored, under its number. */
export interface StepRecord {
  number: number;
  label: string;
  difference: Difference;
}

/** Which of the stored steps lead to the project beside them. */
export interface Bookmark {
  /** The number of the step where the history begins. It has no record. */
  first: number;
  /** The number of the last step that is done. */
  current: number;
}

/** A whole history as it is stored. */
export interface StoredHistory {
  /** The project after the last step that is done. */
  project: Project;
  bookmark: Bookmark;
  steps: readonly StepRecord[];
}

/** What to write and what to delete, so that the records of one history become those of another. */
export interface LogChange {
  written: StepRecord[];
  /** The numbers of records. */
  deleted: number[];
}

/** The change from the records of `known`, or from none. */
export function logChange(known: History | undefined, history: History): LogChange {
  const stored = new Map<number, readonly [Step, Step]>();
  for (const pair of pairsOf(known)) stored.set(pair[1].number, pair);
  const written: StepRecord[] = [];
  for (const [earlier, step] of pairsOf(history)) {
    const { number, label, project } = step;
    const [knownEarlier, knownStep] = stored.get(number) ?? [];
    stored.delete(number);
    const isKnown =
      knownEarlier?.project === earlier.project && knownStep?.project === project && knownStep.label === label;
    if (!isKnown) written.push({ number, label, difference: differenceAt(step, earlier.project) });
  }
  return { written, deleted: [...stored.keys()] };
}

/** The differences that steps made, with the projects from which they lead: finding one out takes time. */
const differences = new WeakMap<Step, { from: Project; difference: Difference }>();

function differenceAt(step: Step, from: Project): Difference {
  const known = differences.get(step);
  if (known?.from === from) return known.difference;
  const difference = differenceOf(from, step.project);
  differences.set(step, { from, difference });
  return difference;
}

/** Each step that can be undone, with the one before it. */
function pairsOf(history: History | undefined): (readonly [Step, Step])[] {
  const steps = history?.steps ?? [];
  return steps.slice(1).map((step, index) => [steps[index] as Step, step]);
}

/** The bookmark of a history. */
export function bookmarkOf(history: History): Bookmark {
  return { first: history.steps[0].number, current: currentStep(history).number };
}

/** A history as it is stored. */
export function storedOf(history: History): StoredHistory {
  const { written: steps } = logChange(undefined, history);
  return { project: currentStep(history).project, bookmark: bookmarkOf(history), steps };
}

/** The history of a project, from its records. If they do not lead to the project, its history begins with it. */
export function historyFrom(project: Project, bookmark: Bookmark | undefined, records: readonly StepRecord[]): History {
  if (!bookmark) return beginHistory(project);
  const { first, current } = bookmark;
  const known = records.filter(({ number }) => number > first).sort((a, b) => a.number - b.number);
  const at = current - first;
  if (at < 0 || at > known.length || known.some(({ number }, index) => number !== first + 1 + index)) {
    return beginHistory(project);
  }
  const projects: Project[] = [];
  projects[at] = project;
  try {
    for (let index = at; index > 0; index -= 1) {
      projects[index - 1] = before(projects[index] as Project, known[index - 1]?.difference as Difference);
    }
    for (const [index, { difference }] of known.entries()) {
      if (index >= at) projects[index + 1] = after(projects[index] as Project, difference);
    }
  } catch {
    return beginHistory(project);
  }
  const begin: Step = { ...beginHistory(projects[0] as Project).steps[0], number: first };
  const steps = known.map(({ number, label, difference }, index): Step => {
    const step = { number, label, project: projects[index + 1] as Project };
    differences.set(step, { from: projects[index] as Project, difference });
    return step;
  });
  return { steps: [begin, ...steps], at };
}
