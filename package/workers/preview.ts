/**
 * A worker that renders a timeline for a player: it sends blocks of the mix to the player's audio worklet
 * (`player-worklet.ts`), through a port between the two. Orders come from the page (`player.ts`) through another port.
 *
 * A run is an uninterrupted stretch of playing; a seek begins another one. The blocks of a run are numbered. Some wait
 * in the worklet, and the more, the slower the machine turns out to be. If the timeline or the loop changes, those that
 * wait are rendered again, under the same numbers, and the worklet replaces them. So an edit is heard within two
 * blocks, and playing goes on.
 */
import { describe } from "../errors.js";
import type { Preview } from "./engine.js";
import { BLOCKS_A_SECOND, type Mix, type PlayerOrder, type PlayerWord, type Sound, type Taken } from "./messages.js";

/**
 * The blocks that wait in the worklet: a second at first, and twice as many each time that they have run out. They last
 * while a busy machine lets the worker wait.
 */
const AHEAD = { first: 10, most: 80 };

/** The blocks that are not replaced: the one that plays, and the next, which may begin at any moment. */
const KEPT = 2;

/** The part of the engine that this uses. */
export interface PreviewEngine {
  open(...how: Parameters<typeof Preview.open>): Promise<Pick<Preview, "mix" | "unreadable" | "render" | "free">>;
}

type Opened = Awaited<ReturnType<PreviewEngine["open"]>>;

/** Serves the player at the other end of `port`. */
export function preview(port: MessagePort, engine: PreviewEngine): void {
  let playing: (Mix & { opened: Opened }) | undefined;
  /** The last one that was opened, until the page says whether to use it. */
  let ready: { id: number; opened: Opened } | undefined;
  let sound: MessagePort | undefined;
  let loop: { start: number; end: number } | undefined;
  let run = -1;
  /** The next block's number, and its first frame. */
  let number = 0;
  let frame = 0;
  /** The first frames of the blocks that have not begun, and of the one that plays, by number. */
  let starts = new Map<number, number>();
  /** The number of the last block that has begun. */
  let taken = -1;
  /** Whether nothing follows, since the timeline has ended or a clip cannot be read. */
  let isOver = true;
  let ahead = AHEAD.first;
  let isScheduled = false;
  let known = 0;
  let opening = Promise.resolve();
  const controller = new AbortController();

  port.onmessage = ({ data }: MessageEvent<PlayerOrder>) => {
    if (data.type === "open") opening = opening.then(() => open(data));
    else if (data.type === "use") use(data.id);
    else if (data.type === "sound") connect(data.port);
    else if (data.type === "seek") seek(data);
    else if (data.type === "loop") {
      loop = data.loop;
      renew();
    } else end();
  };

  async function open({ id, library, timelineId, options }: PlayerOrder & { type: "open" }): Promise<void> {
    try {
      const opened = await engine.open(library, timelineId, options, controller.signal);
      ready?.opened.free();
      ready = { id, opened };
      say({ type: "opened", id, mix: opened.mix(), unreadable: opened.unreadable() });
    } catch (error) {
      say({ type: "refused", id, failure: described(error) });
    }
  }

  function use(id: number): void {
    if (ready?.id !== id) return;
    playing?.opened.free();
    playing = { ...ready.opened.mix(), opened: ready.opened };
    known = ready.opened.unreadable().length;
    ready = undefined;
    renew();
  }

  function connect(to: MessagePort): void {
    sound?.close();
    sound = to;
    sound.onmessage = ({ data }: MessageEvent<Taken>) => {
      if (data.run !== run) return;
      for (let past = taken; past < data.number; past++) starts.delete(past);
      // A run begins with its first block, so that it begins soon. Later, none waits any more.
      if (!isOver && data.number > 0 && data.number === number - 1) ahead = Math.min(2 * ahead, AHEAD.most);
      taken = data.number;
      schedule();
    };
    schedule();
  }

  function seek(to: PlayerOrder & { type: "seek" }): void {
    ({ run, frame, loop } = to);
    number = 0;
    taken = -1;
    starts = new Map();
    isOver = false;
    schedule();
  }

  /** Begins again with the first block that can still be replaced. */
  function renew(): void {
    const first = taken + KEPT;
    if (number > first) {
      frame = starts.get(first) ?? frame;
      number = first;
    }
    isOver = run < 0;
    schedule();
  }

  /** Lets messages in between two blocks. */
  function schedule(): void {
    if (isScheduled || isOver || !playing || !sound || number - taken > ahead) return;
    isScheduled = true;
    setTimeout(() => {
      isScheduled = false;
      if (!isOver && playing && sound) render(playing, sound);
      schedule();
    });
  }

  function render({ opened, sampleRate, frames }: Mix & { opened: Opened }, to: MessagePort): void {
    const wrap = loop && loop.start < Math.min(loop.end, frames) ? { ...loop, end: Math.min(loop.end, frames) } : loop;
    const isLooping = wrap !== undefined && frame < wrap.end && wrap.start < wrap.end;
    const end = isLooping ? wrap.end : frames;
    const count = Math.min(Math.round(sampleRate / BLOCKS_A_SECOND), end - frame);
    starts.set(number, frame);
    if (count <= 0) {
      isOver = true;
      emit(to, { run, number, frame: Math.min(frame, frames), isEnd: true });
      return;
    }
    try {
      const { planes, ...levels } = opened.render(frame, count);
      emit(
        to,
        { run, number, frame, planes, levels },
        planes.map(({ buffer }) => buffer),
      );
    } catch (error) {
      isOver = true;
      say({ type: "failed", run, failure: described(error) });
      emit(to, { run, number, frame, isEnd: true });
      return;
    }
    number += 1;
    frame += count;
    if (isLooping && frame === wrap.end) frame = wrap.start;
    const unreadable = opened.unreadable();
    if (unreadable.length > known) say({ type: "lost", unreadable });
    known = unreadable.length;
  }

  function end(): void {
    controller.abort();
    isOver = true;
    port.onmessage = null;
    opening = opening.then(() => {
      playing?.opened.free();
      ready?.opened.free();
      sound?.close();
      port.close();
    });
  }

  function say(word: PlayerWord): void {
    port.postMessage(word);
  }
}

/** Describes the engine's own error. Anything else is a crash, which the worker reports. */
function described(error: unknown) {
  const isOwn = error instanceof TypeError || (error instanceof DOMException && error.name === "AbortError");
  if (!isOwn && !("code" in Object(error))) throw error;
  return describe(error);
}

function emit(to: MessagePort, block: Sound, transfer: Transferable[] = []): void {
  to.postMessage(block, transfer);
}
