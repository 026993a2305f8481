/** The line at the project's position, over all lanes. While it plays, the lanes turn the page with it. */
import { useLayoutEffect } from "preact/hooks";
import { playing, position, projectLength } from "../studio/state.ts";
import type { View } from "./drawing.ts";

interface PlayheadProps {
  view: View;
  /** Scrolls the lanes, so that this time is at their left edge. */
  onLeft: (seconds: number) => void;
}

export function Playhead({ view, onLeft }: PlayheadProps) {
  const at = Math.min(position.value, projectLength.value);
  const x = (at - view.start) * view.pixelsPerSecond;
  const isInSight = x >= 0 && x <= view.width;
  const isPlaying = playing.value === "project";
  useLayoutEffect(() => {
    if (isPlaying && !isInSight && view.width > 0) onLeft(at);
  }, [isPlaying, isInSight]);
  return isInSight && <div class="playhead" style={{ transform: `translateX(${x}px)` }} />;
}
