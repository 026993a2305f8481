/**
 * One clip in the list: its text, voice and times, and the buttons to move, edit and remove it.
 *
 * A project may have thousands of clips. So in a long list, a row that is out of sight is one element with its words:
 * the browser still finds them, and a screen reader reads them.
 */
import { useMemo, useRef, useState } from "preact/hooks";
import { clipTitle, laneName, lanesOf, type ProjectClip } from "../project/model.ts";
import { moveToLane } from "../studio/editing.ts";
import { clipElementId, keepingFocus } from "../studio/focus.ts";
import { playFrom } from "../studio/playing.ts";
import { actedOn, isSelecting, selectTo, toggle } from "../studio/selection.ts";
import { editedClipId, placeOf, project } from "../studio/state.ts";
import { words } from "../words/words.ts";
import { moveBy, moveOnto, removeFrom } from "./clip-keys.ts";
import { ReplaceButton } from "./FileButton.tsx";
import { Icon, type IconName } from "./Icon.tsx";
import { useInSight } from "./in-sight.ts";

export interface ClipRowProps {
  clip: ProjectClip;
  /** The number of its voice's colour. */
  colour: number;
  /** Whether its audio is in the library, being added, or missing. */
  state: "ready" | "arriving" | "missing";
  /** Whether it is in a list so long that a row out of sight has only its words. */
  isInLongList: boolean;
  /** Whether the Tab key reaches it. */
  isCurrent: boolean;
  isSelected: boolean;
  /** Whether a search has found it. */
  isFound: boolean;
}

/** The lanes that a clip may be on: those in use, and one more in either direction. */
export function laneChoices(): number[] {
  const lanes = lanesOf(project.value);
  const [highest = 0, lowest = 0] = [lanes[0], lanes.at(-1)];
  return [highest + 1, ...lanes, lowest - 1];
}

/** The same object each time, so that rows are not built again. */
const NO_NAMES = {};

/** The clip that is being dragged. */
let dragged: { id: string; index: number } | undefined;

type Drag = "" | "dragged" | "drop-above" | "drop-below";

export function ClipRow(props: ClipRowProps) {
  const { clip, colour, state, isInLongList, isCurrent, isSelected, isFound } = props;
  const row = useRef<HTMLLIElement>(null);
  const [drag, setDrag] = useState<Drag>("");
  const isWhole = useInSight(row, isInLongList) || isCurrent || drag === "dragged";
  const looks = [isWhole ? "" : "brief", isSelected ? "selected" : "", isFound ? "found" : "", drag];
  return (
    <li
      ref={row}
      id={clipElementId(clip.id)}
      class={`clip voice-${colour} ${looks.join(" ")}`}
      tabIndex={isCurrent ? 0 : -1}
      data-clip-id={clip.id}
      data-state={state}
      aria-keyshortcuts="ArrowUp ArrowDown Alt+ArrowUp Alt+ArrowDown Shift+ArrowUp Shift+ArrowDown Enter Delete"
      onDragOver={(event) => {
        const index = placeOf.peek().get(clip.id)?.index;
        if (!dragged || dragged.id === clip.id || index === undefined) return;
        event.preventDefault();
        setDrag(dragged.index > index ? "drop-above" : "drop-below");
      }}
      onDragLeave={() => dragged?.id !== clip.id && setDrag("")}
      onDrop={() => {
        setDrag("");
        if (dragged) moveOnto(actedOn(dragged.id), clip.id, drag === "drop-below");
      }}
    >
      {isWhole ? <Details {...props} setDrag={setDrag} /> : `${clip.voice} ${clip.text || clip.name}`}
    </li>
  );
}

function Details({ clip, state, isCurrent, isSelected, setDrag }: ClipRowProps & { setDrag: (drag: Drag) => void }) {
  // A project may have as many lanes as clips, so a row lists them only while its list is in use.
  const [isListing, setIsListing] = useState(false);
  const lanes = isListing ? laneChoices() : [clip.lane];
  const { index = 0, start = 0, length = 0 } = placeOf.value.get(clip.id) ?? {};
  const { clip: say, formats } = words.value;
  const isLast = index === placeOf.value.size - 1;
  const hasBox = isSelecting.value;
  const title = clipTitle(clip);
  const tabIndex = isCurrent ? 0 : -1;
  const { laneNames = NO_NAMES } = project.value;
  const common = { tabIndex };
  const move = (places: number) => keepingFocus(() => moveBy(clip.id, places));
  const edit = () => {
    editedClipId.value = clip.id;
  };

  const details = () => (
    <>
      {hasBox ? (
        <label class="number">
          <input
            type="checkbox"
            aria-label={say.select(title)}
            tabIndex={tabIndex}
            checked={isSelected}
            onClick={({ shiftKey }) => (shiftKey ? selectTo(clip.id) : toggle(clip.id))}
          />
        </label>
      ) : (
        // Dragging is a shortcut for the “Move up” and “Move down” buttons.
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
      )}
      <button
        type="button"
        class="quiet-button play-row"
        aria-label={say.playFrom(title)}
        tabIndex={tabIndex}
        disabled={state !== "ready"}
        onClick={() => playFrom(clip.id)}
      >
        <Icon name="play" />
      </button>
      <div class="words">
        {clip.voice && <bdi class="voice">{clip.voice}</bdi>}
        <span class={clip.text ? "text" : "text file-name"} dir="auto">
          {clip.text || clip.name}
        </span>
        {clip.volumeDb !== undefined && <span class="tag">{say.volume(clip.volumeDb)}</span>}
        {clip.isMuted && <span class="tag">{say.muted}</span>}
        {state === "missing" && (
          <>
            <span class="tag fault">{say.missing}</span>{" "}
            <ReplaceButton look="link" words={say.choose} clipId={clip.id} tabIndex={tabIndex} />
          </>
        )}
      </div>
      <dl class="times">
        <dt class="visually-hidden">{say.startsAt}</dt>
        <dd class="quiet">{formats.clock(start)}</dd>
        <dt class="visually-hidden">{say.length}</dt>
        <dd class="length">{length > 0 ? formats.clock(length) : "…"}</dd>
      </dl>
      <select
        class="lane-choice"
        aria-label={say.lane(title)}
        tabIndex={tabIndex}
        value={clip.lane}
        onPointerDown={() => setIsListing(true)}
        onFocus={() => setIsListing(true)}
        onBlur={() => setIsListing(false)}
        onChange={({ currentTarget }) => moveToLane(new Set([clip.id]), Number(currentTarget.value))}
      >
        {lanes.map((lane) => (
          <option key={lane} value={lane}>
            {laneName(lane, { laneNames })}
          </option>
        ))}
      </select>
      <div class="actions">
        <RowButton {...common} label={say.moveUp(title)} icon="up" isOff={index === 0} act={() => move(-1)} />
        <RowButton {...common} label={say.moveDown(title)} icon="down" isOff={isLast} act={() => move(1)} />
        <RowButton {...common} label={say.edit(title)} icon="edit" act={edit} />
        <RowButton {...common} label={say.remove(title)} icon="remove" act={() => removeFrom(new Set([clip.id]))} />
      </div>
    </>
  );
  // Only rows that changed are built again. The handlers depend on nothing that is not listed here.
  return useMemo(details, [
    ...[clip, state, start, length, index, isLast, isCurrent, isSelected, hasBox, laneNames],
    ...[isListing, isListing && project.value, say],
  ]);
}

interface RowButtonProps {
  label: string;
  icon: IconName;
  tabIndex: number;
  isOff?: boolean;
  act: () => void;
}

function RowButton({ label, icon, tabIndex, isOff = false, act }: RowButtonProps) {
  return (
    <button type="button" aria-label={label} tabIndex={tabIndex} disabled={isOff} onClick={act}>
      <Icon name={icon} />
    </button>
  );
}
