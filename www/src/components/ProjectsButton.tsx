/** Opens the list of all projects, which is loaded with its first use. */
import { isOpen } from "../studio/state.ts";
import { words } from "../words/words.ts";
import { Icon } from "./Icon.tsx";
import { useLoadedLater } from "./loaded-later.ts";

const load = async () => {
  const { look, ProjectsDialog } = await import("./ProjectsDialog.tsx");
  await look();
  return ProjectsDialog;
};

export function ProjectsButton() {
  const { Shown: Dialog, show, hide } = useLoadedLater(load, words.value.projects.notListed);
  return (
    <>
      <button
        type="button"
        id="projects"
        class="button"
        aria-disabled={!isOpen.value}
        onClick={() => isOpen.value && void show()}
      >
        <Icon name="projects" />
        <span>{words.value.projects.button}</span>
      </button>
      {Dialog && <Dialog onClose={hide} />}
    </>
  );
}
