/** The buttons at the end of a dialog's form: Cancel and Save. Escape asks before it discards what was changed. */
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { words } from "../words/words.ts";

interface DialogButtonsProps {
  /** Whether anything was changed that the form itself does not hold. */
  isChanged?: boolean;
}

export function DialogButtons({ isChanged = false }: DialogButtonsProps) {
  const { dialog: say } = words.value;
  const [isAsking, setIsAsking] = useState(false);
  const buttons = useRef<HTMLDivElement>(null);
  const keep = useRef<HTMLButtonElement>(null);
  const isChangedBeside = useRef(isChanged);
  isChangedBeside.current = isChanged;

  useLayoutEffect(() => {
    const form = buttons.current?.closest("form");
    const dialog = form?.closest("dialog");
    if (!form || !dialog) return;
    const before = contentOf(form);
    const ask = (event: Event) => {
      if (!isChangedBeside.current && contentOf(form) === before) return;
      event.preventDefault();
      setIsAsking(true);
    };
    // A second Escape closes a dialog without a cancel event, so the key is stopped too.
    const onKeyDown = (event: KeyboardEvent) => event.key === "Escape" && ask(event);
    dialog.addEventListener("keydown", onKeyDown);
    dialog.addEventListener("cancel", ask);
    return () => {
      dialog.removeEventListener("keydown", onKeyDown);
      dialog.removeEventListener("cancel", ask);
    };
  }, []);

  useLayoutEffect(() => {
    if (!isAsking) return;
    const left = document.activeElement as HTMLElement | null;
    keep.current?.focus();
    // On a small screen, all of the answers come into sight.
    buttons.current?.scrollIntoView({ block: "nearest" });
    return () => left?.focus();
  }, [isAsking]);

  return (
    <div class="buttons wide" ref={buttons}>
      <p role="alert" class="question">
        {isAsking && say.askToSave}
      </p>
      {isAsking && (
        <button type="button" class="button" ref={keep} onClick={() => setIsAsking(false)}>
          {say.keepEditing}
        </button>
      )}
      <button type="button" class="button" onClick={(event) => event.currentTarget.closest("dialog")?.close()}>
        {isAsking ? say.discard : say.cancel}
      </button>
      <button type="submit" class="button primary">
        {say.save}
      </button>
    </div>
  );
}

/** What the form would save, to be compared. */
function contentOf(form: HTMLFormElement): string {
  return JSON.stringify([...new FormData(form)]);
}
