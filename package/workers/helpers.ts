/**
 * The page's end of the workers that help with exports: it starts them and connects each to the worker that leads.
 *
 * The page starts them, because some browsers hang where one worker starts another.
 */
import type { WorkerLink } from "./link.js";
import type { Blame } from "./messages.js";
import { SILENT, Watch } from "./watch.js";

/** An export, as its helpers know it. */
export interface Lead {
  /** Whether they name each clip before they read it. */
  readonly namesClips: boolean;
  /** Called when one is lost. The leader goes on without it. */
  onlost(reason: string, blame: Blame | undefined): void;
}

/** A worker that helps, or has helped. */
interface Helper {
  link: WorkerLink;
  watch: Watch;
  lead: Lead | undefined;
}

/** Helpers, kept from one export to the next. */
export class Helpers {
  readonly #launch: () => WorkerLink;
  readonly #helpers = new Set<Helper>();

  constructor(launch: () => WorkerLink) {
    this.#launch = launch;
  }

  /** Returns ports to `count` helpers. Those that have helped before come first. */
  connect(count: number, lead: Lead): MessagePort[] {
    while (this.#helpers.size < count) this.#start();
    return [...this.#helpers].slice(0, count).map((helper) => {
      const { port1, port2 } = new MessageChannel();
      helper.lead = lead;
      if (lead.namesClips) helper.link.post({ type: "watch" });
      helper.link.post({ type: "help", port: port2 }, [port2]);
      helper.watch.begin();
      return port1;
    });
  }

  /** Has the helpers free what they hold of an export whose leader is lost, and so cannot tell them. */
  leave(): void {
    for (const helper of this.#helpers) helper.link.post({ type: "leave" });
  }

  /** Ends the helpers. */
  close(): void {
    for (const helper of this.#helpers) this.#end(helper);
  }

  #start(): void {
    const link = this.#launch();
    const helper: Helper = { link, watch: new Watch((blame) => this.#lose(helper, SILENT, blame)), lead: undefined };
    this.#helpers.add(helper);
    link.onreply = (reply) => {
      helper.watch.hear(reply);
      if (reply.type === "crashed") this.#lose(helper, reply.reason, reply.blame);
    };
    link.onlost = (reason) => this.#lose(helper, String(reason));
  }

  /** Ends a helper that is lost. The leader goes on without it; the next export starts another. */
  #lose(helper: Helper, reason: string, blame?: Blame): void {
    this.#end(helper);
    helper.lead?.onlost(reason, blame);
  }

  #end(helper: Helper): void {
    this.#helpers.delete(helper);
    helper.watch.end();
    helper.link.end();
  }
}
