/** Opens the dialog about the exported file, which is loaded with its first use. */
import type { ComponentType } from "preact";
import { useState } from "preact/hooks";
import { reportFailure } from "../studio/failure.ts";
import { Icon } from "./Icon.tsx";

export function FileSettingsButton() {
  const [Dialog, setDialog] = useState<ComponentType<{ onClose: () => void }>>();
  const open = async () => {
    try {
      const { FileSettings } = await import("./FileSettings.tsx");
      setDialog(() => FileSettings);
    } catch (error) {
      reportFailure("The settings could not be opened", error);
    }
  };
  return (
    <>
      <button type="button" id="settings" class="button" aria-label="Sound and file…" onClick={() => void open()}>
        <Icon name="settings" />
        <span class="where-there-is-room">Sound and file…</span>
      </button>
      {Dialog && <Dialog onClose={() => setDialog(undefined)} />}
    </>
  );
}
