/** Says how many lines of the project's script have no audio yet, and shows the script dialog while it is open. */
import { openLines } from "../project/model.ts";
import { openScript } from "../studio/script-opening.ts";
import { arriving, project, scriptDialog } from "../studio/state.ts";
import { words } from "../words/words.ts";

export function ScriptNote() {
  const Dialog = scriptDialog.value;
  const { script } = project.value;
  const { scriptNote } = words.value;
  const open = arriving.value ? 0 : openLines(project.value).length;
  return (
    <>
      {script && open > 0 && (
        <p class="quiet" id="script-note">
          {scriptNote.note(open, script.length)}
          <button type="button" class="link" onClick={() => void openScript()}>
            {scriptNote.addAudio}
          </button>
        </p>
      )}
      {Dialog && <Dialog />}
    </>
  );
}
