/** Opens the script dialog, which is loaded on first use with everything that reads scripts. */
import { reportFailure } from "./failure.ts";
import { scriptDialog } from "./state.ts";

/** Opens the dialog, or continues in it. The files may be a script, audio for one, or none. */
export async function openScript(files: File[] = []): Promise<void> {
  try {
    const { beginScript, ScriptDialog } = await import("../components/ScriptDialog.tsx");
    beginScript(files, scriptDialog.peek() === undefined);
    scriptDialog.value = ScriptDialog;
  } catch (error) {
    reportFailure("Scripts could not be opened", error);
  }
}
