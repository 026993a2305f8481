/**
 * The worker that leads an export, and its helpers as it sees them.
 *
 * Each helper is at the other end of a `MessagePort` (`helper.ts`). The leader hands each segment to a helper that is
 * free or soon will be. It never depends on one, because it can make a segment that is refused, lost or late itself. So
 * a helper that cannot start, or crashes, only costs speed. Helpers join and leave at any time, since the exports of a
 * page share them (`helpers.ts`).
 */
import type { Assignment, Claim, LibrarySource, Order, Pass, Segment, Word } from "./messages.js";

/** The answer to a claim. It has no segment if the helper could not make it. */
interface Delivery {
  number: number;
  pass: Pass;
  segment?: Segment;
}

/** How long the leader waits with nothing else to do before it makes a helper's segment itself, in milliseconds. */
const PATIENCE = 5000;

/** Leads the helpers of one export. The engine calls it: `src/web` names its methods. */
export class Leader {
  readonly #ports = new Set<MessagePort>();
  /** The orders that a helper gets when it joins. */
  readonly #preparing: Order;
  #beginning: Order | undefined;
  /** The helpers that are ready, each with its claims: the one that it is making, and the one that waits. */
  readonly #claims = new Map<MessagePort, Claim[]>();
  #deliveries: Delivery[] = [];
  readonly #helped = new Set<MessagePort>();
  #heard: () => void = () => {};
  #begun = 0;
  #claimed = 0;
  #peakWasmBytes = 0;
  #isOver = false;

  /** Has the helpers load the timeline, while the leader plans. */
  constructor(library: LibrarySource, timelineId: string, ports: readonly MessagePort[]) {
    this.#preparing = { type: "prepare", library, timelineId };
    this.add(ports);
  }

  /** Has more helpers join. */
  add(ports: readonly MessagePort[]): void {
    for (const port of ports) {
      if (this.#isOver) {
        port.close();
        continue;
      }
      this.#ports.add(port);
      port.onmessage = ({ data }: MessageEvent<Word>) => this.#hear(port, data);
      send(port, this.#preparing);
      if (this.#beginning) send(port, this.#beginning);
    }
  }

  /** The number of helpers, those that are not ready included. */
  get size(): number {
    return this.#ports.size;
  }

  /** The number of helpers that have made a segment. */
  get helped(): number {
    return this.#helped.size;
  }

  /** The most memory that any helper's module has held, in bytes. */
  get peakWasmBytes(): number {
    return this.#peakWasmBytes;
  }

  /** Tells the helpers about an assignment, and forgets every earlier claim. */
  begin(assignment: Assignment): void {
    this.#begun += 1;
    this.#claims.clear();
    this.#deliveries = [];
    this.#beginning = { type: "begin", number: this.#begun, assignment };
    this.#tell(this.#beginning);
  }

  /**
   * Gives a segment to a free helper. With `mayWait`, it can also go to a busy helper with no other segment waiting.
   * The leader hears from a helper only between two slices of its own work, so this keeps the helper busy until then.
   * Returns false if no helper takes the segment.
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

  /** Returns the next delivery, if one has come. It can answer a claim of an earlier pass, and names that pass. */
  take(): Delivery | undefined {
    return this.#deliveries.shift();
  }

  /** Resolves with true once there is a delivery or a helper is free; with false if that takes too long. */
  wait(): Promise<boolean> {
    if (this.#deliveries.length > 0) return Promise.resolve(true);
    return new Promise((resolve) => {
      const patience = setTimeout(resolve, PATIENCE, false);
      this.#heard = () => {
        clearTimeout(patience);
        resolve(true);
      };
    });
  }

  /** Dismisses the helpers, and ends a `wait`. */
  end(): void {
    this.#isOver = true;
    this.#tell({ type: "end" });
    for (const port of this.#ports) port.close();
    this.#heard();
  }

  #tell(order: Order): void {
    for (const port of this.#ports) send(port, order);
  }

  #hear(port: MessagePort, word: Word): void {
    const claims = this.#claims.get(port) ?? [];
    if (word.type === "ready") {
      // It may have begun with an assignment that has been replaced since.
      if (word.begun !== this.#begun) return;
      this.#claims.set(port, claims);
    } else if (word.type === "gone") {
      port.close();
      this.#ports.delete(port);
      this.#claims.delete(port);
      this.#deliveries.push(...claims.map(({ number, pass }) => ({ number, pass })));
    } else {
      const claim = claims.find(({ id }) => id === word.claim);
      // Claims of an earlier assignment are forgotten.
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
    this.#heard();
  }
}

function send(port: MessagePort, order: Order): void {
  port.postMessage(order);
}
