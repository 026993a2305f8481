/** The button that shows boxes to select clips by, and what can be done with those that are selected. */
import { useState } from "preact/hooks";
import { count } from "../format.ts";
import { laneName } from "../project/model.ts";
import { changeVolume, moveClips, moveToLane } from "../studio/editing.ts";
import { endSelecting, isSelecting, selectAll, selected } from "../studio/selection.ts";
import { project } from "../studio/state.ts";
import { laneChoices } from "./ClipRow.tsx";
import { removeFrom } from "./clip-keys.ts";

export function SelectButton() {
  const toggle = () => {
    if (isSelecting.peek()) endSelecting();
    else isSelecting.value = true;
  };
  return (
    <button type="button" id="select" class="button" aria-pressed={isSelecting.value} onClick={toggle}>
      Select
    </button>
  );
}

export function SelectionBar() {
  const ids = selected.value;
  const isOff = ids.size === 0;
  const { length } = project.value.clips;
  const [position, setPosition] = useState("");
  return (
    <div class="selection">
      <span id="selected" role="status">
        {isOff ? "Nothing selected" : `${count(ids.size, "clip")} selected`}
      </span>
      <button type="button" class="link" onClick={ids.size < length ? selectAll : endSelecting}>
        {ids.size < length ? "Select all" : "Select none"}
      </button>
      <fieldset aria-label="Selected clips" disabled={isOff}>
        <select
          id="selection-lane"
          aria-label="Move to lane"
          value=""
          onChange={({ currentTarget }) => {
            moveToLane(ids, Number(currentTarget.value));
            currentTarget.value = "";
          }}
        >
          <option value="" disabled hidden>
            Lane…
          </option>
          {laneChoices().map((lane) => (
            <option key={lane} value={lane}>
              {laneName(lane, project.value)}
            </option>
          ))}
        </select>
        <button type="button" id="quieter" class="button" onClick={() => changeVolume(ids, -1)}>
          Quieter
        </button>
        <button type="button" id="louder" class="button" onClick={() => changeVolume(ids, 1)}>
          Louder
        </button>
        <button type="button" id="remove-selected" class="button" onClick={() => removeFrom(ids)}>
          Remove
        </button>
        <form
          onSubmit={(event) => {
            event.preventDefault();
            moveClips(ids, Number(position) - 1);
            setPosition("");
          }}
        >
          <label>
            Move to place
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
            Move
          </button>
        </form>
      </fieldset>
    </div>
  );
}
