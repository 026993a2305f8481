/**
 * The history of a project: a list of steps, each with the project that it led to. Steps can be undone and done again
 * until another one is made instead. Projects share what they have in common, so many steps take little room.
 */
import { picturesOf } from "secuencia/project.js";
import { differenceOf, isNone } from "./difference.ts";
import type { Project, ProjectClip } from "./model.ts";

/** A step, and the project after it. */
export interface Step {
  /** One more than that of the step before. */
  number: number;
  /** What the step did, as a command: `Remove “Rain”`. */
  label: string;
  project: Project;
}

/** All steps that are kept. The first one is where they begin, and cannot be undone. */
export interface History {
  steps: readonly [Step, ...Step[]];
  /** The index of the last step that is done. */
  at: number;
}

/** How many steps can be undone. */
export const MOST_STEPS = 500;

/** A history that begins with a project. */
export function beginHistory(project: Project): History {
  return { steps: [{ number: 0, label: "The beginning", project }], at: 0 };
}

/** The last step that is done. */
export function currentStep({ steps, at }: History): Step {
  return steps[at] ?? steps[0];
}

/** The step that undoing takes back, if there is one. */
export function stepToUndo({ steps, at }: History): Step | undefined {
  return at > 0 ? steps[at] : undefined;
}

/** The step that can be done again, if there is one. */
export function stepToRedo({ steps, at }: History): Step | undefined {
  return steps[at + 1];
}

/** The history with another step, in place of those that were undone. A step that changes nothing is left out. */
export function withStep(history: History, { label, project }: Pick<Step, "label" | "project">): History {
  const [first, ...rest] = history.steps.slice(0, history.at + 1) as [Step, ...Step[]];
  const before = rest.at(-1) ?? first;
  if (isNone(differenceOf(before.project, project))) return history;
  const steps = [first, ...rest, { number: before.number + 1, label, project }];
  const kept = steps.slice(-MOST_STEPS - 1) as [Step, ...Step[]];
  return { steps: kept, at: kept.length - 1 };
}

/** The history with another step in place of its last one, which it continues. Nothing is left if they cancel out. */
export function withStepContinued(history: History, step: Pick<Step, "label" | "project">): History {
  const [first, ...rest] = history.steps.slice(0, history.at) as [Step, ...Step[]];
  return withStep({ steps: [first, ...rest], at: history.at - 1 }, step);
}

/** The history at another of its steps. */
export function movedTo({ steps }: History, index: number): History {
  return { steps, at: Math.max(0, Math.min(index, steps.length - 1)) };
}

/** The history as if some audio had never been added. Steps that did nothing else are left out. */
export function withoutAudio(history: History, assetIds: ReadonlySet<string>): History {
  if (assetIds.size === 0) return history;
  const without = (step: Step): Step => {
    const clips = step.project.clips.filter(({ assetId }) => !assetIds.has(assetId));
    return clips.length === step.project.clips.length ? step : { ...step, project: { ...step.project, clips } };
  };
  const steps: [Step, ...Step[]] = [without(history.steps[0])];
  let at = 0;
  for (const [index, step] of history.steps.entries()) {
    if (index === 0) continue;
    const before = steps.at(-1) as Step;
    const after = without(step);
    const isUntouched = after === step && before.project === history.steps[index - 1]?.project;
    const isEmpty = !isUntouched && isNone(differenceOf(before.project, after.project));
    if (!isEmpty) steps.push(after.number === before.number + 1 ? after : { ...after, number: before.number + 1 });
    if (index <= history.at) at = steps.length - 1;
  }
  return { steps, at };
}

/** The IDs of all audio and pictures that a step needs. */
export function contentOf({ steps }: History): Set<string> {
  const ids = new Set<string>();
  let before: readonly ProjectClip[] = [];
  for (const { project } of steps) {
    // Most clips are those of the step before.
    for (const [index, clip] of project.clips.entries()) if (clip !== before[index]) ids.add(clip.assetId);
    for (const id of picturesOf(project)) ids.add(id);
    before = project.clips;
  }
  return ids;
}
