/**
 * A worker's signs of life while it has a job: the page replaces a worker that gives none (`client.ts`). They come
 * between the slices of its work, and while it waits for a helper, the library or the destination.
 *
 * A destination that does not answer is no fault of the worker's: after some seconds the progress says so, until it
 * answers. Only the user can help then.
 */
import type { Progress } from "../types.js";
import type { Reply } from "./messages.js";
import type { Outlet } from "./outlet.js";

/** The time between two signs of life, in milliseconds. */
export const BEAT_MS = 1000;

/** The number of beats after which the destination is late. Beats are counted, because no time passes in sleep. */
const LATE = 5;

const WAITING = "Waiting for the destination, which takes no more. If it does not go on, cancel and choose another one";

/** The heartbeat of one job. */
export class Heartbeat {
  readonly #post: (reply: Reply) => void;
  readonly #job: number;
  readonly #timer: ReturnType<typeof setInterval>;
  #last: Progress | undefined;
  /** The beats since the destination got the step that it is at. */
  #waited: number | undefined;

  constructor(job: number, post: (reply: Reply) => void) {
    this.#post = post;
    this.#job = job;
    this.#timer = setInterval(() => this.#beat(), BEAT_MS);
    post({ type: "alive" });
  }

  /** Reports progress. */
  report(progress: Progress): void {
    this.#last = progress;
    this.#post({ type: "progress", job: this.#job, progress });
  }

  /** Returns an outlet that does the same, and is watched. */
  watch(outlet: Outlet): Outlet {
    const watched = async (step: Promise<void>) => {
      this.#waited = 0;
      try {
        await step;
      } finally {
        const isLate = this.#isLate;
        this.#waited = undefined;
        if (isLate && this.#last) this.report(this.#last);
      }
    };
    return {
      canSeek: outlet.canSeek,
      write: (bytes) => watched(outlet.write(bytes)),
      seek: (position) => watched(outlet.seek(position)),
      close: () => watched(outlet.close()),
      abort: () => outlet.abort(),
    };
  }

  end(): void {
    clearInterval(this.#timer);
  }

  get #isLate(): boolean {
    return this.#waited !== undefined && this.#waited >= LATE;
  }

  #beat(): void {
    if (this.#waited !== undefined) this.#waited += 1;
    if (this.#isLate && this.#last) {
      const progress: Progress = { ...this.#last, message: WAITING, waitingFor: "destination" };
      this.#post({ type: "progress", job: this.#job, progress });
    } else {
      this.#post({ type: "alive" });
    }
  }
}
