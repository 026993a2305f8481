/**
 * The project as lanes with waveforms. Short projects fill the width. Long ones keep a legible scale and scroll, and
 * only their visible part is drawn. The list of clips has the same content, for use with the keyboard.
 */
import { useEffect, useRef, useState } from "preact/hooks";
import { HistoryButtons } from "../components/HistoryButtons.tsx";
import { PlayControls } from "../components/PlayControls.tsx";
import { laneName, lanesOf } from "../project/model.ts";
import { focusClip } from "../studio/focus.ts";
import { isFilled, placedClips, project, projectLength } from "../studio/state.ts";
import { words } from "../words/words.ts";
import type { View } from "./drawing.ts";
import { Lane } from "./Lane.tsx";
import { LaneName } from "./LaneName.tsx";
import { MarkedPart } from "./MarkedPart.tsx";
import { Playhead } from "./Playhead.tsx";
import { SeekBar } from "./SeekBar.tsx";
import { useIsDark, useIsSmall, useWidth } from "./surroundings.ts";

/** Keeps a spoken line of two seconds wide enough to see and click. */
const MIN_PIXELS_PER_SECOND = 8;
/** Prevents one short clip from filling the whole width. */
const MIN_SHOWN_SECONDS = 10;

const RULER_HEIGHT = 22;
/** In a low or narrow window, lanes are lower, so that the first clip of the list is in sight. */
const LANE_HEIGHT = { usual: 56, small: 40 };

export function Timeline() {
  const strip = useRef<HTMLDivElement>(null);
  const width = useWidth(strip);
  const scrollLeft = useScrollLeft(strip);
  const isDark = useIsDark();

  const shownSeconds = Math.max(MIN_SHOWN_SECONDS, projectLength.value);
  const pixelsPerSecond = Math.max(MIN_PIXELS_PER_SECOND, width / shownSeconds);
  const height = useIsSmall() ? LANE_HEIGHT.small : LANE_HEIGHT.usual;
  const view: View = { start: scrollLeft / pixelsPerSecond, pixelsPerSecond, width, height };
  const timeAt = (clientX: number) => {
    const { left = 0 } = strip.current?.getBoundingClientRect() ?? {};
    return (scrollLeft + clientX - left) / pixelsPerSecond;
  };
  const { timeline: say } = words.value;
  const lanes = lanesOf(project.value);
  const shownClips = isFilled.value ? placedClips.value : [];

  return (
    <section class="timeline" aria-labelledby="timeline-title">
      <div class="section-head">
        <h2 id="timeline-title">
          {say.title} <span class="quiet">{words.value.formats.clock(projectLength.value)}</span>
        </h2>
        <PlayControls />
        <HistoryButtons />
      </div>
      <div class="timeline-grid" style={{ "--lane-height": `${height}px` }}>
        <div class="lane-names">
          {lanes.map((lane) => (
            <LaneName key={lane} lane={lane} />
          ))}
        </div>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling part must be reachable by keyboard */}
        <section class="strip" ref={strip} tabIndex={0} aria-label={say.lanes}>
          <div style={{ width: `${Math.max(width, Math.floor(shownSeconds * pixelsPerSecond))}px` }}>
            <div class="window" style={{ width: `${width}px` }}>
              <SeekBar view={{ ...view, height: RULER_HEIGHT }} isDark={isDark} timeAt={timeAt} />
              {lanes.map((lane) => {
                const clips = shownClips.filter(({ clip }) => clip.lane === lane);
                const end = clips.reduce((latest, { start, length }) => Math.max(latest, start + length), 0);
                const label = say.laneLabel(laneName(lane, project.value), clips.length, end);
                return (
                  <Lane
                    key={lane}
                    lane={lane}
                    label={label}
                    view={view}
                    clips={clips}
                    isDark={isDark}
                    onPick={focusClip}
                  />
                );
              })}
              <MarkedPart view={view} timeAt={timeAt} />
              <Playhead
                view={view}
                onLeft={(seconds) => strip.current?.scrollTo({ left: seconds * pixelsPerSecond })}
              />
            </div>
          </div>
        </section>
      </div>
    </section>
  );
}

function useScrollLeft(element: { current: HTMLElement | null }): number {
  const [scrollLeft, setScrollLeft] = useState(0);
  useEffect(() => {
    const scroller = element.current;
    const follow = () => setScrollLeft(Math.max(0, scroller?.scrollLeft ?? 0));
    scroller?.addEventListener("scroll", follow, { passive: true });
    return () => scroller?.removeEventListener("scroll", follow);
  }, [element]);
  return scrollLeft;
}
