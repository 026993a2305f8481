/** The list of clips, and the progress of those being added. */
import { useEffect, useState } from "preact/hooks";
import { count } from "../format.ts";
import { arriving, assets, isOpen, opening, placedClips } from "../studio/state.ts";
import { voiceNumber } from "../studio/voices.ts";
import { ClipRow } from "./ClipRow.tsx";

/** Rows are added in batches, so that a project of thousands of clips does not block the page while it opens. */
const ROWS_AT_A_TIME = 150;

export function ClipList() {
  const [rows, setRows] = useState(ROWS_AT_A_TIME);
  const isCut = rows < placedClips.value.length;
  useEffect(() => {
    if (isCut) setTimeout(() => setRows(rows + ROWS_AT_A_TIME));
  }, [isCut, rows]);

  const clips = placedClips.value;
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
          {opening.value !== undefined && `Opening ${opening.value}`}
          {opening.value === undefined && coming && `Adding ${coming.name}, ${coming.done + 1} of ${coming.total}`}
        </span>
      </h2>
      {clips.length === 0 && isOpen.value && (
        <p class="empty">No clips yet. Drop audio files anywhere on this page, or choose “Add audio…”.</p>
      )}
      <p class="clip columns quiet" aria-hidden="true">
        <span>
          <span>Starts</span>
          <span>Lasts</span>
        </span>
        <span>Lane</span>
      </p>
      <ol
        id="clips"
        aria-busy={coming !== undefined || opening.value !== undefined || !isOpen.value || isCut}
        aria-label={count(clips.length, "clip")}
      >
        {clips.slice(0, rows).map(({ clip, start, length }, index) => (
          <ClipRow
            key={clip.id}
            clip={clip}
            start={start}
            length={length}
            index={index}
            isLast={index === clips.length - 1}
            colour={voiceNumber(clip.voice)}
            state={stateOf(clip.assetId)}
          />
        ))}
      </ol>
    </section>
  );
}
