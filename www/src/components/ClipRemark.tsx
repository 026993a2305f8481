/** A remark in a list, with a link to its clip, if it concerns one. */
import { clipTitle } from "../project/model.ts";
import { focusClip } from "../studio/focus.ts";
import { project } from "../studio/state.ts";

export function ClipRemark({ clipId, remark }: { clipId?: string | undefined; remark: string }) {
  const clip = project.value.clips.find(({ id }) => id === clipId);
  return (
    <li data-clip-id={clipId}>
      {clip && (
        <button type="button" class="link" onClick={() => focusClip(clip.id)}>
          {clipTitle(clip)}
        </button>
      )}{" "}
      {remark}
    </li>
  );
}
