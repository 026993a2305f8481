/**
 * The page's end of the workers that help with exports: it starts them and connects each with the worker that leads.
 *
 * They are started by the page, for some browsers hang where a worker starts another.
 */
import type { Request } from "./messages.js";

/** Helpers, kept from one export to the next. */
export class Team {
  readonly #launch: () => Worker;
  readonly #helpers = new Set<Worker>();

  constructor(launch: () => Worker) {
    this.#launch = launch;
  }

  /** A port to each of so many helpers. Those that helped before help again. */
  connect(count: number): MessagePort[] {
    while (this.#helpers.size < count) this.#start();
    return [...this.#helpers].slice(0, count).map((helper) => {
      const { port1, port2 } = new MessageChannel();
      helper.postMessage({ type: "assist", port: port2 } satisfies Request, [port2]);
      return port1;
    });
  }

  /** The worker that led is lost, and says nothing to its helpers: they give back what they hold of its export. */
  leave(): void {
    for (const helper of this.#helpers) helper.postMessage({ type: "leave" } satisfies Request);
  }

  /** Ends the helpers. */
  close(): void {
    for (const helper of this.#helpers) this.#end(helper);
  }

  #start(): void {
    const helper = this.#launch();
    this.#helpers.add(helper);
    // It says nothing to the page, but that it crashed. The leader does without it, the next export has another.
    helper.onmessage = () => this.#end(helper);
    helper.onerror = (event) => {
      event.preventDefault();
      this.#end(helper);
    };
  }

  #end(helper: Worker): void {
    this.#helpers.delete(helper);
    helper.terminate();
  }
}
