/**
 * The export, always in sight at the foot of the page. One row has the planned file or the progress, and the buttons,
 * which never move. A result, a failure and an interrupted export are cards above it, which overlay the page. All of it
 * takes 40 % of the window's height at most.
 */
import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import type { UnfinishedExport } from "secuencia";
import { settingsInWords } from "../project/settings.ts";
import { canPickFolders } from "../studio/destinations.ts";
import {
  cancelExport,
  continueExport,
  dismissExport,
  type ExportState,
  exportState,
  forgetExport,
  interrupted,
  shareMade,
  startExport,
  type Way,
} from "../studio/exporting.ts";
import { isViewing, marked, project, projectLength } from "../studio/state.ts";
import { words } from "../words/words.ts";
import { ChapterFiles } from "./ChapterFiles.tsx";
import { ExportFailure } from "./ExportFailure.tsx";
import { ExportProgress, StuckExport } from "./ExportProgress.tsx";
import { ExportResult } from "./ExportResult.tsx";
import { FileSettingsButton } from "./FileSettingsButton.tsx";
import { Icon } from "./Icon.tsx";
import { Menu, MenuItem } from "./Menu.tsx";

export function ExportDock() {
  const state = exportState.value;
  const isRunning = state.kind === "running";
  const { exporting: say } = words.value;

  // Buttons of a card and “Cancel” disappear with what they belong to. Keep the focus then.
  const exportButton = useRef<HTMLButtonElement>(null);
  const dock = useRef<HTMLElement>(null);
  const focused = document.activeElement;
  const isFocusInside = dock.current?.contains(focused) && focused !== exportButton.current;
  useLayoutEffect(() => {
    if (isFocusInside && !document.activeElement?.closest(".dock")) exportButton.current?.focus();
  }, [state.kind]);

  return (
    <section class="dock" id="export-panel" aria-label={say.title} data-state={state.kind} ref={dock}>
      <Card state={state} />
      <div class="dock-row">
        <div class="dock-content">
          {isRunning ? (
            <ExportProgress progress={state.progress} />
          ) : (
            <Outlook isCancelled={state.kind === "cancelled"} />
          )}
        </div>
        <div class="dock-buttons">
          {isRunning ? (
            <button type="button" id="cancel" class="button" onClick={cancelExport}>
              {say.cancel}
            </button>
          ) : (
            !isViewing.value && <FileSettingsButton />
          )}
          <div class="export-buttons">
            <button
              type="button"
              id="export"
              ref={exportButton}
              class="button primary"
              aria-disabled={isRunning}
              onClick={() => !isRunning && void startExport()}
            >
              <Icon name="export" />
              <span class="words">{say.button}</span>
            </button>
            <OtherWays isRunning={isRunning} />
          </div>
        </div>
      </div>
    </section>
  );
}

function OtherWays({ isRunning }: { isRunning: boolean }) {
  const part = marked.value;
  const { part: ofPart, chapterFiles, exporting: say, formats } = words.value;
  const [from, to] = part ? [formats.clock(part.start), formats.clock(part.end)] : ["", ""];
  return (
    <Menu
      id="other-ways"
      look="button primary"
      face={<Icon name="more" />}
      label={say.otherWays}
      state={isRunning}
      isDisabled={isRunning}
    >
      {(close) => {
        const choose = (way: Way) => () => {
          // This comes first: the dialog must open from the click.
          void startExport(way);
          close();
        };
        return (
          <>
            {part && (
              <MenuItem
                id="export-part"
                title={ofPart.toExport(from, to)}
                detail={ofPart.toExportDetail}
                onClick={choose({ into: "file", part })}
              />
            )}
            {canPickFolders() && (
              <MenuItem
                id="export-into-folder"
                title={say.toFolder}
                detail={say.toFolderDetail}
                onClick={choose({ into: "folder" })}
              />
            )}
            <MenuItem
              id="export-chapters"
              title={chapterFiles.toExport}
              detail={chapterFiles.toExportDetail}
              onClick={choose({ into: "folder", isByChapter: true })}
            />
          </>
        );
      }}
    </Menu>
  );
}

function Card({ state }: { state: ExportState }) {
  const [unfinished] = interrupted.value;
  switch (state.kind) {
    case "running":
      return state.progress.waitingFor ? <Box>{<StuckExport />}</Box> : null;
    case "failed":
      return (
        <Box closes={words.value.exporting.dismissFailure}>
          <ExportFailure failure={state.failure} way={state.way} />
        </Box>
      );
    case "chapters":
      return (
        <Box closes={words.value.exporting.dismissResult}>
          <ChapterFiles finished={state.finished} />
        </Box>
      );
    case "done":
      return (
        <Box closes={words.value.exporting.dismissResult}>
          <ExportResult finished={state.finished} />
        </Box>
      );
    default: {
      const isOffered = unfinished && state.kind === "idle" && !isViewing.value;
      return isOffered ? (
        <Box>
          <Interrupted unfinished={unfinished} />
        </Box>
      ) : null;
    }
  }
}

/** `closes` is the name of the button that dismisses it, if it has one. */
function Box({ closes, children }: { closes?: string; children: ComponentChildren }) {
  return (
    <div class="dock-card">
      {children}
      {closes && (
        <button
          type="button"
          id="dismiss-card"
          class="quiet-button"
          aria-label={closes}
          title={words.value.dialog.dismiss}
          onClick={dismissExport}
        >
          <Icon name="remove" />
        </button>
      )}
    </div>
  );
}

function Outlook({ isCancelled }: { isCancelled: boolean }) {
  const { clips } = project.value;
  const { exporting: say, formats } = words.value;
  const file = say.file(project.value.extension ?? "m4a", settingsInWords(project.value));
  return (
    <>
      <p class="dock-title">
        {isCancelled ? say.cancelled : say.outlook(clips.length, formats.clock(projectLength.value))}
      </p>
      <p class="quiet" id="outlook" title={file}>
        {file}
      </p>
    </>
  );
}

function Interrupted({ unfinished }: { unfinished: UnfinishedExport }) {
  const { exporting: say } = words.value;
  return (
    <div id="interrupted">
      <p class="dock-title">{say.interrupted(unfinished.fileName, Math.floor(shareMade(unfinished)))}</p>
      <p class="answers">
        <button type="button" class="link" id="continue-export" onClick={() => void continueExport(unfinished)}>
          {say.continue}
        </button>
        <button type="button" class="link" id="forget-export" onClick={() => void forgetExport(unfinished)}>
          {say.forget}
        </button>
      </p>
    </div>
  );
}
