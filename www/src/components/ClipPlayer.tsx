/** The button in a clip's dialog that plays the clip alone, again and again, as its fields say. */
import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { ClipChange } from "../project/model.ts";
import { pause, playAlone, updateAlone } from "../studio/playing.ts";
import { playing, soloFault } from "../studio/state.ts";
import { laterWords } from "../words/later.ts";
import { Icon } from "./Icon.tsx";

interface ClipPlayerProps {
  clipId: string;
  /** Returns the changes that the dialog's form has so far. */
  changeFrom: (form: HTMLFormElement) => ClipChange;
  /** The buttons beside it. */
  children: ComponentChildren;
}

export function ClipPlayer({ clipId, changeFrom, children }: ClipPlayerProps) {
  const { clipEditor: say } = laterWords.value;
  const button = useRef<HTMLButtonElement>(null);
  const isPlaying = typeof playing.value === "object";
  const changeNow = () => (button.current?.form ? changeFrom(button.current.form) : {});
  useEffect(() => {
    const form = button.current?.form;
    const hear = () => updateAlone();
    form?.addEventListener("input", hear);
    return () => {
      form?.removeEventListener("input", hear);
      if (typeof playing.peek() === "object") pause();
    };
  }, []);
  return (
    <div class="clip-player wide">
      <button
        type="button"
        class="button"
        id="play-clip"
        ref={button}
        onClick={() => (isPlaying ? pause() : void playAlone({ clipId, changeNow }))}
      >
        <Icon name={isPlaying ? "pause" : "play"} />
        {isPlaying ? say.stop : say.play}
      </button>
      {children}
      <span role="status" class="fault">
        {soloFault.value}
      </span>
    </div>
  );
}
