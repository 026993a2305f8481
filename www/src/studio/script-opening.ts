/** Opens the script dialog, which is loaded on first use with everything that reads scripts. */

import { words } from "../words/words.ts";
import { reportFailure } from "./failure.ts";
import { scriptDialog } from "./state.ts";

/**
 * Opens the dialog, or continues in it. The files may be a script, audio for one, or none. `isForNew` tells whether a
 * new project is to begin with a script.
 */
export async function openScript(files: File[] = [], isForNew = false): Promise<void> {
  try {
    const { beginScript, ScriptDialog } = await import("../components/ScriptDialog.tsx");
    beginScript(files, scriptDialog.peek() === undefined, isForNew);
    scriptDialog.value = ScriptDialog;
  } catch (error) {
    reportFailure(words.value.scriptNote.notOpened, error);
  }
}
