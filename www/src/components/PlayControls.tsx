/** The buttons to play and pause, as Space does, and to mark a part, with the position in the project. */
import { useEffect } from "preact/hooks";
import { followSpace, markHere, markPart, togglePlaying } from "../studio/playing.ts";
import { marked, playing, position, project, projectLength } from "../studio/state.ts";
import { words } from "../words/words.ts";
import { Icon } from "./Icon.tsx";
import { LevelMeter } from "./LevelMeter.tsx";

export function PlayControls() {
  const isPlaying = playing.value === "project";
  useEffect(followSpace, []);
  const { playing: say } = words.value;
  const isEmpty = project.value.clips.length === 0;
  return (
    <div class="play-controls">
      <button
        type="button"
        id="play"
        class="button"
        title={isPlaying ? say.pauseKey : say.playKey}
        aria-keyshortcuts="Space"
        aria-disabled={isEmpty}
        onClick={() => !isEmpty && togglePlaying()}
      >
        <Icon name={isPlaying ? "pause" : "play"} />
        <span>{isPlaying ? say.pause : say.play}</span>
      </button>
      <Clock />
      {!isEmpty && <PartControls />}
      <LevelMeter />
    </div>
  );
}

/** Marks a part, which plays again and again, and unmarks it. */
function PartControls() {
  const part = marked.value;
  const { mark, markDetail, unmark, span } = words.value.part;
  const { clock } = words.value.formats;
  return part ? (
    <span class="part">
      <span id="part">{span(clock(part.start), clock(part.end))}</span>
      <button
        type="button"
        id="unmark"
        class="quiet-button"
        aria-label={unmark}
        title={unmark}
        onClick={() => markPart(undefined)}
      >
        <Icon name="remove" />
      </button>
    </span>
  ) : (
    <button type="button" id="mark" class="quiet-button" aria-label={mark} title={markDetail} onClick={markHere}>
      <Icon name="part" />
    </button>
  );
}

function Clock() {
  return (
    <span id="position" class="quiet">
      <span class="visually-hidden">{words.value.playing.position}</span>
      {words.value.formats.clock(Math.min(position.value, projectLength.value))}
    </span>
  );
}
