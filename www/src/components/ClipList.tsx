/** The list of clips, the ways to find and select some of them, and the progress of those being added. */
import type { VNode } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { ProjectClip } from "../project/model.ts";
import { found } from "../studio/finding.ts";
import { currentClipId, isSelecting, selected } from "../studio/selection.ts";
import { arriving, assets, isOpen, opening, project } from "../studio/state.ts";
import { voiceNumber } from "../studio/voices.ts";
import { words } from "../words/words.ts";
import { AddingProgress } from "./AddingProgress.tsx";
import { ClipRow, type ClipRowProps } from "./ClipRow.tsx";
import { onClipClick, onClipFocus, onClipKey, onClipPress } from "./clip-keys.ts";
import { EmptyProject } from "./EmptyProject.tsx";
import { FindField } from "./FindField.tsx";
import { SelectButton, SelectionBar } from "./SelectionBar.tsx";

/** Rows are added in batches, so that a project of thousands of clips does not block the page while it opens. */
const ROWS_AT_A_TIME = 500;

/** From this many clips on, rows that are out of sight have only their words, and the page offers to find some. */
const LONG = 60;

export function ClipList() {
  const { clips } = project.value;
  const { clips: say, formats } = words.value;
  const [rows, setRows] = useState(ROWS_AT_A_TIME);
  const isCut = rows < clips.length;
  useEffect(() => {
    if (isCut) setTimeout(() => setRows(rows + ROWS_AT_A_TIME));
  }, [isCut, rows]);

  const coming = arriving.value;
  const isBusy = coming !== undefined || opening.value !== undefined || !isOpen.value || isCut;
  const stateOf = (assetId: string) => {
    if (assets.value.has(assetId)) return "ready";
    return coming?.ids.has(assetId) || !isOpen.value ? "arriving" : "missing";
  };

  return (
    <section class="clips" id="clip-list" aria-labelledby="clips-title">
      <div class="section-head">
        <h2 id="clips-title">
          {say.title} <span class="quiet">{formats.number(clips.length)}</span>
        </h2>
        <AddingProgress />
        {clips.length >= LONG && <FindField />}
        {clips.length > 1 && <SelectButton />}
      </div>
      {isSelecting.value && <SelectionBar />}
      {clips.length === 0 && isOpen.value && <EmptyProject />}
      {clips.length > 0 && (
        <p class="clip columns quiet" aria-hidden="true">
          <span>
            <span>{say.starts}</span>
            <span>{say.lasts}</span>
          </span>
          <span>{say.lane}</span>
        </p>
      )}
      <ol
        id="clips"
        aria-busy={isBusy}
        aria-label={say.count(clips.length)}
        onFocusIn={onClipFocus}
        onKeyDown={onClipKey}
        onMouseDown={onClipPress}
        onClick={onClipClick}
      >
        {clips.slice(0, rows).map((clip) =>
          rowOf({
            clip,
            state: stateOf(clip.assetId),
            isInLongList: clips.length >= LONG,
            isCurrent: clip.id === currentClipId.value,
            isSelected: selected.value.has(clip.id),
            isFound: clip.id === found.value.id,
          }),
        )}
      </ol>
    </section>
  );
}

type Given = Omit<ClipRowProps, "colour">;

/** The rows that were shown last. Preact leaves out one that is the same object as before. */
const shown = new WeakMap<ProjectClip, { given: Given; row: VNode }>();

function rowOf(given: Given): VNode {
  const before = shown.get(given.clip);
  const isSame = (field: string) => before?.given[field as keyof Given] === given[field as keyof Given];
  if (before && Object.keys(given).every(isSame)) return before.row;
  const row = <ClipRow key={given.clip.id} {...given} colour={voiceNumber(given.clip.voice)} />;
  shown.set(given.clip, { given, row });
  return row;
}
