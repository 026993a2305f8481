/**
 * Which clips of the list are selected, and on which one the keyboard is. Both are kept by ID, so they stay with the
 * clips when these are moved. IDs that the project does not have any more are left out.
 */
import { computed, signal } from "@preact/signals";
import { placeOf, project, whenLeft } from "./state.ts";

/** The clip that has had the focus last. */
export const lastClipId = signal<string | undefined>(undefined);

/** The clip whose row the Tab key reaches: the one that had the focus last, or else the first one. */
export const currentClipId = computed(() => {
  const last = lastClipId.value;
  return last !== undefined && placeOf.value.has(last) ? last : project.value.clips[0]?.id;
});

/** Whether the rows have boxes to select them by. */
export const isSelecting = signal(false);

const chosen = signal<ReadonlySet<string>>(new Set());

/** The IDs of the selected clips. */
export const selected = computed((): ReadonlySet<string> => {
  const there = [...chosen.value].filter((id) => placeOf.value.has(id));
  return there.length === chosen.value.size ? chosen.value : new Set(there);
});

/** The clip at which a range begins: the one that was selected alone last. */
let anchor: string | undefined;

/** The clips that an action on one of them is for: all that are selected if it is, and otherwise that one alone. */
export function actedOn(clipId: string): ReadonlySet<string> {
  return selected.peek().has(clipId) ? selected.peek() : new Set([clipId]);
}

/** Selects a clip beside the others, or takes it out. */
export function toggle(clipId: string): void {
  const ids = new Set(selected.peek());
  if (!ids.delete(clipId)) ids.add(clipId);
  anchor = clipId;
  choose(ids);
}

/** Selects all clips from the anchor to this one, and no others. */
export function selectTo(clipId: string): void {
  const places = placeOf.peek();
  const to = places.get(clipId)?.index ?? 0;
  const from = places.get(anchor ?? currentClipId.peek() ?? "")?.index ?? to;
  anchor ??= currentClipId.peek();
  const { clips } = project.peek();
  choose(new Set(clips.slice(Math.min(from, to), Math.max(from, to) + 1).map(({ id }) => id)));
}

/** Selects all clips. */
export function selectAll(): void {
  choose(new Set(project.peek().clips.map(({ id }) => id)));
}

/** Selects nothing, and hides the boxes. */
export function endSelecting(): void {
  anchor = undefined;
  choose(new Set());
  isSelecting.value = false;
}

function choose(ids: ReadonlySet<string>): void {
  chosen.value = ids;
  if (ids.size > 0) isSelecting.value = true;
}

whenLeft(endSelecting);
