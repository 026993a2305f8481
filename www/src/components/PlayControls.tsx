/** The button to play and pause, with the position in the project. Space does the same. */
import { useEffect } from "preact/hooks";
import { clockTime } from "../format.ts";
import { followSpace, togglePlaying } from "../studio/playing.ts";
import { playing, position, project, projectLength } from "../studio/state.ts";
import { Icon } from "./Icon.tsx";

export function PlayControls() {
  const isPlaying = playing.value === "project";
  useEffect(followSpace, []);
  const isEmpty = project.value.clips.length === 0;
  return (
    <div class="play-controls">
      <button
        type="button"
        id="play"
        class="button"
        title={isPlaying ? "Pause (Space)" : "Play (Space)"}
        aria-keyshortcuts="Space"
        aria-disabled={isEmpty}
        onClick={() => !isEmpty && togglePlaying()}
      >
        <Icon name={isPlaying ? "pause" : "play"} />
        <span>{isPlaying ? "Pause" : "Play"}</span>
      </button>
      <Clock />
    </div>
  );
}

function Clock() {
  return (
    <span id="position" class="quiet">
      <span class="visually-hidden">Position: </span>
      {clockTime(Math.min(position.value, projectLength.value))}
    </span>
  );
}
