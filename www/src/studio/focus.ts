/** Moves the keyboard's focus where the user's attention should go. */

/** The element of a clip's row, for links and focus. */
export function clipElementId(clipId: string): string {
  return `clip-${clipId}`;
}

/** Brings a clip's row into sight and focuses it. */
export function focusClip(clipId: string): void {
  document.getElementById(clipElementId(clipId))?.focus();
}

/** Runs a change that moves or redraws the focused element, and leaves the focus on it. */
export function keepingFocus(change: () => void): void {
  const focused = document.activeElement as HTMLElement | null;
  change();
  requestAnimationFrame(() => focused?.focus());
}
