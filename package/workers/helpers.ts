/**
 * The page's end of the workers that help with exports: it starts them and connects each to the worker that leads.
 *
 * The page starts them, because some browsers hang where one worker starts another.
 */
import type { WorkerLink } from "./link.js";

/** Helpers, kept from one export to the next. */
export class Helpers {
  readonly #launch: () => WorkerLink;
  readonly #helpers = new Set<WorkerLink>();

  constructor(launch: () => WorkerLink) {
    this.#launch = launch;
  }

  /** Returns ports to `count` helpers. Those that have helped before come first. */
  connect(count: number): MessagePort[] {
    while (this.#helpers.size < count) this.#start();
    return [...this.#helpers].slice(0, count).map((helper) => {
      const { port1, port2 } = new MessageChannel();
      helper.post({ type: "help", port: port2 }, [port2]);
      return port1;
    });
  }

  /** Has the helpers free what they hold of an export whose leader is lost, and so cannot tell them. */
  leave(): void {
    for (const helper of this.#helpers) helper.post({ type: "leave" });
  }

  /** Ends the helpers. */
  close(): void {
    for (const helper of this.#helpers) this.#end(helper);
  }

  #start(): void {
    const helper = this.#launch();
    this.#helpers.add(helper);
    // A helper tells the page only that it crashed. The leader goes on without it; the next export starts another.
    helper.onreply = () => this.#end(helper);
    helper.onlost = () => this.#end(helper);
  }

  #end(helper: WorkerLink): void {
    this.#helpers.delete(helper);
    helper.end();
  }
}
