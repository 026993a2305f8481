/**
 * How loud the sound is that plays: a bar for the last 0.4 s, a mark for the true peak, and the loudness of the last
 * 3 s as a number. It has its room when nothing plays too, so that nothing moves.
 */
import { levels } from "../studio/state.ts";
import { words } from "../words/words.ts";

/** The quietest level that the bar shows, in decibels. */
const LEAST = -60;

/** A true peak over this may distort in some players, in decibels. */
const HIGHEST = -0.9;

export function LevelMeter() {
  const { truePeakDb = LEAST, momentaryLufs = LEAST, shortTermLufs } = levels.value ?? {};
  const { label, loudness, value } = words.value.meter;
  const told = shortTermLufs === undefined ? "" : loudness(shortTermLufs);
  return (
    <div class={levels.value ? "meter" : "meter off"} title={label}>
      {/* biome-ignore lint/a11y/useSemanticElements: a <meter> cannot have a second mark */}
      <div
        class="meter-bar"
        id="meter"
        role="meter"
        aria-label={label}
        aria-valuemin={LEAST}
        aria-valuemax={0}
        aria-valuenow={Math.round(momentaryLufs)}
        aria-valuetext={value(momentaryLufs, truePeakDb)}
      >
        <div class="meter-level" style={{ width: share(momentaryLufs) }} />
        <div class={truePeakDb > HIGHEST ? "meter-peak high" : "meter-peak"} style={{ left: share(truePeakDb) }} />
      </div>
      <span class="quiet" id="loudness-now">
        {told}
      </span>
    </div>
  );
}

function share(decibels: number): string {
  return `${100 * Math.max(0, Math.min(1, 1 - decibels / LEAST))}%`;
}
