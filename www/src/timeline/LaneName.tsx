/** A lane's name beside it. Pressed, it becomes a field, in which Enter keeps the new name and Escape the old one. */
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { laneName } from "../project/model.ts";
import { renameLane } from "../studio/editing.ts";
import { project } from "../studio/state.ts";
import { words } from "../words/words.ts";

/** The longest name. More is never seen whole. */
const MOST_CHARACTERS = 40;

export function LaneName({ lane }: { lane: number }) {
  const [isEditing, setIsEditing] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const field = useRef<HTMLInputElement>(null);
  const wasEditing = useRef(false);
  useLayoutEffect(() => {
    if (isEditing) field.current?.select();
    else if (wasEditing.current && document.activeElement === document.body) button.current?.focus();
    wasEditing.current = isEditing;
  }, [isEditing]);

  const { lanes: say } = words.value;
  const name = laneName(lane, project.value);
  if (!isEditing) {
    return (
      <button
        type="button"
        class="lane-name"
        ref={button}
        title={say.renameTitle(name)}
        aria-label={say.rename(name)}
        data-lane={lane}
        onClick={() => setIsEditing(true)}
      >
        <bdi>{name}</bdi>
      </button>
    );
  }
  /** The field also loses the focus when it goes, after Escape too. */
  let isOver = false;
  const end = (isKept: boolean) => {
    if (isOver) return;
    isOver = true;
    if (isKept && field.current) renameLane(lane, field.current.value);
    setIsEditing(false);
  };
  return (
    <input
      class="lane-name"
      ref={field}
      aria-label={say.nameOf(name)}
      autocomplete="off"
      maxLength={MOST_CHARACTERS}
      defaultValue={project.value.laneNames?.[lane] ?? ""}
      placeholder={name}
      data-lane={lane}
      onBlur={() => end(true)}
      onKeyDown={(event) => {
        const { key } = event;
        if (key !== "Enter" && key !== "Escape") return;
        // The key must not press the button that comes in place of the field.
        event.preventDefault();
        end(key === "Enter");
      }}
    />
  );
}
