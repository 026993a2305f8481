/**
 * The page's end of the workers that help with exports: it starts them and connects each to the worker that leads.
 *
 * The page starts them, because some browsers hang where one worker starts another.
 */
import type { Request } from "./messages.js";

/** Helpers, kept from one export to the next. */
export class Helpers {
  readonly #launch: () => Worker;
  readonly #helpers = new Set<Worker>();

  constructor(launch: () => Worker) {
    this.#launch = launch;
  }

  /** Returns ports to `count` helpers. Those that have helped before come first. */
  connect(count: number): MessagePort[] {
    while (this.#helpers.size < count) this.#start();
    return [...this.#helpers].slice(0, count).map((helper) => {
      const { port1, port2 } = new MessageChannel();
      helper.postMessage({ type: "help", port: port2 } satisfies Request, [port2]);
      return port1;
    });
  }

  /** Has the helpers free what they hold of an export whose leader is lost, and so cannot tell them. */
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
    // A helper tells the page only that it crashed. The leader goes on without it; the next export starts another.
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
