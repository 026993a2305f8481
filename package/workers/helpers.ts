/**
 * The workers that help with the exports of a library: the page starts them, connects each to a worker that leads, and
 * moves them when an export begins or ends. So all exports together have as many workers as the one that may have the
 * most, and each has its share.
 *
 * The page starts them, because some browsers hang where one worker starts another.
 */
import type { WorkerLink } from "./link.js";
import type { Blame } from "./messages.js";
import { SILENT, Watch } from "./watch.js";

/** How long helpers with nothing to do are kept, in milliseconds. */
const IDLENESS = 10_000;

/** An export that helpers can join. */
export interface Lead {
  /** The most helpers that it can have. */
  readonly most: number;
  /** Whether they name each clip before they read it. */
  readonly namesClips: boolean;
  /** Gives the leader ports to helpers that have joined. */
  lend(ports: MessagePort[]): void;
  /** Called when one of its helpers is lost. The leader goes on without it. */
  onlost(reason: string, blame: Blame | undefined): void;
}

/** A worker that helps, or has helped. */
interface Helper {
  link: WorkerLink;
  watch: Watch;
  lead: Lead | undefined;
}

/** The helpers of a library. */
export class Helpers {
  readonly #launch: () => WorkerLink;
  readonly #helpers = new Set<Helper>();
  /** The exports that have joined, each with the number of helpers that it has lost. */
  readonly #leads = new Map<Lead, number>();
  #idling: ReturnType<typeof setTimeout> | undefined;

  constructor(launch: () => WorkerLink) {
    this.#launch = launch;
  }

  /** Has helpers join an export, some of those of others perhaps. */
  join(lead: Lead): void {
    clearTimeout(this.#idling);
    this.#leads.set(lead, 0);
    this.#share();
  }

  /** Has the helpers of an export that is over leave it, and join others. */
  leave(lead: Lead): void {
    if (!this.#leads.delete(lead)) return;
    for (const helper of this.#of(lead)) this.#release(helper);
    this.#share();
    if (this.#leads.size === 0) this.#idling = setTimeout(() => this.close(), IDLENESS);
  }

  /** Ends the helpers. */
  close(): void {
    clearTimeout(this.#idling);
    for (const helper of this.#helpers) this.#end(helper);
  }

  #share(): void {
    const wanted = [...this.#leads].map(([{ most }, lost]) => Math.max(0, most - lost));
    const leads = [...this.#leads.keys()].map((lead, index) => ({ lead, count: sharesOf(wanted)[index] as number }));
    for (const { lead, count } of leads) {
      for (const helper of this.#of(lead).slice(count)) this.#release(helper);
    }
    for (const { lead, count } of leads) {
      const ports: MessagePort[] = [];
      for (let joined = this.#of(lead).length; joined < count; joined += 1) ports.push(this.#connect(lead));
      if (ports.length > 0) lead.lend(ports);
    }
    // Helpers that are left over would only take memory.
    if (leads.length > 0) for (const helper of this.#of(undefined)) this.#end(helper);
  }

  #of(lead: Lead | undefined): Helper[] {
    return [...this.#helpers].filter((helper) => helper.lead === lead);
  }

  /** Has a helper join an export: one that is free, or a new one. Returns a port to it. */
  #connect(lead: Lead): MessagePort {
    const helper = this.#of(undefined)[0] ?? this.#start();
    const { port1, port2 } = new MessageChannel();
    helper.lead = lead;
    if (lead.namesClips) helper.link.post({ type: "watch" });
    helper.link.post({ type: "help", port: port2 }, [port2]);
    helper.watch.begin();
    return port1;
  }

  /** Has a helper free what it holds of an export. A segment that it is making is made by another. */
  #release(helper: Helper): void {
    if (helper.watch.isLate) {
      this.#end(helper);
      return;
    }
    helper.lead = undefined;
    helper.watch.end();
    helper.link.post({ type: "leave" });
  }

  #start(): Helper {
    const link = this.#launch();
    const helper: Helper = { link, watch: new Watch((blame) => this.#lose(helper, SILENT, blame)), lead: undefined };
    this.#helpers.add(helper);
    link.onreply = (reply) => {
      helper.watch.hear(reply);
      if (reply.type === "crashed") this.#lose(helper, reply.reason, reply.blame);
    };
    link.onlost = (reason) => this.#lose(helper, String(reason));
    return helper;
  }

  /** Ends a helper that is lost. Its export gets no other: that might be lost to the same clip. */
  #lose(helper: Helper, reason: string, blame?: Blame): void {
    const { lead } = helper;
    this.#end(helper);
    if (!lead) return;
    this.#leads.set(lead, (this.#leads.get(lead) ?? 0) + 1);
    lead.onlost(reason, blame);
  }

  #end(helper: Helper): void {
    this.#helpers.delete(helper);
    helper.watch.end();
    helper.link.end();
  }
}

/**
 * Shares helpers out to exports that want some. Together with the exports' leaders they are as many workers as the one
 * with the most wishes has alone, if there are so many.
 */
export function sharesOf(wanted: readonly number[]): number[] {
  const shares = wanted.map(() => 0);
  let left = Math.max(0, ...wanted.map((count) => count + 1)) - wanted.length;
  for (let given = true; given; ) {
    given = false;
    for (const [index, count] of wanted.entries()) {
      const share = shares[index] as number;
      if (left <= 0 || share >= count) continue;
      shares[index] = share + 1;
      left -= 1;
      given = true;
    }
  }
  return shares;
}
