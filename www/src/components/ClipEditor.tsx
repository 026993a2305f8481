/** The dialog for a clip's details: its text, its position, its cut and its sound. */
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Asset } from "secuencia";
import { MAX_VOLUME_DB } from "secuencia/project.js";
import { fadesFault, skipFault } from "../project/clip-faults.ts";
import type { ClipChange, ProjectClip } from "../project/model.ts";
import { stretchOf } from "../project/placement.ts";
import { changeClip } from "../studio/editing.ts";
import { assets, editedClipId, project } from "../studio/state.ts";
import { laterWords } from "../words/later.ts";
import { ClipPlayer } from "./ClipPlayer.tsx";
import { DialogButtons } from "./DialogButtons.tsx";
import { ReplaceButton } from "./FileButton.tsx";
import { TrimWaveform } from "./TrimWaveform.tsx";

export function ClipEditor() {
  const { clipEditor: say } = laterWords.value;
  const dialog = useRef<HTMLDialogElement>(null);
  const { clips, audioLayout, edgeFadeSeconds } = project.value;
  const clip = clips.find(({ id }) => id === editedClipId.value);
  const asset = clip && assets.value.get(clip.assetId);
  const edgeFade = String(edgeFadeSeconds ?? 0);
  const close = () => {
    editedClipId.value = undefined;
  };
  useLayoutEffect(() => {
    if (clip && !dialog.current?.open) dialog.current?.showModal();
  }, [clip]);

  const check = (form: HTMLFormElement) => {
    const change = changeFrom(new FormData(form));
    const fault = (name: string, sentence: string) =>
      (form.elements.namedItem(name) as HTMLInputElement).setCustomValidity(sentence);
    fault("sourceStart", skipFault(change, asset));
    fault("fadeOut", fadesFault(change, stretchOf(change, asset).length));
  };

  /** Saves the form and closes the dialog. Returns false, and shows the fault, if it cannot be saved. */
  const save = () => {
    dialog.current?.querySelector("form")?.requestSubmit();
    return !dialog.current?.open;
  };

  return (
    clip && (
      <dialog ref={dialog} id="clip-editor" aria-labelledby="clip-editor-title" onClose={close}>
        <form
          method="dialog"
          onInput={({ currentTarget }) => check(currentTarget)}
          onSubmit={({ currentTarget }) => changeClip(clip.id, changeFrom(new FormData(currentTarget)))}
        >
          <h2 id="clip-editor-title">{clip.name}</h2>
          <label class="field wide">
            <span>{say.text}</span>
            <textarea name="text" rows={2} defaultValue={clip.text} />
          </label>
          <label class="field">
            <span>{say.voice}</span>
            <input name="voice" autocomplete="off" defaultValue={clip.voice} />
          </label>
          <label class="field">
            <span>{say.scene}</span>
            <input name="scene" autocomplete="off" defaultValue={clip.scene ?? ""} />
          </label>
          {asset && asset.peaks.length > 0 && (
            <TrimWaveform key={asset.id} asset={asset} clip={clip} typedIn={(form) => changeFrom(new FormData(form))} />
          )}
          <ClipPlayer clipId={clip.id} changeFrom={(form) => changeFrom(new FormData(form))}>
            <ReplaceButton id="replace-audio" look="button" words={say.replace} clipId={clip.id} onPick={save} />
          </ClipPlayer>
          <NumberField name="offset" label={say.starts} hint={say.follows} min={0} clip={clip} />
          <NumberField name="sourceStart" label={say.skips} hint={skipped(asset)} min={0} clip={clip} />
          <NumberField
            name="duration"
            label={say.lasts}
            hint={asset?.trim ? say.toSilence : say.toEnd}
            min={0}
            clip={clip}
          />
          <NumberField
            name="volumeDb"
            label={say.volume}
            hint="0"
            min={-MAX_VOLUME_DB}
            max={MAX_VOLUME_DB}
            clip={clip}
          />
          <NumberField name="fadeIn" label={say.fadeIn} hint={edgeFade} min={0} clip={clip} />
          <NumberField name="fadeOut" label={say.fadeOut} hint={edgeFade} min={0} clip={clip} />
          <PanField pan={clip.pan ?? 0} label={audioLayout === "mono" ? say.panInMono : say.pan} />
          <label class="check">
            <input name="isMuted" type="checkbox" defaultChecked={clip.isMuted ?? false} />
            {say.muted}
          </label>
          <DialogButtons />
        </form>
      </dialog>
    )
  );
}

interface NumberFieldProps {
  name: "offset" | "sourceStart" | "duration" | "volumeDb" | "fadeIn" | "fadeOut";
  label: string;
  /** The value that an empty field has. */
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

function PanField({ pan, label }: { pan: number; label: string }) {
  const [value, setValue] = useState(pan);
  const words = panInWords(value);
  return (
    <label class="field">
      <span>
        {label}: <output id="pan-words">{words}</output>
      </span>
      <input
        name="pan"
        type="range"
        min={-1}
        max={1}
        step={0.01}
        defaultValue={pan}
        aria-valuetext={words}
        onInput={({ currentTarget }) => setValue(currentTarget.valueAsNumber)}
      />
    </label>
  );
}

/** `centre`, `30% left` */
function panInWords(pan: number): string {
  const percent = Math.round(Math.abs(pan) * 100);
  const { panCentre, panLeft, panRight } = laterWords.value.clipEditor;
  if (percent === 0) return panCentre;
  return pan < 0 ? panLeft(percent) : panRight(percent);
}

/** The silence that a clip skips if its field is empty. */
function skipped(asset: Asset | undefined): string {
  const { skipsSilence, skipsNothing } = laterWords.value.clipEditor;
  return asset?.trim ? skipsSilence(asset.trim.start) : skipsNothing;
}

/** The form as a change to the clip. An empty field is removed from the clip. */
function changeFrom(form: FormData) {
  const text = (name: string) => String(form.get(name) ?? "").trim();
  const number = (name: string) => (text(name) === "" ? undefined : Number(text(name)));
  return {
    text: text("text"),
    voice: text("voice"),
    scene: text("scene") || undefined,
    offset: number("offset"),
    sourceStart: number("sourceStart"),
    duration: number("duration") || undefined,
    volumeDb: number("volumeDb"),
    fadeIn: number("fadeIn"),
    fadeOut: number("fadeOut"),
    pan: number("pan") || undefined,
    isMuted: form.has("isMuted") || undefined,
  } satisfies ClipChange;
}
