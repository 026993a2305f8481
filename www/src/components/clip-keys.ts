/**
 * The keys and clicks of the list of clips. The Tab key reaches one row, and the controls in it; the arrow keys, Home,
 * End and the page keys go to the others, and stay in the same control. With Shift they select, with Alt they move.
 */
import { moveClips, removeClips } from "../studio/editing.ts";
import { focusClip, keepingFocus } from "../studio/focus.ts";
import { actedOn, endSelecting, isSelecting, lastClipId, selectAll, selectTo, toggle } from "../studio/selection.ts";
import { editedClipId, placeOf, project } from "../studio/state.ts";

/** How many rows a page key goes. */
const PAGE = 10;

/** Remembers the row that has the focus. */
export function onClipFocus({ target }: FocusEvent): void {
  lastClipId.value = rowOf(target)?.dataset.clipId ?? lastClipId.peek();
}

/** A click beside the controls selects: with Shift or Ctrl, or while there are boxes to select by. */
export function onClipClick(event: MouseEvent): void {
  const id = rowOf(event.target)?.dataset.clipId;
  if (id === undefined || (event.target as Element).closest("button, select, input, label")) return;
  if (event.shiftKey) selectTo(id);
  else if (event.ctrlKey || event.metaKey || isSelecting.peek()) toggle(id);
}

/** Shift and a click would select text. */
export function onClipPress(event: MouseEvent): void {
  const id = rowOf(event.target)?.dataset.clipId;
  if (!event.shiftKey || id === undefined || (event.target as Element).closest("button, select, input")) return;
  event.preventDefault();
}

export function onClipKey(event: KeyboardEvent): void {
  const row = rowOf(event.target);
  const id = row?.dataset.clipId;
  const place = id === undefined ? undefined : placeOf.peek().get(id);
  // A list of lanes has its own arrow keys.
  if (!row || id === undefined || !place || event.target instanceof HTMLSelectElement) return;
  const act = actOf(event, row, id, place.index);
  if (!act) return;
  event.preventDefault();
  act();
}

/** Finds what a key does in a row. */
function actOf(event: KeyboardEvent, row: HTMLElement, id: string, index: number): (() => void) | undefined {
  const { key, altKey, shiftKey } = event;
  const isCommand = event.ctrlKey || event.metaKey;
  const step = { ArrowUp: -1, ArrowDown: 1 }[key];
  if (altKey) return step && !isCommand ? () => keepingFocus(() => moveBy(id, step)) : undefined;
  if (isCommand) return { a: selectAll, " ": () => toggle(id) }[key.toLowerCase()];
  const last = project.peek().clips.length - 1;
  const to = { Home: 0, End: last, PageUp: index - PAGE, PageDown: index + PAGE }[key] ?? (step && index + step);
  if (to !== undefined) return () => goTo(Math.max(0, Math.min(to, last)), row, event.target, shiftKey);
  if (key === "Escape" && isSelecting.peek()) return endSelecting;
  if (event.target !== row) return undefined;
  if (key === "Delete" || key === "Backspace") return () => removeFrom(actedOn(id));
  if (key !== "Enter") return undefined;
  return () => {
    editedClipId.value = id;
  };
}

/** Moves a clip, and those that are selected with it, by some places. */
export function moveBy(id: string, places: number): void {
  const ids = actedOn(id);
  const first = project.peek().clips.findIndex((clip) => ids.has(clip.id));
  moveClips(ids, first + places);
}

/** Moves clips to where another one is: above it or below it. */
export function moveOnto(ids: ReadonlySet<string>, targetId: string, isBelow: boolean): void {
  const { clips } = project.peek();
  const target = clips.findIndex(({ id }) => id === targetId);
  const above = clips.slice(0, target).filter(({ id }) => !ids.has(id)).length;
  moveClips(ids, isBelow && !ids.has(targetId) ? above + 1 : above);
}

/** Removes clips, and puts the focus on the one that follows, or else on the one before. */
export function removeFrom(ids: ReadonlySet<string>): void {
  const { clips } = project.peek();
  const last = clips.findLastIndex(({ id }) => ids.has(id));
  const next = clips[last + 1] ?? clips.findLast(({ id }) => !ids.has(id));
  removeClips(ids);
  if (next) focusClip(next.id);
}

/** Puts the focus on another row: on the same control of it, if it can be pressed. */
function goTo(index: number, row: HTMLElement, from: EventTarget | null, selects: boolean): void {
  const id = project.peek().clips[index]?.id;
  if (id === undefined) return;
  const control = controlsOf(row).indexOf(from as HTMLElement);
  if (selects) selectTo(id);
  const next = focusClip(id);
  if (next && control >= 0) controlsOf(next)[control]?.focus();
}

function controlsOf(row: HTMLElement): HTMLElement[] {
  return [...row.querySelectorAll<HTMLElement>("button, select, input")];
}

function rowOf(target: EventTarget | null): HTMLElement | null {
  return target instanceof Element ? target.closest<HTMLElement>("[data-clip-id]") : null;
}
