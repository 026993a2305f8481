/** Opens the health report, which is loaded with its first use. */

import { words } from "../words/words.ts";
import { useLoadedLater } from "./loaded-later.ts";

const load = async () => (await import("./HealthDialog.tsx")).HealthDialog;

export function HealthButton() {
  const { Shown: Dialog, show, hide } = useLoadedLater(load, words.value.health.notOpened);
  return (
    <>
      <p class="storage quiet">
        <button type="button" id="health" class="link" onClick={() => void show()}>
          {words.value.health.button}
        </button>
      </p>
      {Dialog && <Dialog onClose={hide} />}
    </>
  );
}
