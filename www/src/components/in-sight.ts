/**
 * Tells the rows of a long list whether they are in sight, or soon will be: less than half a window away.
 *
 * The browser's own observer looks at each row for each frame of scrolling, which takes longer than the frame. This one
 * looks at a dozen rows, and tells those that come and go.
 */
import { useLayoutEffect, useState } from "preact/hooks";

type Tell = (isInSight: boolean) => void;

/** The rows that are watched. All are in one list. */
const watched = new Map<Element, Tell>();

/** The rows that are in sight. */
let inSight = new Set<Element>();

let frame = 0;

/** Returns whether an element of the list is in sight. Always true while it is not watched. */
export function useInSight(element: { current: Element | null }, isWatched: boolean): boolean {
  const [isInSight, tell] = useState(false);
  useLayoutEffect(() => {
    const row = element.current;
    if (!isWatched || !row) return;
    if (watched.size === 0) follow(true);
    watched.set(row, tell);
    lookSoon();
    return () => {
      watched.delete(row);
      inSight.delete(row);
      lookSoon();
      if (watched.size === 0) follow(false);
    };
  }, [element, isWatched]);
  return isInSight || !isWatched;
}

function follow(isOn: boolean): void {
  for (const type of ["scroll", "resize"]) {
    if (isOn) addEventListener(type, lookSoon, { passive: true });
    else removeEventListener(type, lookSoon);
  }
}

function lookSoon(): void {
  if (frame === 0) frame = requestAnimationFrame(look);
}

function look(): void {
  frame = 0;
  const [first] = watched.keys();
  const rows = first?.parentElement?.children;
  if (!rows) return;
  const margin = innerHeight / 2;
  const from = firstOf(rows, (row) => row.getBoundingClientRect().bottom > -margin);
  const to = firstOf(rows, (row) => row.getBoundingClientRect().top > innerHeight + margin);
  const before = inSight;
  inSight = new Set(Array.from({ length: to - from }, (_, index) => rows[from + index] as Element));
  for (const row of before) if (!inSight.has(row)) watched.get(row)?.(false);
  for (const row of inSight) if (!before.has(row)) watched.get(row)?.(true);
  // A whole row may be higher than its words alone.
  if (inSight.size > before.size) lookSoon();
}

/** The index of the first row for which a condition holds that holds for all rows after it too. */
function firstOf(rows: HTMLCollection, holds: (row: Element) => boolean): number {
  let [from, to] = [0, rows.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if (holds(rows[middle] as Element)) to = middle;
    else from = middle + 1;
  }
  return from;
}
