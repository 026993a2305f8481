/** The health report in a dialog, to read and to copy. Loaded on demand. */
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { healthReport } from "../studio/health.ts";
import { laterWords } from "../words/later.ts";

export function HealthDialog({ onClose }: { onClose: () => void }) {
  const { healthReport: say } = laterWords.value;
  const dialog = useRef<HTMLDialogElement>(null);
  const field = useRef<HTMLTextAreaElement>(null);
  const [report, setReport] = useState("");
  const [told, setTold] = useState("");
  useLayoutEffect(() => dialog.current?.showModal(), []);
  useEffect(() => void healthReport().then(setReport), []);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(report);
      setTold(say.copied);
    } catch {
      // The browser does not allow it, or the page is not secure.
      field.current?.select();
      setTold(say.notCopied);
    }
  };
  return (
    <dialog ref={dialog} id="health-report" aria-labelledby="health-title" onClose={onClose}>
      <form method="dialog">
        <h2 id="health-title">{say.title}</h2>
        <p class="wide">{say.explanation}</p>
        <textarea ref={field} class="wide" aria-label={say.report} lang="en" readOnly rows={16} value={report || "…"} />
        <p class="wide quiet" role="status">
          {told}
        </p>
        <div class="buttons wide">
          <button type="button" class="button" disabled={report === ""} onClick={() => void copy()}>
            {say.copy}
          </button>
          <button type="submit" class="button primary">
            {say.close}
          </button>
        </div>
      </form>
    </dialog>
  );
}
