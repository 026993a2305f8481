/**
 * Workers that make segments of one export, and the worker that leads it.
 *
 * Each helper is at the other end of a `MessagePort`. The leader hands a segment to whoever is free or soon will be,
 * and never waits for anyone: what is refused, lost or late, it makes itself. So a helper that cannot start, or
 * crashes, only costs speed.
 */
import type { Assistant } from "./engine.js";

/** What is exported, and one pass over it: the engine's own, carried and not looked at. */
export type Assignment = object;
export type Pass = object;
export type Segment = { packets: Uint8Array };

/** From the leader to a helper. */
type Order =
  | { type: "prepare"; database: string; timelineId: string }
  | { type: "begin"; assignment: Assignment }
  | { type: "make"; claim: Claim }
  | { type: "end" };

/**
 * From a helper to the leader. `begun` is how often it was told to begin, `claim` the claim's ID, `wasmBytes` what its
 * module holds.
 */
type Word =
  | { type: "ready"; begun: number }
  | { type: "made"; claim: number; segment: Segment; wasmBytes: number }
  | { type: "refused"; claim: number }
  | { type: "gone" };

/**
 * A segment that a helper is asked to make. Passes number their segments alike, so only pass and number together name
 * one.
 */
interface Claim {
  id: number;
  number: number;
  pass: Pass;
}

/** What became of a claim. Without a segment, it could not be made. */
interface Delivery {
  number: number;
  pass: Pass;
  segment?: Segment;
}

/** How long the leader has nothing to do before it does a helper's work, in milliseconds. */
const PATIENCE = 5000;

/** The leader's view of its helpers. The engine calls it. */
export class Crew {
  readonly #ports: readonly MessagePort[];
  /** Those that are of use, and what each has claimed: what it makes, and what it makes after that. */
  readonly #claims = new Map<MessagePort, Claim[]>();
  #deliveries: Delivery[] = [];
  readonly #helped = new Set<MessagePort>();
  #came: () => void = () => {};
  #begun = 0;
  #claimed = 0;
  #peakWasmBytes = 0;

  /** Has the helpers load what the timeline is made of, while the leader plans. */
  constructor(database: string, timelineId: string, ports: readonly MessagePort[]) {
    this.#ports = ports;
    for (const port of ports) port.onmessage = ({ data }: MessageEvent<Word>) => this.#hear(port, data);
    this.#tell({ type: "prepare", database, timelineId });
  }

  /** How many helpers there are at most. */
  get size(): number {
    return this.#ports.length;
  }

  /** How many have helped. */
  get helped(): number {
    return this.#helped.size;
  }

  /** The most memory that any helper's module held. */
  get peakWasmBytes(): number {
    return this.#peakWasmBytes;
  }

  /** Says what is exported. What was claimed before is forgotten. */
  begin(assignment: Assignment): void {
    this.#begun += 1;
    this.#claims.clear();
    this.#deliveries = [];
    this.#tell({ type: "begin", assignment });
  }

  /**
   * Gives a segment to a helper that is free; where it may wait, also to one that is busy and has no other waiting. The
   * leader hears of a helper only between two slices of its own work, and nobody is idle until then. False if there is
   * no such helper.
   */
  claim(number: number, pass: Pass, mayWait: boolean): boolean {
    const [least] = [...this.#claims].sort(([, one], [, other]) => one.length - other.length);
    if (!least) return false;
    const [port, claims] = least;
    if (claims.length > (mayWait ? 1 : 0)) return false;
    const claim = { id: ++this.#claimed, number, pass };
    claims.push(claim);
    send(port, { type: "make", claim });
    return true;
  }

  /** What has come back, one at a time. It may have been claimed in an earlier pass: it says in which. */
  take(): Delivery | undefined {
    return this.#deliveries.shift();
  }

  /** Resolves once something came back or somebody is free; with false if that takes too long. */
  wait(): Promise<boolean> {
    if (this.#deliveries.length > 0) return Promise.resolve(true);
    return new Promise((resolve) => {
      const patience = setTimeout(resolve, PATIENCE, false);
      this.#came = () => {
        clearTimeout(patience);
        resolve(true);
      };
    });
  }

  /** Nothing more is to be made, nor waited for. */
  end(): void {
    this.#tell({ type: "end" });
    for (const port of this.#ports) port.close();
    this.#came();
  }

  #tell(order: Order): void {
    for (const port of this.#ports) send(port, order);
  }

  #hear(port: MessagePort, word: Word): void {
    const claims = this.#claims.get(port) ?? [];
    if (word.type === "ready") {
      // It may have begun with what is no longer exported.
      if (word.begun !== this.#begun) return;
      this.#claims.set(port, claims);
    } else if (word.type === "gone") {
      this.#claims.delete(port);
      this.#deliveries.push(...claims.map(({ number, pass }) => ({ number, pass })));
    } else {
      const claim = claims.find(({ id }) => id === word.claim);
      // What was claimed of something else is forgotten.
      if (!claim) return;
      claims.splice(claims.indexOf(claim), 1);
      const { number, pass } = claim;
      if (word.type === "refused") this.#deliveries.push({ number, pass });
      else {
        this.#helped.add(port);
        this.#peakWasmBytes = Math.max(this.#peakWasmBytes, word.wasmBytes);
        this.#deliveries.push({ number, pass, segment: word.segment });
      }
    }
    this.#came();
  }
}

/** What a helper needs of its engine. */
export interface Workshop {
  prepare(database: string, timelineId: string): Promise<Pick<Assistant, "begin" | "make" | "free">>;
  wasmBytes(): Promise<number>;
}

/** A helper's work for one leader. */
export interface Assistance {
  /** Says that no more help is to be had, for the engine is lost: nothing may be asked of that any more. */
  lose(): void;
  /** The same, for there is other work or the leader is lost. What it has of the export is given back. */
  leave(): void;
}

/** A helper's view of the leader at the other end of `port`. */
export function assist(port: MessagePort, workshop: Workshop): Assistance {
  let controller = new AbortController();
  let assistant: Awaited<ReturnType<Workshop["prepare"]>> | undefined;
  /** How often it has begun, and how often it was told to begin or end. In between, what is to be made is of no use. */
  let begun = 0;
  let told = 0;
  let work = Promise.resolve();
  port.onmessage = ({ data }: MessageEvent<Order>) => hear(data);
  return {
    lose: () => say({ type: "gone" }),
    leave() {
      say({ type: "gone" });
      hear({ type: "end" });
    },
  };

  function hear(order: Order): void {
    if (order.type === "begin" || order.type === "end") {
      told += 1;
      controller.abort();
    }
    if (order.type === "end") port.onmessage = null;
    work = work.then(() => obey(order));
  }

  async function obey(order: Order): Promise<void> {
    if (order.type === "prepare") await prepare(order.database, order.timelineId);
    else if (order.type === "begin") begin(order.assignment);
    else if (order.type === "make") await make(order.claim);
    else end();
  }

  async function prepare(database: string, timelineId: string): Promise<void> {
    try {
      assistant = await workshop.prepare(database, timelineId);
    } catch {
      say({ type: "gone" });
    }
  }

  /** A helper that finds no library, or one that was changed since it was planned from, is of no use. */
  function begin(assignment: Assignment): void {
    begun += 1;
    controller = new AbortController();
    say(assistant?.begin(assignment) ? { type: "ready", begun } : { type: "gone" });
  }

  async function make({ id, number, pass }: Claim): Promise<void> {
    if (begun !== told) return;
    try {
      const segment = await assistant?.make(number, pass, controller.signal);
      if (!segment) throw new Error("There is nothing to make it of.");
      const wasmBytes = await workshop.wasmBytes();
      say({ type: "made", claim: id, segment, wasmBytes }, [segment.packets.buffer as ArrayBuffer]);
    } catch {
      // The leader meets the reason when it makes the segment itself.
      say({ type: "refused", claim: id });
    }
  }

  /** Not before what it was making is left: an engine does not give back what it works with. */
  function end(): void {
    assistant?.free();
    assistant = undefined;
    port.close();
  }

  function say(word: Word, transfer: Transferable[] = []): void {
    port.postMessage(word, transfer);
  }
}

function send(port: MessagePort, order: Order): void {
  port.postMessage(order);
}
