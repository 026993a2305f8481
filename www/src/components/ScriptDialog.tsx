/**
 * The script dialog: the text, the lines found in it, and the audio for each line. It is loaded on first use, with
 * everything that reads scripts.
 */
import { useLayoutEffect, useRef } from "preact/hooks";
import { isReading, layScript, lines, place, view } from "../studio/script-import.ts";
import { closeScript } from "../studio/state.ts";
import { loadStyles } from "../studio/styles.ts";
import { laterWords } from "../words/later.ts";
import { ScriptLines } from "./ScriptLines.tsx";
import { ScriptSource } from "./ScriptSource.tsx";

export { beginScript } from "../studio/script-import.ts";

await loadStyles("script.css");

export function ScriptDialog() {
  const dialog = useRef<HTMLDialogElement>(null);
  useLayoutEffect(() => dialog.current?.showModal(), []);
  const { script: say } = laterWords.value;
  const isReady = lines.value.length > 0 && (view.value === "project" || !isReading.value);
  return (
    <dialog ref={dialog} id="script-dialog" class="script-dialog" aria-labelledby="script-title" onClose={closeScript}>
      <form
        method="dialog"
        onSubmit={(event) => {
          if (isReady) layScript();
          else event.preventDefault();
        }}
      >
        <h2 id="script-title">{view.value === "project" ? say.ofProject : say.title}</h2>
        <ScriptSource />
        <ScriptLines />
        <div class="buttons wide">
          <button type="button" class="button" onClick={() => dialog.current?.close()}>
            {say.cancel}
          </button>
          <button type="submit" id="lay-script" class="button primary" aria-disabled={!isReady}>
            {view.value === "project" ? say.save : place.value === "new" ? say.create : say.apply}
          </button>
        </div>
      </form>
    </dialog>
  );
}
