/** The clips in their order, and what comes in. */
import { count } from "../format.ts";
import { laneName, lanesOf } from "../project/model.ts";
import { arriving, assets, isOpen, placedClips, project, voices } from "../studio/state.ts";
import { voiceNumber } from "../studio/voices.ts";
import { ClipRow } from "./ClipRow.tsx";

export function ClipList() {
  const clips = placedClips.value;
  const lanes = lanesOf(project.value);
  // One lane more in either direction, to make a new one.
  const choices = [Math.max(...lanes) + 1, ...lanes, Math.min(...lanes) - 1]
    .map((lane) => `${lane} ${laneName(lane)}`)
    .join("\n");
  const coming = arriving.value;

  const stateOf = (assetId: string) => {
    if (assets.value.has(assetId)) return "ready";
    return coming?.ids.has(assetId) || !isOpen.value ? "arriving" : "missing";
  };

  return (
    <section class="clips" aria-labelledby="clips-title">
      <h2 id="clips-title">
        Clips <span class="quiet">{clips.length.toLocaleString("en")}</span>
        <span class="quiet arriving" id="arriving">
          {coming && `Adding ${coming.name}, ${coming.done + 1} of ${coming.total}`}
        </span>
      </h2>
      {clips.length === 0 && isOpen.value && (
        <p class="empty">Nothing here yet. Drop audio files anywhere on this page, or choose “Add audio…”.</p>
      )}
      <ol id="clips" aria-busy={coming !== undefined || !isOpen.value} aria-label={count(clips.length, "clip")}>
        {clips.map(({ clip, start, length }, index) => (
          <ClipRow
            key={clip.id}
            clip={clip}
            start={start}
            length={length}
            index={index}
            isLast={index === clips.length - 1}
            colour={voiceNumber(clip.voice, voices.value)}
            state={stateOf(clip.assetId)}
            laneChoices={choices}
          />
        ))}
      </ol>
    </section>
  );
}
