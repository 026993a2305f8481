/** Opens the dialog about the exported file, which is loaded with its first use. */

import { words } from "../words/words.ts";
import { Icon } from "./Icon.tsx";
import { useLoadedLater } from "./loaded-later.ts";

const load = async () => (await import("./FileSettings.tsx")).FileSettings;

export function FileSettingsButton() {
  const { Shown: Dialog, show, hide } = useLoadedLater(load, words.value.file.notOpened);
  return (
    <>
      <button
        type="button"
        id="settings"
        class="button"
        aria-label={words.value.file.button}
        onClick={() => void show()}
      >
        <Icon name="settings" />
        <span class="where-there-is-room">{words.value.file.button}</span>
      </button>
      {Dialog && <Dialog onClose={hide} />}
    </>
  );
}
