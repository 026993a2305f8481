/**
 * The export, always in sight at the foot of the page: what will be made, how far it is, and what came of it. It
 * lies over the page, so nothing moves when an export starts or ends.
 */
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { clockTime, count } from "../format.ts";
import { type ExportState, exportState, startExport } from "../studio/exporting.ts";
import { project, projectLength } from "../studio/state.ts";
import { ExportFailure } from "./ExportFailure.tsx";
import { ExportProgress } from "./ExportProgress.tsx";
import { ExportResult } from "./ExportResult.tsx";
import { Icon } from "./Icon.tsx";

export function ExportDock() {
  const state = exportState.value;
  const isRunning = state.kind === "running";

  // “Cancel” goes when the export ends: the focus must not get lost with it.
  const exportButton = useRef<HTMLButtonElement>(null);
  const isCancelFocused = document.activeElement?.id === "cancel";
  useLayoutEffect(() => {
    if (!isRunning && isCancelFocused) exportButton.current?.focus();
  }, [isRunning]);

  useEffect(() => {
    if (!isRunning) return;
    const warn = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener("beforeunload", warn);
    return () => window.removeEventListener("beforeunload", warn);
  }, [isRunning]);

  return (
    <section class="dock" id="export-panel" aria-label="Export" data-state={state.kind}>
      <div class="dock-content">
        <Content state={state} />
      </div>
      <button
        type="button"
        id="export"
        ref={exportButton}
        class="button primary"
        aria-disabled={isRunning}
        onClick={() => !isRunning && void startExport()}
      >
        <Icon name="export" />
        Export
      </button>
    </section>
  );
}

function Content({ state }: { state: ExportState }) {
  switch (state.kind) {
    case "running":
      return <ExportProgress progress={state.progress} />;
    case "failed":
      return <ExportFailure failure={state.failure} />;
    case "done":
      return <ExportResult finished={state.finished} />;
    default:
      return <Outlook isCancelled={state.kind === "cancelled"} />;
  }
}

function Outlook({ isCancelled }: { isCancelled: boolean }) {
  const { clips } = project.value;
  return (
    <>
      <p class="dock-title">{isCancelled ? "The export was cancelled. Nothing was saved." : "Ready to export"}</p>
      <p class="quiet">
        {`${count(clips.length, "clip")}, ${clockTime(projectLength.value)}, as one M4A file: stereo, 44.1 kHz, 256 kb/s`}
      </p>
    </>
  );
}
