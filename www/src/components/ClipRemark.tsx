/** A remark in a list, with a link to its clip, if it concerns one, and the means to mend it. */
import type { ComponentChildren } from "preact";
import { clipTitle } from "../project/model.ts";
import { focusClip } from "../studio/focus.ts";
import { project } from "../studio/state.ts";

interface ClipRemarkProps {
  clipId?: string | undefined;
  remark: string;
  children?: ComponentChildren;
}

export function ClipRemark({ clipId, remark, children }: ClipRemarkProps) {
  const clip = project.value.clips.find(({ id }) => id === clipId);
  return (
    <li data-clip-id={clipId}>
      {clip && (
        <button type="button" class="link" onClick={() => focusClip(clip.id)}>
          {clipTitle(clip)}
        </button>
      )}{" "}
      {remark} {children}
    </li>
  );
}
