/** One clip in the list: its text, voice and times, and the buttons to move, edit and remove it. */
import { useMemo, useState } from "preact/hooks";
import { clockTime } from "../format.ts";
import { clipTitle, laneName, lanesOf, type ProjectClip } from "../project/model.ts";
import { moveClip, moveToLane, removeClip } from "../studio/editing.ts";
import { clipElementId, keepingFocus } from "../studio/focus.ts";
import { editedClipId, project } from "../studio/state.ts";
import { Icon } from "./Icon.tsx";

interface ClipRowProps {
  clip: ProjectClip;
  start: number;
  length: number;
  index: number;
  isLast: boolean;
  /** The number of its voice's colour. */
  colour: number;
  /** Whether its audio is in the library, being added, or missing. */
  state: "ready" | "arriving" | "missing";
}

/** The lanes that a clip may be on: those in use, and one more in either direction. */
function laneChoices(): number[] {
  const lanes = lanesOf(project.value);
  const [highest = 0, lowest = 0] = [lanes[0], lanes.at(-1)];
  return [highest + 1, ...lanes, lowest - 1];
}

/** The clip that is being dragged. */
let dragged: { id: string; index: number } | undefined;

export function ClipRow(props: ClipRowProps) {
  const { clip, start, length, index, isLast, colour, state } = props;
  const [drag, setDrag] = useState<"" | "dragged" | "drop-above" | "drop-below">("");
  // A project may have as many lanes as clips, so a row lists them only while its list is in use.
  const [isListing, setIsListing] = useState(false);
  const lanes = isListing ? laneChoices() : [clip.lane];
  const title = clipTitle(clip);

  const moveTo = (to: number) => keepingFocus(() => moveClip(clip.id, to));
  const onKeyDown = (event: KeyboardEvent) => {
    const step = event.key === "ArrowUp" ? -1 : event.key === "ArrowDown" ? 1 : 0;
    if (!event.altKey || step === 0) return;
    event.preventDefault();
    moveTo(index + step);
  };
  const remove = (event: MouseEvent) => {
    const row = (event.currentTarget as HTMLElement).closest("li");
    const next = (row?.nextElementSibling ?? row?.previousElementSibling) as HTMLElement | null;
    removeClip(clip.id);
    next?.focus();
  };

  const row = () => (
    <li
      id={clipElementId(clip.id)}
      class={`clip voice-${colour} ${drag}`}
      tabIndex={-1}
      data-clip-id={clip.id}
      data-state={state}
      aria-keyshortcuts="Alt+ArrowUp Alt+ArrowDown"
      onKeyDown={onKeyDown}
      onDragOver={(event) => {
        if (!dragged || dragged.id === clip.id) return;
        event.preventDefault();
        setDrag(dragged.index > index ? "drop-above" : "drop-below");
      }}
      onDragLeave={() => dragged?.id !== clip.id && setDrag("")}
      onDrop={() => {
        setDrag("");
        if (dragged) moveClip(dragged.id, index);
      }}
    >
      {/* Dragging is a shortcut for the “Move up” and “Move down” buttons. */}
      <span
        class="number"
        aria-hidden="true"
        draggable
        onDragStart={({ dataTransfer, currentTarget }) => {
          dragged = { id: clip.id, index };
          dataTransfer?.setData("text/plain", clip.text || clip.name);
          dataTransfer?.setDragImage(currentTarget.parentElement as HTMLElement, 12, 12);
          setDrag("dragged");
        }}
        onDragEnd={() => {
          dragged = undefined;
          setDrag("");
        }}
      >
        {index + 1}
      </span>
      <div class="words">
        {clip.voice && <span class="voice">{clip.voice}</span>}
        <span class={clip.text ? "text" : "text file-name"}>{clip.text || clip.name}</span>
        {clip.isMuted && <span class="tag">Muted</span>}
        {state === "missing" && <span class="tag fault">Audio missing</span>}
      </div>
      <dl class="times">
        <dt class="visually-hidden">Starts at</dt>
        <dd class="quiet">{clockTime(start)}</dd>
        <dt class="visually-hidden">Length</dt>
        <dd class="length">{length > 0 ? clockTime(length) : "…"}</dd>
      </dl>
      <select
        class="lane-choice"
        aria-label={`Lane of ${title}`}
        value={clip.lane}
        onPointerDown={() => setIsListing(true)}
        onFocus={() => setIsListing(true)}
        onBlur={() => setIsListing(false)}
        onChange={({ currentTarget }) => moveToLane(clip.id, Number(currentTarget.value))}
      >
        {lanes.map((lane) => (
          <option key={lane} value={lane}>
            {laneName(lane)}
          </option>
        ))}
      </select>
      <div class="actions">
        <button type="button" aria-label={`Move up: ${title}`} disabled={index === 0} onClick={() => moveTo(index - 1)}>
          <Icon name="up" />
        </button>
        <button type="button" aria-label={`Move down: ${title}`} disabled={isLast} onClick={() => moveTo(index + 1)}>
          <Icon name="down" />
        </button>
        <button
          type="button"
          aria-label={`Edit: ${title}`}
          onClick={() => {
            editedClipId.value = clip.id;
          }}
        >
          <Icon name="edit" />
        </button>
        <button type="button" aria-label={`Remove: ${title}`} onClick={remove}>
          <Icon name="remove" />
        </button>
      </div>
    </li>
  );
  // A project may have thousands of clips, so only rows that changed are built again. The handlers depend on nothing
  // that is not listed here.
  return useMemo(row, [clip, start, length, index, isLast, colour, state, isListing, isListing && project.value, drag]);
}
