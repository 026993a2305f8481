/**
 * Asks before the tab is closed while work would be lost: an export, a project that is being saved, and files that are
 * being added. At any other time the page can be left at once, and browsers may keep it for the way back.
 */
import { effect } from "@preact/signals";
import { exportState } from "./exporting.ts";
import { isOfSample } from "./sample.ts";
import { arriving, saving } from "./state.ts";

/** Asks from now on. */
export function askBeforeLeaving(): void {
  const ask = (event: BeforeUnloadEvent) => event.preventDefault();
  effect(() => {
    const isBusy = exportState.value.kind === "running" || saving.value !== undefined || areFilesComing();
    if (isBusy) addEventListener("beforeunload", ask);
    else removeEventListener("beforeunload", ask);
  });
}

/** Whether audio is being added, for any project, that cannot be fetched again. */
function areFilesComing(): boolean {
  return [...(arriving.value?.ids ?? [])].some((id) => !isOfSample(id));
}
