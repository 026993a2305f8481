/** One lane of the timeline, with its clips' waveforms. */
import { useLayoutEffect, useRef } from "preact/hooks";
import type { PlacedClip } from "../project/placement.ts";
import { waveforms } from "../studio/state.ts";
import { voiceNumber } from "../studio/voices.ts";
import { contextOf, drawLane, type View } from "./drawing.ts";

interface LaneProps {
  lane: number;
  /** A description for screen readers. */
  label: string;
  view: View;
  clips: PlacedClip[];
  isDark: boolean;
  onPick: (clipId: string) => void;
}

export function Lane({ lane, label, view, clips, isDark, onPick }: LaneProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const { start, pixelsPerSecond, width, height } = view;
  const known = waveforms.value;

  // The colours come from the style, which depends on the colour scheme.
  useLayoutEffect(() => {
    if (!canvas.current || width === 0) return;
    const style = getComputedStyle(canvas.current);
    const context = contextOf(canvas.current, view);
    if (!context) return;
    const end = start + width / pixelsPerSecond;
    const inView = clips.filter((placed) => placed.start <= end && placed.start + placed.length >= start);
    const drawn = inView.map((placed) => ({
      ...placed,
      waveform: known.get(placed.clip.assetId),
      colour: style.getPropertyValue(`--voice-${voiceNumber(placed.clip.voice)}`),
    }));
    drawLane(context, view, drawn, style.font);
  }, [start, pixelsPerSecond, width, height, isDark, clips, known]);

  const pick = (event: MouseEvent) => {
    const at = start + event.offsetX / pixelsPerSecond;
    const hit = clips.findLast((placed) => placed.start <= at && at < placed.start + placed.length);
    if (hit) onPick(hit.clip.id);
  };
  // The list of clips offers the same to the keyboard.
  return <canvas class="lane" ref={canvas} role="img" aria-label={label} data-lane={lane} onClick={pick} />;
}
