/** The timeline's ruler. */
import { useLayoutEffect, useRef } from "preact/hooks";
import { words } from "../words/words.ts";
import { contextOf, drawRuler, type View } from "./drawing.ts";

export function Ruler({ view, isDark }: { view: View; isDark: boolean }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const { start, pixelsPerSecond, width, height } = view;
  // The colours come from the style, which depends on the colour scheme.
  useLayoutEffect(() => {
    if (!canvas.current || width === 0) return;
    const context = contextOf(canvas.current, view);
    const { color, font } = getComputedStyle(canvas.current);
    if (context) drawRuler(context, view, color, font);
  }, [start, pixelsPerSecond, width, height, isDark, words.value]);
  return <canvas class="ruler" ref={canvas} />;
}
