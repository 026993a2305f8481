/** A clip's details, in a dialog: its words, its place, its cut and its loudness. */
import { useLayoutEffect, useRef } from "preact/hooks";
import { type ClipChange, MAX_VOLUME_DB, type ProjectClip } from "../project/model.ts";
import { changeClip } from "../studio/editing.ts";
import { editedClipId, project } from "../studio/state.ts";

export function ClipEditor() {
  const dialog = useRef<HTMLDialogElement>(null);
  const clip = project.value.clips.find(({ id }) => id === editedClipId.value);
  const close = () => {
    editedClipId.value = undefined;
  };
  useLayoutEffect(() => {
    if (clip && !dialog.current?.open) dialog.current?.showModal();
  }, [clip]);

  return (
    clip && (
      <dialog ref={dialog} id="clip-editor" aria-labelledby="clip-editor-title" onClose={close}>
        <form
          method="dialog"
          onSubmit={({ currentTarget }) => changeClip(clip.id, changeFrom(new FormData(currentTarget)))}
        >
          <h2 id="clip-editor-title">{clip.name}</h2>
          <label class="field wide">
            <span>Spoken line</span>
            <textarea name="text" rows={3} defaultValue={clip.text} />
          </label>
          <label class="field wide">
            <span>Voice</span>
            <input name="voice" autocomplete="off" defaultValue={clip.voice} />
          </label>
          <NumberField name="offset" label="Starts at (s)" hint="after the clip before it" min={0} clip={clip} />
          <NumberField name="sourceStart" label="Skips (s)" hint="nothing" min={0} clip={clip} />
          <NumberField name="duration" label="Lasts (s)" hint="to its end" min={0} clip={clip} />
          <NumberField
            name="volumeDb"
            label="Volume (dB)"
            hint="0"
            min={-MAX_VOLUME_DB}
            max={MAX_VOLUME_DB}
            clip={clip}
          />
          <label class="check wide">
            <input name="isMuted" type="checkbox" defaultChecked={clip.isMuted ?? false} />
            Muted
          </label>
          <div class="buttons wide">
            <button type="button" class="button" onClick={() => dialog.current?.close()}>
              Cancel
            </button>
            <button type="submit" class="button primary">
              Save
            </button>
          </div>
        </form>
      </dialog>
    )
  );
}

interface NumberFieldProps {
  name: "offset" | "sourceStart" | "duration" | "volumeDb";
  label: string;
  /** What an empty field means. */
  hint: string;
  min: number;
  max?: number;
  clip: ProjectClip;
}

function NumberField({ name, label, hint, min, max, clip }: NumberFieldProps) {
  const bounds = max === undefined ? { min } : { min, max };
  return (
    <label class="field">
      <span>{label}</span>
      <input name={name} type="number" step="any" {...bounds} placeholder={hint} defaultValue={clip[name] ?? ""} />
    </label>
  );
}

/** The form as a change to the clip. A field left empty is left out of the clip. */
function changeFrom(form: FormData): ClipChange {
  const text = (name: string) => String(form.get(name) ?? "").trim();
  const number = (name: string) => (text(name) === "" ? undefined : Number(text(name)));
  return {
    text: text("text"),
    voice: text("voice"),
    offset: number("offset"),
    sourceStart: number("sourceStart"),
    duration: number("duration") || undefined,
    volumeDb: number("volumeDb"),
    isMuted: form.has("isMuted") || undefined,
  };
}
