/**
 * The workers that read contents, one content at a time each. Contents come from anywhere: one that crashes its worker
 * must not end an export or the reading of another.
 */
import { SecuenciaError } from "../errors.js";
import type { JobOptions } from "../types.js";
import { WorkerClient } from "./client.js";
import type { WorkerLink } from "./link.js";
import type { AssetFacts, InspectRequest } from "./messages.js";

/** Workers, started when all others are busy. */
export class Inspectors {
  readonly #launch: () => WorkerLink;
  readonly #clients: WorkerClient[] = [];
  #isClosed = false;

  constructor(launch: () => WorkerLink) {
    this.#launch = launch;
  }

  /** Decodes a content once and describes it. Starts another worker if all are busy and there are fewer than `most`. */
  inspect(request: Omit<InspectRequest, "type">, options: JobOptions, most: number): Promise<AssetFacts> {
    if (this.#isClosed) return Promise.reject(new SecuenciaError("storage", "The library is closed"));
    return this.#freest(most).inspect(request, options);
  }

  /** Stops all jobs and ends the workers. Later jobs are refused. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all(this.#clients.map((client) => client.close()));
  }

  #freest(most: number): WorkerClient {
    const [freest] = [...this.#clients].sort((one, other) => one.jobs - other.jobs);
    return freest && (freest.jobs === 0 || this.#clients.length >= most) ? freest : this.#start();
  }

  #start(): WorkerClient {
    const client = new WorkerClient(this.#launch);
    this.#clients.push(client);
    return client;
  }
}
