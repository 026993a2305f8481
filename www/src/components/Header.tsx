/**
 * The page's header: the project's name, the way to the other projects, the gap between clips, and the buttons to open,
 * save and add.
 */
import { useLayoutEffect, useRef } from "preact/hooks";
import { MAX_GAP_SECONDS } from "secuencia/project.js";
import { renameProject, setGap } from "../studio/editing.ts";
import { AUDIO_FILES } from "../studio/file-types.ts";
import { receiveFiles } from "../studio/receiving.ts";
import { isViewing, project } from "../studio/state.ts";
import { FileButton } from "./FileButton.tsx";
import { OpenButton } from "./OpenButton.tsx";
import { ProjectsButton } from "./ProjectsButton.tsx";
import { SaveMenu } from "./SaveMenu.tsx";
import { ScriptButton } from "./ScriptButton.tsx";

export function Header() {
  const { name } = project.value;
  return (
    <header class="page-header" inert={isViewing.value}>
      <h1>
        <img src="icons/icon.svg" alt="" width="28" height="28" />
        Secuencia
      </h1>
      <div class="project">
        <label class="field project-name">
          <span>Project name</span>
          <input
            id="project-name"
            value={name}
            title={name}
            autocomplete="off"
            spellcheck={false}
            onInput={({ currentTarget }) => renameProject(currentTarget.value)}
          />
        </label>
        <ProjectsButton />
      </div>
      <GapField />
      <div class="ways-in">
        <OpenButton id="open-project" label="Open project…" />
        <SaveMenu />
        <ScriptButton />
        <FileButton id="add-audio" icon="add" label="Add audio…" accept={AUDIO_FILES} onFiles={receiveFiles} />
      </div>
    </header>
  );
}

function GapField() {
  const { gapSeconds } = project.value;
  const field = useRef<HTMLInputElement>(null);
  // A field that has the number already is left alone: "0.50" would become "0.5" before the rest of "0.505" is typed.
  useLayoutEffect(() => {
    const input = field.current;
    if (input && input.valueAsNumber !== gapSeconds) input.value = String(gapSeconds);
  }, [gapSeconds]);
  return (
    <label class="field gap">
      <span>Gap between clips (s)</span>
      <input
        ref={field}
        id="gap"
        type="number"
        min="0"
        max={MAX_GAP_SECONDS}
        step="0.05"
        onInput={({ currentTarget: { valueAsNumber: gap } }) => gap >= 0 && gap <= MAX_GAP_SECONDS && setGap(gap)}
        onBlur={({ currentTarget: input }) => {
          input.value = String(project.value.gapSeconds);
        }}
      />
    </label>
  );
}
