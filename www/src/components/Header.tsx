/** The page's header: the project's name, the way to the other projects, and the buttons to open, save and add. */
import { renameProject } from "../studio/editing.ts";
import { AUDIO_FILES } from "../studio/file-types.ts";
import { receiveFiles } from "../studio/receiving.ts";
import { isViewing, project } from "../studio/state.ts";
import { words } from "../words/words.ts";
import { FileButton } from "./FileButton.tsx";
import { OpenButton } from "./OpenButton.tsx";
import { ProjectsButton } from "./ProjectsButton.tsx";
import { SaveMenu } from "./SaveMenu.tsx";
import { ScriptButton } from "./ScriptButton.tsx";

export function Header() {
  const { name } = project.value;
  const { header: say } = words.value;
  return (
    <header class="page-header" inert={isViewing.value}>
      <h1>
        <img src="icons/icon.svg" alt="" width="28" height="28" />
        <span>Secuencia</span>
      </h1>
      <div class="project">
        <label class="field project-name">
          <span>{say.projectName}</span>
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
      <div class="ways-in">
        <OpenButton id="open-project" label={say.open} />
        <SaveMenu />
        <ScriptButton />
        <FileButton id="add-audio" icon="add" label={say.addAudio} accept={AUDIO_FILES} onFiles={receiveFiles} />
      </div>
    </header>
  );
}
