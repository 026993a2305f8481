/** Says how many lines of the project's script have no audio yet, and shows the script dialog while it is open. */
import { count } from "../format.ts";
import { openLines } from "../project/model.ts";
import { openScript } from "../studio/script-opening.ts";
import { arriving, project, scriptDialog } from "../studio/state.ts";

export function ScriptNote() {
  const Dialog = scriptDialog.value;
  const { script } = project.value;
  const open = arriving.value ? 0 : openLines(project.value).length;
  return (
    <>
      {script && open > 0 && (
        <p class="quiet" id="script-note">
          {`${open.toLocaleString("en")} of the script’s ${count(script.length, "line")} ${open === 1 ? "has" : "have"} no audio yet. `}
          <button type="button" class="link" onClick={() => void openScript()}>
            Add audio…
          </button>
        </p>
      )}
      {Dialog && <Dialog />}
    </>
  );
}
