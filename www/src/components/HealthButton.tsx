/** Opens the health report, which is loaded with its first use. */
import type { ComponentType } from "preact";
import { useState } from "preact/hooks";
import { reportFailure } from "../studio/failure.ts";

export function HealthButton() {
  const [Dialog, setDialog] = useState<ComponentType<{ onClose: () => void }>>();
  const open = async () => {
    try {
      const { HealthDialog } = await import("./HealthDialog.tsx");
      setDialog(() => HealthDialog);
    } catch (error) {
      reportFailure("The health report could not be opened", error);
    }
  };
  return (
    <>
      <p class="storage quiet">
        <button type="button" id="health" class="link" onClick={() => void open()}>
          Health report
        </button>
      </p>
      {Dialog && <Dialog onClose={() => setDialog(undefined)} />}
    </>
  );
}
