/** The progress of a running export, in the dock's row. Its bar is the dock's upper edge. */
import { timeLeftInWords } from "../format.ts";
import { downloadInstead, type ExportState, exportedElsewhere } from "../studio/exporting.ts";
import { words } from "../words/words.ts";

type Running = Extract<ExportState, { kind: "running" }>;

export function ExportProgress({ progress }: { progress: Running["progress"] }) {
  const { completed, secondsLeft } = progress;
  const elsewhere = exportedElsewhere.value;
  const phase = withoutPercent(progress.message);
  const message = elsewhere === undefined ? phase : words.value.projects.of(elsewhere, phase);
  const percent = `${Math.floor(completed)}\u00a0%`;
  const left = secondsLeft === undefined ? "" : timeLeftInWords(secondsLeft);
  return (
    <>
      <progress
        id="progress"
        max={100}
        value={completed}
        aria-label="Export"
        aria-valuetext={`${Math.floor(completed)} percent. ${message}. ${left}`}
      />
      <p class="dock-title" id="export-message" title={message}>
        {message}
      </p>
      <p class="quiet">
        {percent}
        {left && ", "}
        <span id="time-left">{left}</span>
      </p>
    </>
  );
}

/** A way out for an export whose destination takes nothing. */
export function StuckExport() {
  return (
    <div class="stuck">
      <p>The destination takes nothing at the moment. The finished audio can be downloaded.</p>
      <button type="button" id="download-instead" class="button" onClick={downloadInstead}>
        Download it instead
      </button>
    </div>
  );
}

/** The package adds the percentage of a phase, which would be another one than the bar's. */
function withoutPercent(message: string): string {
  return message.replace(/ \(\d+%\)$/, "");
}
