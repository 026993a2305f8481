/**
 * The timeline's ruler as a slider: a click or the arrow keys go to a position in the project. Dragged with Shift, it
 * marks a part.
 */
import { useRef } from "preact/hooks";
import { partBetween } from "../project/trimming.ts";
import { markPart, seek } from "../studio/playing.ts";

import { playing, position, projectLength } from "../studio/state.ts";
import { words } from "../words/words.ts";
import type { View } from "./drawing.ts";
import { Ruler } from "./Ruler.tsx";

/** The steps of the keys, in seconds. */
const STEPS: Record<string, number> = {
  ArrowLeft: -1,
  ArrowDown: -1,
  ArrowRight: 1,
  ArrowUp: 1,
  PageDown: -10,
  PageUp: 10,
};

interface SeekBarProps {
  view: View;
  isDark: boolean;
  /** The time at a place in the window, in CSS pixels from its left edge. */
  timeAt: (clientX: number) => number;
}

export function SeekBar({ view, isDark, timeAt }: SeekBarProps) {
  /** Where a part begins that is being marked. */
  const markedFrom = useRef<number | undefined>(undefined);
  const length = projectLength.value;
  const at = Math.min(position.value, length);
  // While it plays, a screen reader would read out every tenth of a second.
  const told = playing.value ? Math.floor(at) : at;

  const seekByPointer = ({ clientX, buttons }: PointerEvent) => {
    if (buttons !== 1) return;
    const from = markedFrom.current;
    if (from === undefined) seek(timeAt(clientX));
    else markPart(partBetween(from, timeAt(clientX), length));
  };
  const seekByKey = (event: KeyboardEvent) => {
    const { key, altKey, ctrlKey, metaKey } = event;
    const step = STEPS[key];
    const target = key === "Home" ? 0 : key === "End" ? length : step === undefined ? undefined : at + step;
    if (target === undefined || altKey || ctrlKey || metaKey) return;
    // The arrow keys would also scroll the lanes.
    event.preventDefault();
    seek(target);
  };

  return (
    <div
      class="seek"
      id="seek"
      role="slider"
      tabIndex={0}
      aria-label={words.value.timeline.position}
      aria-valuemin={0}
      aria-valuemax={length}
      aria-valuenow={told}
      aria-valuetext={words.value.timeline.positionOf(told, length)}
      onKeyDown={seekByKey}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        markedFrom.current = event.shiftKey ? timeAt(event.clientX) : undefined;
        if (!event.shiftKey) seekByPointer(event);
      }}
      onPointerMove={seekByPointer}
    >
      <Ruler view={view} isDark={isDark} />
    </div>
  );
}
