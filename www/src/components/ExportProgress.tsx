/** The progress of a running export, in the dock's row. Its bar is the dock's upper edge. */
import { downloadInstead, type ExportState, exportedElsewhere } from "../studio/exporting.ts";
import { words } from "../words/words.ts";

type Running = Extract<ExportState, { kind: "running" }>;

export function ExportProgress({ progress }: { progress: Running["progress"] }) {
  const { completed, secondsLeft } = progress;
  const { exporting: say, projects } = words.value;
  const elsewhere = exportedElsewhere.value;
  const phase = progress.waitingFor ? say.stuckPhase : say.phases[progress.phase];
  const message = elsewhere === undefined ? phase : projects.of(elsewhere, phase);
  const percent = Math.floor(completed);
  const left = secondsLeft === undefined ? "" : say.left(secondsLeft);
  return (
    <>
      <progress
        id="progress"
        max={100}
        value={completed}
        aria-label={say.title}
        aria-valuetext={say.progress(percent, message, left)}
      />
      <p class="dock-title" id="export-message" title={message}>
        {message}
      </p>
      <p class="quiet">
        {say.percent(percent)}
        {left && ", "}
        <span id="time-left">{left}</span>
      </p>
    </>
  );
}

/** A way out for an export whose destination takes nothing. */
export function StuckExport() {
  const { exporting: say } = words.value;
  return (
    <div class="stuck">
      <p>{say.stuck}</p>
      <button type="button" id="download-instead" class="button" onClick={downloadInstead}>
        {say.downloadInstead}
      </button>
    </div>
  );
}
