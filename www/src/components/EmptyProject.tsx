/** Says how to begin, in place of an empty list of clips. */
import { AUDIO_FILES } from "../studio/file-types.ts";
import { receiveFiles } from "../studio/receiving.ts";
import { openScript } from "../studio/script-opening.ts";
import { words } from "../words/words.ts";
import { FileButton } from "./FileButton.tsx";
import { Icon } from "./Icon.tsx";

export function EmptyProject() {
  const { clips, projects } = words.value;
  return (
    <div class="empty">
      <p>{clips.none}</p>
      <p class="choices">
        <FileButton id="add-first" icon="add" label={clips.chooseAudio} accept={AUDIO_FILES} onFiles={receiveFiles} />
        <button type="button" id="script-first" class="button" onClick={() => void openScript()}>
          <Icon name="script" />
          {projects.fromScript}
        </button>
      </p>
    </div>
  );
}
