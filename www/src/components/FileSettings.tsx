/**
 * The dialog about the exported file, in two tabs: its sound, and what it says about itself. Both are one form, and
 * saved as one step. Loaded on demand.
 */
import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { setFile } from "../studio/editing.ts";
import { laterWords } from "../words/later.ts";
import { AboutFields, aboutFrom, pictureFiles, takeOver, useAboutDraft } from "./AboutFile.tsx";
import { DialogButtons } from "./DialogButtons.tsx";
import { SoundFields, settingsFrom } from "./SoundSettings.tsx";

/** The ID of each tab's panel. */
const PANELS = { sound: "sound-settings", about: "about-file" } as const;
type TabName = keyof typeof PANELS;
const NAMES = Object.keys(PANELS) as TabName[];

/** The dialog opens where it was left. */
let last: TabName = "sound";

export function FileSettings({ onClose }: { onClose: () => void }) {
  const { fileSettings: say } = laterWords.value;
  const dialog = useRef<HTMLDialogElement>(null);
  const [shown, setShown] = useState(last);
  const draft = useAboutDraft();
  useLayoutEffect(() => {
    dialog.current?.showModal();
    dialog.current?.querySelector<HTMLElement>("[aria-selected=true]")?.focus();
  }, []);
  const show = (name: TabName) => {
    last = name;
    setShown(name);
  };
  const press = (event: KeyboardEvent) => {
    const at = NAMES.indexOf(shown);
    const to = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: -1 }[event.key];
    const name = to === undefined ? undefined : NAMES.at(to % NAMES.length);
    if (!name) return;
    event.preventDefault();
    show(name);
    dialog.current?.querySelector<HTMLElement>(`#${name}-tab`)?.focus();
  };
  /** The browser shows what is wrong with a field only if the field is in sight. */
  const bringToSight = ({ target }: Event) => {
    const panel = (target as Element).closest<HTMLElement>("[role=tabpanel]");
    const name = NAMES.find((one) => PANELS[one] === panel?.id);
    if (!panel?.hidden || !name) return;
    panel.hidden = false;
    show(name);
  };
  return (
    <dialog
      ref={dialog}
      id="file-settings"
      class="wide-dialog"
      aria-label={say.title}
      onClose={onClose}
      onPaste={({ clipboardData }) => {
        const files = pictureFiles(clipboardData);
        if (files.length > 0) void draft.addCovers(files);
      }}
      onDragOver={(event) => takeOver(event)}
      onDrop={(event) => {
        if (takeOver(event)) void draft.addCovers(pictureFiles(event.dataTransfer));
      }}
    >
      <form
        method="dialog"
        onInvalidCapture={bringToSight}
        onSubmit={({ currentTarget }) => {
          const form = new FormData(currentTarget);
          setFile(settingsFrom(form), aboutFrom(form, draft));
        }}
      >
        <div class="tabs" role="tablist" aria-label={say.tabs} onKeyDown={press}>
          {NAMES.map((name) => (
            <button
              key={name}
              type="button"
              role="tab"
              id={`${name}-tab`}
              aria-selected={name === shown}
              aria-controls={PANELS[name]}
              tabIndex={name === shown ? 0 : -1}
              onClick={() => show(name)}
            >
              {say.tab[name]}
            </button>
          ))}
        </div>
        <Panel name="sound" shown={shown}>
          <SoundFields />
        </Panel>
        <Panel name="about" shown={shown}>
          <AboutFields draft={draft} />
        </Panel>
        <div class="dialog-foot">
          <p role="alert" class="fault" id="about-fault">
            {draft.fault}
          </p>
          <DialogButtons isChanged={draft.isChanged} />
        </div>
      </form>
    </dialog>
  );
}

function Panel({ name, shown, children }: { name: TabName; shown: TabName; children: ComponentChildren }) {
  return (
    <div class="dialog-body" role="tabpanel" id={PANELS[name]} aria-labelledby={`${name}-tab`} hidden={name !== shown}>
      {children}
    </div>
  );
}
