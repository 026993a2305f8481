/**
 * Whose turn it is to edit. One tab edits the project and holds a lock for as long as it does; the others show what it
 * saves, read-only. Any of them can take the turn. The tab that had it saves first, and becomes one that shows. If it
 * is closed, the tab that has waited longest goes on in its place.
 */

import { words } from "../words/words.ts";
import { arriving, isViewing, opening, reportProblems } from "./state.ts";

const EDITING = "studio, editing";

/** From the tab that edits: it has saved, it lets another edit, it cannot yet. From another: it wants to edit. */
type Word = "saved" | "given" | "busy" | "wanted";

/** How long a page that is closed or reloaded may take to release its lock, in milliseconds. */
const LEAVING_MS = 500;

/** How long the tab that edits may take to answer, in milliseconds. One that the browser has frozen never does. */
const ANSWER_MS = 2000;

/** The page's part in a change of turns. */
export interface Turns {
  /** Resolves once all changes are saved, or with false if they cannot be. */
  saved: () => Promise<boolean>;
  /** Shows what is saved. */
  show: () => Promise<void>;
  /**
   * Shows what is saved and goes on with it, once this tab has waited for its turn. It calls `begin` in the same batch:
   * from then on this tab edits.
   */
  enter: (begin: () => void) => Promise<void>;
  /** Ends what only a tab that edits has, such as an open dialog. */
  leave: () => void;
}

let channel: BroadcastChannel | undefined;
let turns: Turns;
let waiting = new AbortController();
/** Counts the times that this tab has asked for the lock: one that it takes from itself is not lost. */
let asked = 0;
let release = () => {};
let onAnswer: (word: Word) => void = () => {};

/** Takes the turn if no tab has it. */
export async function beginTurns(part: Turns): Promise<void> {
  turns = part;
  channel = new BroadcastChannel("studio");
  channel.onmessage = ({ data }: MessageEvent<Word>) => void hear(data);
  const patience = new AbortController();
  const isTaken = hold({ signal: patience.signal }).then(
    () => false,
    () => true,
  );
  setTimeout(() => patience.abort(), LEAVING_MS);
  isViewing.value = await isTaken;
  if (isViewing.value) wait();
}

/** Takes no part any more: nothing of this tab is kept. */
export function endTurns(): void {
  asked += 1;
  channel?.close();
  waiting.abort();
  release();
}

/** Tells the other tabs that there is something new to show. */
export function tellSaved(): void {
  say("saved");
}

/** Makes this tab one that shows, and waits for its turn. */
export function leaveTurn(): void {
  isViewing.value = true;
  turns.leave();
  void show();
}

/** Takes the turn from the tab that has it, unless that is busy. Call it from the user's click. */
export async function takeTurn(): Promise<void> {
  const answered = new Promise<Word | undefined>((resolve) => {
    onAnswer = resolve;
    setTimeout(resolve, ANSWER_MS);
  });
  say("wanted");
  if ((await answered) === "busy") {
    reportProblems(words.value.notices.busyElsewhere);
    return;
  }
  waiting.abort();
  await hold({ steal: true });
  await edit();
}

async function hear(word: Word): Promise<void> {
  if (word === "saved") await show();
  else if (word !== "wanted") onAnswer(word);
  else if (!isViewing.peek()) {
    if (arriving.peek() ?? opening.peek()) return say("busy");
    isViewing.value = true;
    if (await turns.saved()) {
      turns.leave();
      say("given");
    } else {
      isViewing.value = false;
      say("busy");
    }
  }
}

function say(word: Word): void {
  channel?.postMessage(word);
}

/** Waits until the tab that edits is closed. */
function wait(): void {
  waiting = new AbortController();
  hold({ signal: waiting.signal }).then(edit, () => {});
}

async function edit(): Promise<void> {
  const begin = () => {
    isViewing.value = false;
  };
  // If it cannot be read, this tab goes on with what it shows.
  shown = shown.then(() => turns.enter(begin)).catch(begin);
  await shown;
}

let shown = Promise.resolve();

/** Shows what is saved, one state after the other. */
function show(): Promise<void> {
  shown = shown.then(() => (isViewing.peek() ? turns.show() : undefined)).catch(() => {});
  return shown;
}

/** Asks for the lock, and keeps it until another tab takes it. Resolves once this tab has it. */
function hold(options: LockOptions): Promise<void> {
  asked += 1;
  const number = asked;
  return new Promise((resolve, reject) => {
    let isHeld = false;
    const keep = () => {
      isHeld = true;
      resolve();
      return new Promise<void>((done) => {
        release = done;
      });
    };
    navigator.locks.request(EDITING, options, keep).catch((error) => {
      if (!isHeld) return reject(error);
      if (number !== asked) return;
      leaveTurn();
      wait();
    });
  });
}
