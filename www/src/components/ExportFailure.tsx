/** An export that failed: why, in words, and the clip concerned. */
import type { Failure } from "../studio/failure.ts";
import { focusClip } from "../studio/focus.ts";

export function ExportFailure({ failure }: { failure: Failure }) {
  const { sentence, detail, code, clipId } = failure;
  return (
    <div id="export-error" role="alert" data-code={code} data-clip-id={clipId}>
      <p class="dock-title fault">{sentence}</p>
      <p class="quiet">
        {detail && <span>{detail} </span>}
        {clipId && (
          <button type="button" class="link" onClick={() => focusClip(clipId)}>
            Show the clip
          </button>
        )}
      </p>
    </div>
  );
}
