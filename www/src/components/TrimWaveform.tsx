/**
 * The waveform of a clip's audio, with the points where the clip begins and ends in it. They are dragged, or moved by
 * keys, and the dialog's fields follow; the fields may be typed in too, and the points follow. While the clip plays,
 * the sound goes on from a point that was moved, so one hears where to cut.
 */
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Asset } from "secuencia";
import { stretchOf } from "../project/placement.ts";
import { movedEdge, type TrimEdge, type Trimmed, viewAround } from "../project/trimming.ts";
import { updateAlone } from "../studio/playing.ts";
import { playing, soloPosition } from "../studio/state.ts";
import { contextOf, drawPeaks } from "../timeline/drawing.ts";
import { EDGES, EdgePoint } from "../timeline/EdgePoint.tsx";
import { useIsDark, useWidth } from "../timeline/surroundings.ts";
import { laterWords } from "../words/later.ts";

/** In CSS pixels. */
const HEIGHT = 72;

/** How long a point has to rest before the sound goes on from there, in milliseconds. */
const REST_MS = 120;

/** How much of the clip's end is heard when its end was moved, in seconds. */
const HEARD_BEFORE_END = 1.5;

/** A shorter recording needs no closer look. */
const LEAST_FOR_CLOSER = 20;

interface TrimWaveformProps {
  asset: Asset;
  /** The points as they are when the dialog opens. */
  clip: Trimmed;
  /** Reads the points that the form has now. */
  typedIn: (form: HTMLFormElement) => { [Field in keyof Trimmed]: Trimmed[Field] | undefined };
}

export function TrimWaveform({ asset, clip, typedIn }: TrimWaveformProps) {
  const frame = useRef<HTMLDivElement>(null);
  const [stretch, setStretch] = useState(() => stretchOf(clip, asset));
  const [isCloser, setIsCloser] = useState(false);
  const edge = useRef<TrimEdge>("start");
  const rest = useRef<ReturnType<typeof setTimeout>>(undefined);
  const whole = asset.durationSeconds;
  const end = stretch.sourceStart + stretch.length;
  const at = { start: stretch.sourceStart, end };
  const [view, setView] = useState({ start: 0, end: whole });

  useEffect(() => {
    const form = frame.current?.closest("form");
    const read = () => form && setStretch(stretchOf(typedIn(form), asset));
    form?.addEventListener("input", read);
    return () => {
      form?.removeEventListener("input", read);
      clearTimeout(rest.current);
    };
  }, [asset]);

  const look = (isClose: boolean) => {
    setIsCloser(isClose);
    setView(isClose ? viewAround(at[edge.current], whole) : { start: 0, end: whole });
  };

  const move = (which: TrimEdge, to: number) => {
    const form = frame.current?.closest("form");
    if (!form) return;
    edge.current = which;
    const moved = movedEdge(stretch, which, to, asset);
    for (const name of ["sourceStart", "duration"] as const) fieldOf(form, name).value = String(moved[name] ?? "");
    form.dispatchEvent(new Event("input"));
    clearTimeout(rest.current);
    rest.current = setTimeout(() => {
      const { length } = stretchOf(typedIn(form), asset);
      updateAlone(which === "start" ? 0 : Math.max(0, length - HEARD_BEFORE_END));
    }, REST_MS);
  };

  const timeAt = (clientX: number) => {
    const { left = 0, width = 1 } = frame.current?.getBoundingClientRect() ?? {};
    return view.start + ((clientX - left) / width) * (view.end - view.start);
  };
  const { clipEditor: say } = laterWords.value;
  const percent = (time: number) => `${(100 * (time - view.start)) / (view.end - view.start)}%`;
  return (
    <div class="trim wide">
      <div class="trim-frame" ref={frame} style={{ height: `${HEIGHT}px` }}>
        <Wave asset={asset} view={view} />
        <div class="trim-off" style={{ left: 0, width: percent(at.start) }} />
        <div class="trim-off" style={{ left: percent(at.end), right: 0 }} />
        <SoloPlayhead start={at.start} percent={percent} />
        {EDGES.map((which) => (
          <EdgePoint
            key={which}
            edge={which}
            at={at[which]}
            whole={whole}
            label={which === "start" ? say.trimStart : say.trimEnd}
            left={percent(at[which])}
            isHidden={at[which] < view.start || at[which] > view.end}
            timeAt={timeAt}
            onMove={(to) => move(which, to)}
          />
        ))}
      </div>
      {whole > LEAST_FOR_CLOSER && (
        <button type="button" class="link" aria-pressed={isCloser} onClick={() => look(!isCloser)}>
          {isCloser ? say.showAll : say.lookCloser}
        </button>
      )}
    </div>
  );
}

function fieldOf(form: HTMLFormElement, name: keyof Trimmed): HTMLInputElement {
  return form.elements.namedItem(name) as HTMLInputElement;
}

function Wave({ asset, view }: { asset: Asset; view: { start: number; end: number } }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const width = useWidth(canvas);
  const isDark = useIsDark();
  useLayoutEffect(() => {
    if (!canvas.current || width === 0) return;
    const context = contextOf(canvas.current, { width, height: HEIGHT });
    if (!context) return;
    context.fillStyle = getComputedStyle(canvas.current).color;
    drawPeaks(context, asset, view, { left: 0, width, top: 0, bottom: HEIGHT, end: width });
  }, [asset, view, width, isDark]);
  return <canvas ref={canvas} />;
}

/** The line at the position that is heard. */
function SoloPlayhead({ start, percent }: { start: number; percent: (time: number) => string }) {
  if (typeof playing.value !== "object") return null;
  return <div class="playhead" style={{ left: percent(start + soloPosition.value) }} />;
}
