/**
 * The package's player, and what it has: the project as it is now, or a clip alone. Loaded at the first Play.
 *
 * Edits are heard while it plays. It does one thing after the other, and an edit that it comes to is the project as it
 * is by then, so of many edits in a row only the last one counts.
 */
import { effect } from "@preact/signals";
import { type ClipSpec, type Player, SecuenciaError, type TimelineDraft } from "secuencia";
import { exportOptionsOf, timelineOptionsOf } from "secuencia/project.js";
import { clipTitle, type Project, type ProjectClip, withClipChanged } from "../project/model.ts";
import { words } from "../words/words.ts";
import { allArrived, isComing } from "./adding.ts";
import { logError } from "./error-log.ts";
import { sentenceOf, unreadableInWords, withReason } from "./failure.ts";
import { library } from "./library.ts";
import {
  assets,
  isViewing,
  levels,
  marked,
  playing,
  position,
  problems,
  project,
  reportProblems,
  type SoloClip,
  soloFault,
  soloPosition,
} from "./state.ts";

type What = "project" | SoloClip;

let player: Player | undefined;
/** The player's draft and its options, as text. */
let loaded = { draft: "", options: "" };
/** The sound that plays: the project or a clip. Undefined while it is prepared. */
let sounding: What | undefined;
/** Ends the wait for audio that is being added. */
let waiting = new AbortController();
let work = Promise.resolve();

/** Plays this instead of what has played. The project starts at its position. */
export function start(what: What): void {
  stop();
  const { signal } = waiting;
  then(what, async () => {
    if (what === "project") await allArrived(() => project.peek(), signal);
    await load(what);
    if (playing.peek() === what) await sound(what);
  });
}

/** Stops the sound. */
export function stop(): void {
  waiting.abort();
  waiting = new AbortController();
  sounding = undefined;
  levels.value = undefined;
  player?.pause();
}

/** Has the project repeat the marked part from now on, or none. */
export function repeat(): void {
  if (sounding === "project") player?.loop(marked.peek());
}

/** Goes where the project's position is now. */
export function follow(): void {
  if (sounding === "project") player?.seek(position.peek());
}

/** Goes on with what would sound now, from another position if one is given. */
export function update(from?: number): void {
  const what = sounding;
  if (what === undefined) return;
  then(what, async () => {
    if (sounding !== what || (what === "project" && isComing(project.peek()))) return;
    const former = player;
    await load(what);
    soloFault.value = "";
    if (sounding !== what) return;
    if (player !== former) await sound(what);
    if (from !== undefined) player?.seek(from);
  });
}

effect(() => {
  // Another tab goes on with the project.
  if (!isViewing.value) return;
  stop();
  playing.value = undefined;
});

effect(() => {
  // A clip also sounds once its audio has been added.
  if (project.value && assets.value && sounding === "project") update();
});

function then(what: What, step: () => Promise<void>): void {
  work = work.then(step).catch((error) => {
    // Nobody waits for it after a stop.
    if (playing.peek() !== what) return;
    // After an edit that cannot be played, the former project plays on.
    if (!player?.isPlaying) end();
    tell(what, error);
  });
}

/** Has the player play what would sound now. The limiter and the reaction to bad clips are a player's for good. */
async function load(what: What): Promise<void> {
  const draft = what === "project" ? draftOf(project.peek(), project.peek().clips) : soloOf(what);
  const { ceilingDb, onUnreadableClip } = exportOptionsOf(project.peek());
  const chosen = { ...(ceilingDb !== undefined && { ceilingDb }), ...(onUnreadableClip && { onUnreadableClip }) };
  const wanted = { draft: JSON.stringify(draft), options: JSON.stringify(chosen) };
  if (player && wanted.options === loaded.options) {
    if (wanted.draft !== loaded.draft) await player.update(draft);
  } else {
    const former = player;
    player = undefined;
    await former?.close();
    player = await (await library()).player(draft, chosen);
    listen(player);
  }
  loaded = wanted;
}

async function sound(what: What): Promise<void> {
  if (!player) return;
  player.loop(what === "project" ? marked.peek() : { start: 0 });
  player.seek(what === "project" ? position.peek() : 0);
  sounding = what;
  await player.play();
}

function listen(opened: Player): void {
  opened.addEventListener("time", ({ detail }) => {
    if (sounding === "project") position.value = detail;
    else if (sounding) soloPosition.value = detail;
  });
  opened.addEventListener("levels", ({ detail }) => {
    if (sounding) levels.value = detail;
  });
  opened.addEventListener("ended", end);
  opened.addEventListener("error", ({ detail }) => {
    const what = sounding ?? "project";
    end();
    tell(what, detail);
  });
  opened.addEventListener("unreadable", ({ detail }) => {
    for (const lost of detail) tell("project", words.value.playing.silent(nameOf(lost), unreadableInWords(lost)));
  });
}

function end(): void {
  sounding = undefined;
  levels.value = undefined;
  playing.value = undefined;
}

/** Shows the user what cannot be played, and why: a sentence, or an error to make one of. */
function tell(what: What, reason: unknown): void {
  const sentence = typeof reason === "string" ? reason : inWords(reason);
  if (typeof reason !== "string") logError(reason);
  if (what !== "project") soloFault.value = sentence;
  else if (!problems.peek().includes(sentence)) reportProblems(sentence);
}

function inWords(error: unknown): string {
  const { playing: say, failure } = words.value;
  if (!(error instanceof SecuenciaError)) return withReason(say.failed, error);
  if (error.code === "playback-blocked") return say.blocked;
  if (error.code === "playback-failed") return sentenceOf(error);
  if (error.assetId === undefined) return withReason(say.failed, error);
  const name = nameOf(error);
  if (error.code !== "missing-asset") return withReason(say.clipFailed(name), error);
  return failure.missing(name);
}

function nameOf({ clipId, assetId }: { clipId: string | undefined; assetId: string }): string {
  const { clips } = project.peek();
  const clip = clips.find(({ id }) => id === clipId) ?? clips.find((one) => one.assetId === assetId);
  return clip ? clipTitle(clip) : words.value.clips.unknown;
}

/** The audible part of a project, without its tags, chapters and words. */
function draftOf(whole: Project, clips: readonly ProjectClip[]): TimelineDraft {
  const { tags: _tags, chapters: _chapters, metadata: _metadata, ...sound } = timelineOptionsOf(whole);
  return { ...sound, clips: clips.map(heardOf) };
}

/** A clip alone, with the changes of its dialog, and heard although it may be muted. */
function soloOf({ clipId, changeNow }: SoloClip): TimelineDraft {
  const alone = { ...changeNow(), offset: 0, lane: 0, isMuted: undefined };
  const { clips } = withClipChanged(project.peek(), clipId, alone);
  return draftOf(
    project.peek(),
    clips.filter(({ id }) => id === clipId),
  );
}

function heardOf({
  text: _text,
  voice: _voice,
  name: _name,
  scene: _scene,
  metadata: _m,
  ...heard
}: ProjectClip): ClipSpec {
  return heard;
}
