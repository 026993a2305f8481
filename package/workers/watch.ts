/**
 * A look at a worker, once a second while it has work: whether it is alive, and, if it was asked to say so, which clip
 * it reads. A worker in a decoder that does not end can be asked no more.
 */
import type { Blame, Reply } from "./messages.js";

/** The time between two looks, in milliseconds. */
const LOOK_MS = 1000;

/**
 * The number of looks without a sign of life after which a worker is lost. It gives one every second, between two
 * slices of 30 ms; on a slow machine, opening a file or finding a place in it may take a hundred times that. Looks are
 * counted and not seconds: while the page sleeps, is frozen or is halted by a debugger, it does not look, and the
 * worker's signs are heard before the next look.
 */
const SILENT_LOOKS = 10;

/** The number of looks after which a worker without a sign of life may be one that hangs. */
const LATE_LOOKS = 3;

/** The reason for a worker's loss, if it gives no sign of life. */
export const SILENT = "the worker does not answer";

/** The watch of one worker. */
export class Watch {
  readonly #onsilent: (blame: Blame | undefined) => void;
  /** The looks since the last sign of life. A worker that has given none yet is still starting. */
  #silent: number | undefined;
  #reading: Blame | undefined;
  #looking: ReturnType<typeof setInterval> | undefined;

  /** `onsilent` is called, once, with the clip that the worker was reading, if that is known. */
  constructor(onsilent: (blame: Blame | undefined) => void) {
    this.#onsilent = onsilent;
  }

  /** Whether it may hang. */
  get isLate(): boolean {
    return this.#silent !== undefined && this.#silent >= LATE_LOOKS;
  }

  /** Takes each of the worker's replies. */
  hear(reply: Reply): void {
    this.#silent = 0;
    if (reply.type === "reading") this.#reading = reply.blame;
  }

  /** Looks from now on, at other work if it has not looked before. */
  begin(): void {
    if (this.#looking === undefined) this.#reading = undefined;
    this.#looking ??= setInterval(() => this.#look(), LOOK_MS);
  }

  /** Looks no more. */
  end(): void {
    clearInterval(this.#looking);
    this.#looking = undefined;
    this.#silent &&= 0;
  }

  #look(): void {
    if (this.#silent === undefined) return;
    this.#silent += 1;
    if (this.#silent < SILENT_LOOKS) return;
    this.end();
    this.#silent = undefined;
    this.#onsilent(this.#reading);
  }
}
