/** A failed export: the reason, the clips concerned, and a button to export without them if that can help. */
import { exportedElsewhere, startExport, type Way } from "../studio/exporting.ts";
import { type Failure, unreadableInWords } from "../studio/failure.ts";
import { focusClip } from "../studio/focus.ts";
import { words } from "../words/words.ts";
import { ClipRemark } from "./ClipRemark.tsx";
import { ReplaceButton } from "./FileButton.tsx";

/** The codes of failures that other audio for the clip would end. */
const OF_AUDIO = new Set(["invalid-audio", "missing-asset"]);

export function ExportFailure({ failure, way }: { failure: Failure; way: Way }) {
  const { failure: say } = words.value;
  const { sentence, detail, code, clipId, unreadable } = failure;
  const elsewhere = exportedElsewhere.value;
  if (elsewhere !== undefined) {
    return (
      <div id="export-error" role="alert" data-code={code}>
        <p class="dock-title fault">{words.value.projects.of(elsewhere, sentence)}</p>
        {detail && <p class="quiet">{detail}</p>}
      </div>
    );
  }
  return (
    <div id="export-error" role="alert" data-code={code} data-clip-id={clipId}>
      <p class="dock-title fault">{sentence}</p>
      {unreadable.length > 0 ? (
        <>
          <ul class="unreadable quiet">
            {unreadable.map((clip) => (
              <ClipRemark key={clip.clipId} clipId={clip.clipId} remark={unreadableInWords(clip)}>
                <ReplaceButton look="link" words={say.replace} clipId={clip.clipId} />
              </ClipRemark>
            ))}
          </ul>
          <button
            type="button"
            id="export-with-silence"
            class="button"
            onClick={() => void startExport(way, { onUnreadableClip: "silence" })}
          >
            {say.withSilence}
          </button>
        </>
      ) : (
        <p class="quiet">
          {detail && <span>{detail} </span>}
          {clipId && (
            <>
              <button type="button" class="link" onClick={() => focusClip(clipId)}>
                {say.showClip}
              </button>{" "}
              {OF_AUDIO.has(code) && <ReplaceButton look="link" words={say.replace} clipId={clipId} />}
            </>
          )}
        </p>
      )}
    </div>
  );
}
