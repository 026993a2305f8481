/** Opens the dialog about the exported file, which is loaded with its first use. */
import { Icon } from "./Icon.tsx";
import { useLoadedLater } from "./loaded-later.ts";

const load = async () => (await import("./FileSettings.tsx")).FileSettings;

export function FileSettingsButton() {
  const { Shown: Dialog, show, hide } = useLoadedLater(load, "The settings could not be opened");
  return (
    <>
      <button type="button" id="settings" class="button" aria-label="Sound and file…" onClick={() => void show()}>
        <Icon name="settings" />
        <span class="where-there-is-room">Sound and file…</span>
      </button>
      {Dialog && <Dialog onClose={hide} />}
    </>
  );
}
