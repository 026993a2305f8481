/**
 * The export, always in sight at the foot of the page: the planned file, the progress, and the result. It overlays the
 * page, so nothing moves when an export starts or ends.
 */
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import type { UnfinishedExport } from "secuencia";
import { clockTime, count } from "../format.ts";
import { settingsInWords } from "../project/settings.ts";
import { canPickFolders } from "../studio/destinations.ts";
import {
  continueExport,
  type ExportState,
  exportState,
  forgetExport,
  interrupted,
  startExport,
} from "../studio/exporting.ts";
import { isViewing, project, projectLength } from "../studio/state.ts";
import { AboutFile } from "./AboutFile.tsx";
import { ExportFailure } from "./ExportFailure.tsx";
import { ExportProgress } from "./ExportProgress.tsx";
import { ExportResult } from "./ExportResult.tsx";
import { Icon } from "./Icon.tsx";
import { SoundSettings } from "./SoundSettings.tsx";

export function ExportDock() {
  const state = exportState.value;
  const isRunning = state.kind === "running";

  // “Cancel” disappears when the export ends, and “Export with silence instead” when it starts. Keep the focus then.
  const exportButton = useRef<HTMLButtonElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const isFocusInside = content.current?.contains(document.activeElement) ?? false;
  useLayoutEffect(() => {
    if (isFocusInside) exportButton.current?.focus();
  }, [state.kind]);

  useEffect(() => {
    if (!isRunning) return;
    const warn = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener("beforeunload", warn);
    return () => window.removeEventListener("beforeunload", warn);
  }, [isRunning]);

  return (
    <section class="dock" id="export-panel" aria-label="Export" data-state={state.kind}>
      <div class="dock-content" ref={content}>
        <Content state={state} />
      </div>
      <div class="dock-buttons">
        {!isViewing.value && (
          <>
            <AboutFile />
            <SoundSettings />
          </>
        )}
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
        {canPickFolders() && (
          <button
            type="button"
            id="export-into-folder"
            class="button"
            aria-label="Export to a folder…"
            title="Export to a folder…"
            aria-disabled={isRunning}
            onClick={() => !isRunning && void startExport("folder")}
          >
            <Icon name="folder" />
            <span class="where-there-is-room">To a folder…</span>
          </button>
        )}
      </div>
    </section>
  );
}

function Content({ state }: { state: ExportState }) {
  switch (state.kind) {
    case "running":
      return <ExportProgress progress={state.progress} />;
    case "failed":
      return <ExportFailure failure={state.failure} into={state.into} />;
    case "done":
      return <ExportResult finished={state.finished} />;
    default:
      return <Outlook isCancelled={state.kind === "cancelled"} />;
  }
}

function Outlook({ isCancelled }: { isCancelled: boolean }) {
  const { clips } = project.value;
  const [unfinished] = interrupted.value;
  if (unfinished && !isCancelled && !isViewing.value) return <Interrupted unfinished={unfinished} />;
  return (
    <>
      <p class="dock-title">{isCancelled ? "The export was cancelled. Nothing was saved." : "Ready to export"}</p>
      <p class="quiet" id="outlook">
        {`${count(clips.length, "clip")}, ${clockTime(projectLength.value)}, as one M4A file: ${settingsInWords(project.value)}`}
      </p>
    </>
  );
}

function Interrupted({ unfinished }: { unfinished: UnfinishedExport }) {
  const { fileName, completed } = unfinished;
  return (
    <div id="interrupted">
      <p class="dock-title">{`The export of ${fileName} was interrupted at ${Math.floor(completed)}\u00a0%.`}</p>
      <p class="answers">
        <button type="button" class="link" id="continue-export" onClick={() => void continueExport(unfinished)}>
          Continue
        </button>
        <button type="button" class="link" id="forget-export" onClick={() => void forgetExport(unfinished)}>
          Forget it
        </button>
      </p>
    </div>
  );
}
