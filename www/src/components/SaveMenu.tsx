/** A menu with the ways to save the project itself. They are rarely needed, so one button opens them. */
import { cancelSaving, saveProject, saveTimeline } from "../studio/project-saving.ts";
import { saving } from "../studio/state.ts";
import { Icon } from "./Icon.tsx";
import { Menu, MenuItem } from "./Menu.tsx";

export function SaveMenu() {
  const done = saving.value;
  const isSaving = done !== undefined;
  const percent = `${Math.floor((done ?? 0) * 100)}%`;
  const face = (
    <>
      <Icon name="save" />
      <span>{isSaving ? percent : "Save…"}</span>
    </>
  );
  return (
    <Menu id="save" look="button" face={face} label={isSaving ? `Saving: ${percent}` : undefined} state={isSaving}>
      {(close) => {
        const choose = (act: () => unknown) => () => {
          // This comes first: the save dialog must open from the click.
          act();
          close();
        };
        return isSaving ? (
          <MenuItem
            id="cancel-saving"
            title="Cancel saving"
            detail="An existing file stays unchanged."
            onClick={choose(cancelSaving)}
          />
        ) : (
          <>
            <MenuItem
              id="save-project"
              title="Save project…"
              detail="One file with all audio and pictures. “Open project…” reads it in any browser."
              onClick={choose(saveProject)}
            />
            <MenuItem
              id="save-timeline"
              title="Export timeline…"
              detail="OpenTimelineIO (.otio) for other editors. It refers to the audio files without containing them."
              onClick={choose(saveTimeline)}
            />
          </>
        );
      }}
    </Menu>
  );
}
