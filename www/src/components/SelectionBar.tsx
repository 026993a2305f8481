/** The button that shows boxes to select clips by, and what can be done with those that are selected. */
import { useState } from "preact/hooks";
import { laneName } from "../project/model.ts";
import { changeVolume, moveClips, moveToLane } from "../studio/editing.ts";
import { endSelecting, isSelecting, selectAll, selected } from "../studio/selection.ts";
import { project } from "../studio/state.ts";
import { words } from "../words/words.ts";
import { laneChoices } from "./ClipRow.tsx";
import { removeFrom } from "./clip-keys.ts";

export function SelectButton() {
  const toggle = () => {
    if (isSelecting.peek()) endSelecting();
    else isSelecting.value = true;
  };
  return (
    <button type="button" id="select" class="button" aria-pressed={isSelecting.value} onClick={toggle}>
      {words.value.clips.select}
    </button>
  );
}

export function SelectionBar() {
  const { clips: say } = words.value;
  const ids = selected.value;
  const isOff = ids.size === 0;
  const { length } = project.value.clips;
  const [position, setPosition] = useState("");
  return (
    <div class="selection">
      <span id="selected" role="status">
        {say.selected(ids.size)}
      </span>
      <button type="button" class="link" onClick={ids.size < length ? selectAll : endSelecting}>
        {ids.size < length ? say.selectAll : say.selectNone}
      </button>
      <fieldset aria-label={say.selection} disabled={isOff}>
        <select
          id="selection-lane"
          aria-label={say.moveToLane}
          value=""
          onChange={({ currentTarget }) => {
            moveToLane(ids, Number(currentTarget.value));
            currentTarget.value = "";
          }}
        >
          <option value="" disabled hidden>
            {say.chooseLane}
          </option>
          {laneChoices().map((lane) => (
            <option key={lane} value={lane}>
              {laneName(lane, project.value)}
            </option>
          ))}
        </select>
        <button type="button" id="quieter" class="button" onClick={() => changeVolume(ids, -1)}>
          {say.quieter}
        </button>
        <button type="button" id="louder" class="button" onClick={() => changeVolume(ids, 1)}>
          {say.louder}
        </button>
        <button type="button" id="remove-selected" class="button" onClick={() => removeFrom(ids)}>
          {say.remove}
        </button>
        <form
          onSubmit={(event) => {
            event.preventDefault();
            moveClips(ids, Number(position) - 1);
            setPosition("");
          }}
        >
          <label>
            {say.moveToPlace}
            <input
              name="position"
              type="number"
              required
              min={1}
              max={length}
              value={position}
              onInput={({ currentTarget }) => setPosition(currentTarget.value)}
            />
          </label>
          <button type="submit" class="button">
            {say.move}
          </button>
        </form>
      </fieldset>
    </div>
  );
}
