/**
 * The one way to edit the project. Each edit is a step with a label, which can be undone, done again and jumped to.
 *
 * The keys are those of other editors. While a field has text that is not complete, Ctrl+Z and its like are the
 * browser's own and go through the typing. Text is complete once the field is left, or Enter is pressed; it is then one
 * step, and the keys are the project's, even if the field still has the focus. In a dialog they are always the
 * browser's, because the project changes only when the dialog is saved.
 */
import { batch } from "@preact/signals";
import {
  currentStep,
  movedTo,
  type Step,
  stepToRedo,
  stepToUndo,
  withoutAudio,
  withStep,
  withStepContinued,
} from "../project/history.ts";
import type { Project } from "../project/model.ts";
import { words } from "../words/words.ts";
import { history, isViewing, offer, opened, project, said, whenLeft } from "./state.ts";

/** What the page does about an edit, beside making it. */
export interface EditOptions {
  /** The name of what is typed in. Edits in a row with the same name are one step, until `endTyping`. */
  joins?: string;
  /** A sentence on what was done, with which the page offers to undo it. */
  done?: string;
}

/** Makes an edit. An edit that changes nothing is no step. */
export function edit(label: string, change: (project: Project) => Project, options: EditOptions = {}): void {
  const { joins, done } = options;
  const before = history.value;
  const isContinued = joins !== undefined && typing?.joins === joins && typing.step === stepToUndo(before);
  const step = { label, project: change(project.value) };
  batch(() => {
    history.value = isContinued ? withStepContinued(before, step) : withStep(before, step);
    // Typing may end with the text that was there before. Then there is no step to go on with.
    const made = currentStep(history.value);
    typing = joins !== undefined && made.project === step.project ? { joins, step: made } : undefined;
    if (history.value === before) return;
    noteChange();
    if (done !== undefined)
      offer.value = {
        step: currentStep(history.value),
        done,
        takeBack: { words: words.value.history.undo, act: undo },
      };
  });
}

/** The step that goes on with what is typed next, and where that is typed. */
let typing: { joins: string; step: Step } | undefined;

/** Ends what was typed: what is typed from now on is another step. */
export function endTyping(): void {
  typing = undefined;
}

/** Undoes the last step. Returns false if there is none. */
export function undo(): boolean {
  const step = stepToUndo(history.value);
  if (step) moveTo(history.value.at - 1, words.value.history.didUndo(step.label));
  return step !== undefined;
}

/** Does the step again that was undone last. Returns false if there is none. */
export function redo(): boolean {
  const step = stepToRedo(history.value);
  if (step) moveTo(history.value.at + 1, words.value.history.didRedo(step.label));
  return step !== undefined;
}

/** Goes back or forward to a step. */
export function jumpTo(step: Step): void {
  const index = history.value.steps.indexOf(step);
  if (index >= 0) moveTo(index, words.value.history.didJump(step.label));
}

function moveTo(index: number, sentence: string): void {
  endTyping();
  batch(() => {
    history.value = movedTo(history.value, index);
    noteChange();
    // The same words again would not be read out.
    said.value = said.peek() === sentence ? `${sentence} ` : sentence;
  });
}

/** The project is not as it began any more. */
function noteChange(): void {
  opened.value = { id: opened.peek().id, changedAt: Date.now() };
}

/** Takes audio that could not be added out of the history, as if it had never been chosen. */
export function forgetAudio(assetIds: ReadonlySet<string>): void {
  history.value = withoutAudio(history.value, assetIds);
}

/** Stops offering to undo the last step. */
export function dismissOffer(): void {
  offer.value = undefined;
}

whenLeft(() => {
  endTyping();
  dismissOffer();
});

/** Follows the keys for as long as the page is open. */
export function followKeys(): void {
  /** The field that is typed in, and its text before that. */
  let typed: { field: EventTarget | null; before: string } | undefined;
  document.addEventListener("beforeinput", ({ target }) => {
    if (isTextField(target) && typed?.field !== target) typed = { field: target, before: target.value };
  });
  // Fires when a field is left, and for Enter.
  document.addEventListener("change", ({ target }) => {
    if (!isTextField(target)) return;
    typed = undefined;
    endTyping();
  });
  document.addEventListener("keydown", (event) => {
    const act = actOf(event);
    const { target } = event;
    const isTyping = isTextField(target) && typed?.field === target && typed.before !== target.value;
    if (!act || isTyping || isViewing.peek() || document.querySelector("dialog[open]") || !act()) return;
    event.preventDefault();
    typed = undefined;
  });
}

/** What the keys ask for: on a Mac with Cmd, elsewhere with Ctrl. */
function actOf({ ctrlKey, metaKey, altKey, shiftKey, key }: KeyboardEvent): (() => boolean) | undefined {
  if (altKey || ctrlKey === metaKey) return undefined;
  const letter = key.toLowerCase();
  if (letter === "z") return shiftKey ? redo : undo;
  return letter === "y" && ctrlKey ? redo : undefined;
}

function isTextField(target: EventTarget | null): target is HTMLInputElement {
  return target instanceof HTMLInputElement && !["checkbox", "file", "radio", "range"].includes(target.type);
}
