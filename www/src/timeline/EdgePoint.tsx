/** A point on a drawing where a part begins or ends. It is dragged, or moved by keys. */
import type { TrimEdge } from "../project/trimming.ts";
import { words } from "../words/words.ts";

/** Both points, in the order of the Tab key. */
export const EDGES = ["start", "end"] as const satisfies readonly TrimEdge[];

/** The steps of the keys, in seconds. With Shift they are a tenth of it. */
const STEPS: Record<string, number> = {
  ArrowLeft: -0.1,
  ArrowDown: -0.1,
  ArrowRight: 0.1,
  ArrowUp: 0.1,
  PageDown: -1,
  PageUp: 1,
};

interface EdgePointProps {
  edge: TrimEdge;
  /** Its time, and the latest it could have, in seconds. */
  at: number;
  whole: number;
  /** What it is, for screen readers. */
  label: string;
  /** Where it is drawn, as a CSS length. */
  left: string;
  isHidden: boolean;
  /** The time at a place in the window, in CSS pixels from its left edge. */
  timeAt: (clientX: number) => number;
  onMove: (to: number) => void;
}

export function EdgePoint({ edge, at, whole, label, left, isHidden, timeAt, onMove }: EdgePointProps) {
  const moveByKey = (event: KeyboardEvent) => {
    const { key, shiftKey, altKey, ctrlKey, metaKey } = event;
    const step = STEPS[key];
    const byStep = step === undefined ? undefined : at + step / (shiftKey ? 10 : 1);
    const to = key === "Home" ? 0 : key === "End" ? whole : byStep;
    if (to === undefined || altKey || ctrlKey || metaKey) return;
    event.preventDefault();
    onMove(to);
  };
  return (
    <div
      class={`edge edge-${edge}`}
      role="slider"
      tabIndex={0}
      style={{ left }}
      hidden={isHidden}
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={whole}
      aria-valuenow={at}
      aria-valuetext={words.value.formats.time(at)}
      onKeyDown={moveByKey}
      onPointerDown={(event) => {
        event.stopPropagation();
        event.currentTarget.setPointerCapture(event.pointerId);
      }}
      onPointerMove={({ buttons, clientX }) => buttons === 1 && onMove(timeAt(clientX))}
    />
  );
}
