/** The progress of a running export. */
import { timeLeftInWords } from "../format.ts";
import { cancelExport, downloadInstead, type ExportState } from "../studio/exporting.ts";

type Running = Extract<ExportState, { kind: "running" }>;

export function ExportProgress({ progress }: { progress: Running["progress"] }) {
  const { completed, message, secondsLeft, waitingFor } = progress;
  const left = secondsLeft === undefined ? "" : timeLeftInWords(secondsLeft);
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
      <div class="running-buttons">
        {waitingFor && (
          <button type="button" id="download-instead" class="button" onClick={downloadInstead}>
            Download it instead
          </button>
        )}
        <button type="button" id="cancel" class="button" onClick={cancelExport}>
          Cancel
        </button>
      </div>
    </div>
  );
}
