/** Opens the health report, which is loaded with its first use. */
import { useLoadedLater } from "./loaded-later.ts";

const load = async () => (await import("./HealthDialog.tsx")).HealthDialog;

export function HealthButton() {
  const { Shown: Dialog, show, hide } = useLoadedLater(load, "The health report could not be opened");
  return (
    <>
      <p class="storage quiet">
        <button type="button" id="health" class="link" onClick={() => void show()}>
          Health report
        </button>
      </p>
      {Dialog && <Dialog onClose={hide} />}
    </>
  );
}
