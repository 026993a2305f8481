/** A running export. */
import { useEffect, useRef } from "preact/hooks";
import { timeLeftInWords } from "../format.ts";
import { cancelExport, type ExportState } from "../studio/exporting.ts";

type Running = Extract<ExportState, { kind: "running" }>;

export function ExportProgress({ progress }: { progress: Running["progress"] }) {
  const { completed, message, secondsLeft } = progress;
  const left = secondsLeft === undefined ? "" : timeLeftInWords(secondsLeft);
  const cancel = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    const button = cancel.current;
    // The button goes with the export: the focus must not get lost with it.
    return () => {
      if (document.activeElement === button) document.getElementById("export")?.focus();
    };
  }, []);
  return (
    <div class="running">
      <p class="dock-title">
        <span id="export-message">{message}</span>
        <span class="quiet" id="time-left">
          {left}
        </span>
      </p>
      <progress
        id="progress"
        max={100}
        value={completed}
        aria-label="Export"
        aria-valuetext={`${Math.round(completed)} percent. ${message}. ${left}`}
      />
      <button type="button" id="cancel" class="button" ref={cancel} onClick={cancelExport}>
        Cancel
      </button>
    </div>
  );
}
