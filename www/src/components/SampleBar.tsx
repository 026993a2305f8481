/** Says that the project is the sample, for as long as nobody has touched it, and how to begin with one's own. */
import { openScript } from "../studio/script-opening.ts";
import { isUntouched, opened } from "../studio/state.ts";
import { beginEmpty } from "../studio/switching.ts";
import { words } from "../words/words.ts";
import { Icon } from "./Icon.tsx";
import { OpenButton } from "./OpenButton.tsx";

export function SampleBar() {
  const say = words.value.projects;
  if (!isUntouched.value || opened.value.origin !== "sample") return null;
  return (
    <section id="sample-bar" class="sample-bar" aria-label={say.sample}>
      <p>{say.isSample}</p>
      <p class="choices">
        <button type="button" id="begin-new" class="button" onClick={() => void beginEmpty()}>
          <Icon name="add" />
          {say.begin}
        </button>
        <OpenButton id="begin-file" label={say.open} />
        <button type="button" id="begin-script" class="button" onClick={() => void openScript([], true)}>
          <Icon name="script" />
          {say.fromScript}
        </button>
      </p>
    </section>
  );
}
