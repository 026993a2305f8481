/** A menu with the ways to save the project itself. They are rarely needed, so one button opens them. */
import { cancelSaving, saveProject, saveTimeline } from "../studio/project-saving.ts";
import { saving } from "../studio/state.ts";
import { words } from "../words/words.ts";
import { Icon } from "./Icon.tsx";
import { Menu, MenuItem } from "./Menu.tsx";

export function SaveMenu() {
  const done = saving.value;
  const isSaving = done !== undefined;
  const { saving: say } = words.value;
  const face = (
    <>
      <Icon name="save" />
      <span>{isSaving ? say.percent(done) : say.save}</span>
    </>
  );
  return (
    <Menu id="save" look="button" face={face} label={isSaving ? say.savingAt(done) : undefined} state={isSaving}>
      {(close) => {
        const choose = (act: () => unknown) => () => {
          // This comes first: the save dialog must open from the click.
          act();
          close();
        };
        return isSaving ? (
          <MenuItem id="cancel-saving" title={say.cancel} detail={say.cancelDetail} onClick={choose(cancelSaving)} />
        ) : (
          <>
            <MenuItem id="save-project" title={say.project} detail={say.projectDetail} onClick={choose(saveProject)} />
            <MenuItem
              id="save-timeline"
              title={say.timeline}
              detail={say.timelineDetail}
              onClick={choose(saveTimeline)}
            />
          </>
        );
      }}
    </Menu>
  );
}
