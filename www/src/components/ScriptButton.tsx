/** Opens the script dialog, to import a script or to find audio for the lines of the project's script. */
import { openScript } from "../studio/script-opening.ts";
import { words } from "../words/words.ts";
import { Icon } from "./Icon.tsx";

export function ScriptButton() {
  return (
    <button type="button" id="script" class="button" onClick={() => void openScript()}>
      <Icon name="script" />
      <span>{words.value.header.script}</span>
    </button>
  );
}
