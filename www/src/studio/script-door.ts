/** The way to the script's dialog. All of it is loaded when it is first asked for; this alone comes with the page. */
import { signal } from "@preact/signals";
import type { ComponentType } from "preact";
import { problems } from "./state.ts";

/** The dialog, while it is open. */
export const scriptDialog = signal<ComponentType | undefined>(undefined);

/** Opens the dialog, or goes on in it: with a script among these files, with audio for it, or with none. */
export async function openScript(files: File[] = []): Promise<void> {
  try {
    const { beginScript, ScriptDialog } = await import("../components/ScriptDialog.tsx");
    beginScript(files, scriptDialog.peek() === undefined);
    scriptDialog.value = ScriptDialog;
  } catch (error) {
    problems.value = [...problems.peek(), `Scripts could not be opened: ${(error as Error).message}`];
  }
}

/** Closes the dialog. What is in it stays until the next script. */
export function closeScript(): void {
  scriptDialog.value = undefined;
}
