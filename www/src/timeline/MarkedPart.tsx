/** The marked part of the project, over the ruler and the lanes, with the points where it begins and ends. */
import { partMoved } from "../project/trimming.ts";
import { markPart } from "../studio/playing.ts";
import { marked, projectLength } from "../studio/state.ts";
import { words } from "../words/words.ts";
import type { View } from "./drawing.ts";
import { EDGES, EdgePoint } from "./EdgePoint.tsx";

interface MarkedPartProps {
  view: View;
  /** The time at a place in the window, in CSS pixels from its left edge. */
  timeAt: (clientX: number) => number;
}

export function MarkedPart({ view, timeAt }: MarkedPartProps) {
  const part = marked.value;
  if (!part) return null;
  const { begins, ends } = words.value.part;
  const labels = { start: begins, end: ends };
  const x = (time: number) => (time - view.start) * view.pixelsPerSecond;
  const [left, right] = [Math.max(0, x(part.start)), Math.min(view.width, x(part.end))];
  return (
    <>
      {right > left && <div class="marked" style={{ left: `${left}px`, width: `${right - left}px` }} />}
      {EDGES.map((edge) => (
        <EdgePoint
          key={edge}
          edge={edge}
          at={part[edge]}
          whole={projectLength.value}
          label={labels[edge]}
          left={`${x(part[edge])}px`}
          isHidden={x(part[edge]) < 0 || x(part[edge]) > view.width}
          timeAt={timeAt}
          onMove={(to) => markPart(partMoved(part, edge, to, projectLength.peek()))}
        />
      ))}
    </>
  );
}
