/** The health report in a dialog, to read and to copy. Loaded on demand. */
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { healthReport } from "../studio/health.ts";

export function HealthDialog({ onClose }: { onClose: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const field = useRef<HTMLTextAreaElement>(null);
  const [report, setReport] = useState("");
  const [told, setTold] = useState("");
  useLayoutEffect(() => dialog.current?.showModal(), []);
  useEffect(() => void healthReport().then(setReport), []);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(report);
      setTold("Copied.");
    } catch {
      // The browser does not allow it, or the page is not secure.
      field.current?.select();
      setTold("The browser does not let the page copy. The text is selected: copy it with the keyboard.");
    }
  };
  return (
    <dialog ref={dialog} id="health-report" aria-labelledby="health-title" onClose={onClose}>
      <form method="dialog">
        <h2 id="health-title">Health report</h2>
        <p class="wide">
          If something does not work, send this to the person who helps you. It has no names and no words of your files,
          clips or people.
        </p>
        <textarea ref={field} class="wide" aria-label="Report" readOnly rows={16} value={report || "…"} />
        <p class="wide quiet" role="status">
          {told}
        </p>
        <div class="buttons wide">
          <button type="button" class="button" disabled={report === ""} onClick={() => void copy()}>
            Copy
          </button>
          <button type="submit" class="button primary">
            Close
          </button>
        </div>
      </form>
    </dialog>
  );
}
