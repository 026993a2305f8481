/**
 * Draws the visible part of the timeline. The cost depends on that part, not on the project: clips outside it are
 * skipped, and each clip draws a column of pixels once, however many peaks it covers.
 */
import type { Waveform } from "secuencia";
import type { PlacedClip } from "../project/placement.ts";
import { markLabel, markStep } from "./ruler.ts";

/** The visible part of the timeline. */
export interface View {
  /** The left edge, in seconds. */
  start: number;
  pixelsPerSecond: number;
  /** In CSS pixels. */
  width: number;
  height: number;
}

/** A clip to draw. */
export interface DrawnClip extends PlacedClip {
  waveform: Waveform | undefined;
  /** The colour of its voice. */
  colour: string;
}

const GAP_BETWEEN_CLIPS = 1;
const CORNER = 3;
const LABEL_HEIGHT = 14;
const LABEL_MARGIN = 5;

/** Fits a canvas to the resolution of the screen, and returns its context, in CSS pixels. */
export function contextOf(
  canvas: HTMLCanvasElement,
  { width, height }: Pick<View, "width" | "height">,
): CanvasRenderingContext2D | null {
  const scale = window.devicePixelRatio || 1;
  canvas.width = Math.round(width * scale);
  canvas.height = Math.round(height * scale);
  const context = canvas.getContext("2d");
  context?.scale(scale, scale);
  return context;
}

/** Draws the clips of one lane. */
export function drawLane(context: CanvasRenderingContext2D, view: View, clips: DrawnClip[], font: string): void {
  context.font = font;
  context.textBaseline = "top";
  for (const drawn of clips) {
    // Whole pixels: otherwise, two pale columns would be drawn for each column of the waveform.
    const left = Math.round((drawn.start - view.start) * view.pixelsPerSecond);
    const width = Math.max(1, Math.round(drawn.length * view.pixelsPerSecond) - GAP_BETWEEN_CLIPS);
    if (left > view.width || left + width < 0) continue;
    context.fillStyle = drawn.colour;
    context.globalAlpha = 0.16;
    context.beginPath();
    context.roundRect(left, 0, width, view.height, Math.min(CORNER, width / 2));
    context.fill();
    context.globalAlpha = drawn.clip.isMuted ? 0.3 : 1;
    drawWaveform(context, view, drawn, left, width);
    drawLabel(context, drawn, Math.max(0, left), width + Math.min(0, left));
    context.globalAlpha = 1;
  }
}

function drawWaveform(
  context: CanvasRenderingContext2D,
  view: View,
  { waveform, clip, sourceStart, length }: DrawnClip,
  left: number,
  width: number,
): void {
  if (!waveform) return;
  const box = { left, width, top: LABEL_HEIGHT, bottom: view.height, end: view.width };
  drawPeaks(context, waveform, { start: sourceStart, end: sourceStart + length }, box, clip.volumeDb);
}

/** Where a waveform is drawn, in CSS pixels. Columns before 0 and after `end` are out of sight. */
interface Box {
  left: number;
  width: number;
  top: number;
  bottom: number;
  end: number;
}

/** Draws the waveform of a part of an asset, in seconds, over the width of a box. */
export function drawPeaks(
  context: CanvasRenderingContext2D,
  { peaks, durationSeconds }: Waveform,
  part: { start: number; end: number },
  { left, width, top, bottom, end }: Box,
  volumeDb = 0,
): void {
  if (!peaks.length || !durationSeconds) return;
  const middle = (top + bottom) / 2;
  const reach = (bottom - top) / 2 - 3;
  const gain = 10 ** (volumeDb / 20) / 255;
  const peaksPerSecond = peaks.length / durationSeconds;
  const peaksPerPixel = ((part.end - part.start) * peaksPerSecond) / width;
  const firstPeak = part.start * peaksPerSecond;
  const firstPixel = Math.max(0, Math.floor(-left));
  const lastPixel = Math.min(width, end - left);
  for (let pixel = firstPixel; pixel < lastPixel; pixel += 1) {
    const from = Math.floor(firstPeak + pixel * peaksPerPixel);
    const to = Math.min(peaks.length, Math.max(from + 1, Math.floor(firstPeak + (pixel + 1) * peaksPerPixel)));
    let peak = 0;
    for (let index = from; index < to; index += 1) peak = Math.max(peak, peaks[index] as number);
    // The square root keeps quiet speech visible beside loud music.
    const extent = Math.max(0.5, Math.min(1, Math.sqrt(peak * gain)) * reach);
    context.fillRect(left + pixel, middle - extent, 1, extent * 2);
  }
}

/** Draws a label, unless it does not fit: half a name is no help, and the list has the whole one. */
function drawLabel(context: CanvasRenderingContext2D, { clip }: DrawnClip, left: number, width: number): void {
  const label = clip.voice || clip.name;
  const room = width - 2 * LABEL_MARGIN;
  if (room > 0 && context.measureText(label).width <= room) context.fillText(label, left + LABEL_MARGIN, 3);
}

/** Draws the ruler: marks at regular times, with labels. */
export function drawRuler(context: CanvasRenderingContext2D, view: View, colour: string, font: string): void {
  const step = markStep(view.pixelsPerSecond, 64);
  context.font = font;
  context.textBaseline = "top";
  context.fillStyle = colour;
  const last = view.start + view.width / view.pixelsPerSecond;
  for (let mark = Math.floor(view.start / step); mark * step < last; mark += 1) {
    const x = Math.round((mark * step - view.start) * view.pixelsPerSecond);
    context.fillRect(x, view.height - 5, 1, 5);
    context.fillText(markLabel(mark * step), x + 4, 2);
  }
}
