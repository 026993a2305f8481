/** The title of the tab: the project's name, and how far an export is, which may be of another project. */
import { effect } from "@preact/signals";
import { words } from "../words/words.ts";
import { exportState } from "./exporting.ts";
import { isOpen, project } from "./state.ts";

/** Keeps the title up to date for as long as the page is open. */
export function keepTitle(): void {
  effect(() => {
    if (!isOpen.value) return;
    const state = exportState.value;
    const { title, titleWithProgress, untitled } = words.value.projects;
    document.title =
      state.kind === "running"
        ? titleWithProgress(Math.floor(state.progress.completed), state.of.name)
        : title(project.value.name.trim() || untitled);
  });
}
