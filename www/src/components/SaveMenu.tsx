/** A menu with the ways to save the project itself. They are rarely needed, so one button opens them. */
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { cancelSaving, saveProject, saveTimeline } from "../studio/project-saving.ts";
import { saving } from "../studio/state.ts";
import { Icon } from "./Icon.tsx";

export function SaveMenu() {
  const [isOpen, setIsOpen] = useState(false);
  const menu = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  useLayoutEffect(() => {
    if (!isOpen) return;
    const leave = ({ target }: Event) => {
      if (!menu.current?.contains(target as Node)) setIsOpen(false);
    };
    for (const type of ["pointerdown", "focusin"]) document.addEventListener(type, leave);
    return () => {
      for (const type of ["pointerdown", "focusin"]) document.removeEventListener(type, leave);
    };
  }, [isOpen]);

  const close = () => {
    setIsOpen(false);
    button.current?.focus();
  };
  const done = saving.value;
  const isSaving = done !== undefined;
  const percent = `${Math.floor((done ?? 0) * 100)}%`;
  // The menu changes when saving starts or ends. It closes, so that a click cannot hit the wrong item.
  useLayoutEffect(() => {
    if (isOpen) close();
  }, [isSaving]);
  const choose = (act: () => unknown) => () => {
    // This comes first: the save dialog must open from the click.
    act();
    close();
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the keys are those of the buttons in it
    <div class="menu" ref={menu} onKeyDown={({ key }) => key === "Escape" && isOpen && close()}>
      <button
        type="button"
        id="save"
        class="button"
        ref={button}
        aria-expanded={isOpen}
        aria-controls="save-menu"
        aria-label={isSaving ? `Saving: ${percent}` : undefined}
        onClick={() => setIsOpen(!isOpen)}
      >
        <Icon name="save" />
        {isSaving ? percent : "Save…"}
      </button>
      <div class="menu-items" id="save-menu" hidden={!isOpen}>
        {isSaving ? (
          <Choice
            id="cancel-saving"
            title="Cancel saving"
            detail="An existing file stays unchanged."
            onClick={choose(cancelSaving)}
          />
        ) : (
          <>
            <Choice
              id="save-project"
              title="Save project…"
              detail="One file with all audio and pictures. “Open project…” reads it in any browser."
              onClick={choose(saveProject)}
            />
            <Choice
              id="save-timeline"
              title="Export timeline…"
              detail="OpenTimelineIO (.otio) for other editors. It refers to the audio files without containing them."
              onClick={choose(saveTimeline)}
            />
          </>
        )}
      </div>
    </div>
  );
}

interface ChoiceProps {
  id: string;
  title: string;
  detail: string;
  onClick: () => void;
}

function Choice({ id, title, detail, onClick }: ChoiceProps) {
  return (
    <button type="button" id={id} class="menu-item" onClick={onClick}>
      {title}
      <span class="quiet">{detail}</span>
    </button>
  );
}
