/**
 * Clients that work at the same time, each with a worker of its own. Contents come from anywhere: one that crashes its
 * worker must not end an export or the reading of another.
 */
import type { WorkerClient } from "./client.js";
import type { WorkerLink } from "./link.js";

/** Clients, started when all others are busy. */
export class Clients {
  readonly #start: () => WorkerClient;
  readonly #clients: WorkerClient[] = [];
  #isClosed = false;

  constructor(start: () => WorkerClient) {
    this.#start = start;
  }

  /** Returns the client with the fewest jobs. Starts another if all are busy and there are fewer than `most`. */
  freest(most: number): WorkerClient {
    const [freest] = [...this.#clients].sort((one, other) => one.jobs - other.jobs);
    if (freest && (freest.jobs === 0 || this.#clients.length >= most || this.#isClosed)) return freest;
    const started = this.#start();
    this.#clients.push(started);
    // It refuses its jobs.
    if (this.#isClosed) void started.close();
    return started;
  }

  /** Takes the worker of a client that has nothing to do, if there is one. */
  takeWorker(): WorkerLink | undefined {
    for (const client of this.#clients) {
      const worker = client.giveWorker();
      if (worker) return worker;
    }
    return undefined;
  }

  /** Stops all jobs and ends the workers. Later jobs are refused. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all(this.#clients.map((client) => client.close()));
  }
}
