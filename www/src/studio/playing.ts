/**
 * Plays the project, or a clip alone while it is edited. The position can be chosen before anything has played: the
 * code that plays (`deck.ts`) is loaded at the first Play.
 */

import { type Part, partBetween } from "../project/trimming.ts";
import { words } from "../words/words.ts";
import { selected } from "./selection.ts";

import {
  isViewing,
  lastMarked,
  marked,
  placedClips,
  playing,
  position,
  project,
  projectLength,
  reportProblems,
  type SoloClip,
  soloFault,
  whenLeft,
} from "./state.ts";

let deck: Promise<typeof import("./deck.ts")> | undefined;

/**
 * Plays the project from a position, or from the present one; from the start, or that of a marked part, if the present
 * one is past its end. Call it from a click or a key press.
 */
export function play(from?: number): Promise<void> {
  const { start, end } = marked.peek() ?? { start: 0, end: projectLength.peek() };
  const at = position.peek();
  position.value = from ?? (at >= end || at < start ? start : at);
  return begin("project");
}

/** Stops the sound, and stays there. */
export function pause(): void {
  playing.value = undefined;
  soloFault.value = "";
  void deck?.then(({ stop }) => stop());
}

/** Plays the project, or pauses it. */
export function togglePlaying(): void {
  if (playing.peek() === "project") pause();
  else void play();
}

/** Plays the project from a clip's start. */
export function playFrom(clipId: string): void {
  const start = placedClips.peek().find(({ clip }) => clip.id === clipId)?.start;
  if (start !== undefined) void play(start);
}

/** Goes to a position in the project. What plays goes on from there. */
export function seek(seconds: number): void {
  position.value = Math.max(0, Math.min(seconds, projectLength.peek()));
  void deck?.then(({ follow }) => follow());
}

/** Marks a part of the project, or none. What plays stays in it from then on. */
export function markPart(part: Part | undefined): void {
  lastMarked.value = part;
  void deck?.then(({ repeat }) => repeat());
}

/** Marks the selected clips, or else some seconds from the position on. */
export function markHere(): void {
  const length = projectLength.peek();
  const chosen = placedClips.peek().filter(({ clip }) => selected.peek().has(clip.id));
  const from = Math.min(position.peek(), Math.max(0, length - USUAL_PART));
  const start = chosen.length > 0 ? Math.min(...chosen.map((placed) => placed.start)) : from;
  const end = chosen.reduce((latest, placed) => Math.max(latest, placed.start + placed.length), start);
  markPart(partBetween(start, chosen.length > 0 ? end : start + USUAL_PART, length));
}

/** The length of a part that is marked at the position, in seconds. */
const USUAL_PART = 10;

/** Plays a clip alone, again and again, until it is stopped. */
export function playAlone(solo: SoloClip): Promise<void> {
  soloFault.value = "";
  return begin(solo);
}

/** Has the clip that plays alone sound as its dialog says now, and from another position if one is given. */
export function updateAlone(from?: number): void {
  if (typeof playing.peek() === "object") void deck?.then(({ update }) => update(from));
}

async function begin(what: "project" | SoloClip): Promise<void> {
  playing.value = what;
  deck ??= import("./deck.ts");
  try {
    (await deck).start(what);
  } catch {
    deck = undefined;
    playing.value = undefined;
    reportProblems(words.value.playing.notLoaded);
  }
}

whenLeft(() => {
  pause();
  position.value = 0;
  lastMarked.value = undefined;
});

/** Plays and pauses by the Space key, until the returned function is called. */
export function followSpace(): () => void {
  const onKeyDown = (event: KeyboardEvent) => {
    const { key, target, defaultPrevented, altKey, ctrlKey, metaKey, shiftKey } = event;
    if (key !== " " || defaultPrevented || altKey || ctrlKey || metaKey || shiftKey) return;
    if (isViewing.peek() || document.querySelector("dialog[open]")) return;
    // There it types, or presses what has the focus.
    if (target instanceof Element && target.closest("a, button, input, label, select, summary, textarea")) return;
    event.preventDefault();
    if (!event.repeat && project.peek().clips.length > 0) togglePlaying();
  };
  document.addEventListener("keydown", onKeyDown);
  return () => document.removeEventListener("keydown", onKeyDown);
}
