/** Moves the keyboard focus to where the user continues. */

/** The ID of the element for a clip's row. */
export function clipElementId(clipId: string): string {
  return `clip-${clipId}`;
}

/** Scrolls to a clip's row, and focuses and returns it. */
export function focusClip(clipId: string): HTMLElement | null {
  const row = document.getElementById(clipElementId(clipId));
  row?.focus();
  return row;
}

/** Runs a change that moves or redraws the focused element, and keeps the focus on it. */
export function keepingFocus(change: () => void): void {
  const focused = document.activeElement as HTMLElement | null;
  change();
  requestAnimationFrame(() => focused?.focus());
}
