/**
 * A worker that helps: it makes segments for the leader at the other end of a `MessagePort` (`leader.ts`).
 *
 * It answers every order to make one, with the segment or a refusal, and says so when it can help no longer. An order
 * to begin anew or to end stops the segment that it is making.
 */
import type { Assistant } from "./engine.js";
import type { Claim, LibrarySource, Order, Word } from "./messages.js";

/** The part of the engine that a helper uses. */
export interface HelperEngine {
  prepare(library: LibrarySource, timelineId: string): Promise<Pick<Assistant, "begin" | "make" | "free">>;
  /** Returns the memory that the module holds, in bytes. */
  wasmBytes(): Promise<number>;
}

/** A helper's work for one leader. */
export interface Helper {
  /** Tells the leader that the engine is lost. The engine is not used again. */
  lose(): void;
  /** Leaves the leader, for other work or because the leader is lost, and frees what it holds of the export. */
  leave(): void;
}

/** Helps the leader at the other end of `port`. */
export function help(port: MessagePort, engine: HelperEngine): Helper {
  let controller = new AbortController();
  let assistant: Awaited<ReturnType<HelperEngine["prepare"]>> | undefined;
  /** How often it has begun, and how often it was told to begin or end. While they differ, it makes nothing. */
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
    if (order.type === "prepare") await prepare(order.library, order.timelineId);
    else if (order.type === "begin") begin(order);
    else if (order.type === "make") await make(order.claim);
    else end();
  }

  async function prepare(library: LibrarySource, timelineId: string): Promise<void> {
    try {
      assistant = await engine.prepare(library, timelineId);
    } catch {
      say({ type: "gone" });
    }
  }

  /** Begins an assignment. That fails if there is no library, or if it has changed since the leader planned. */
  function begin({ number, assignment }: Order & { type: "begin" }): void {
    begun += 1;
    controller = new AbortController();
    say(assistant?.begin(assignment) ? { type: "ready", begun: number } : { type: "gone" });
  }

  async function make({ id, number, pass }: Claim): Promise<void> {
    if (begun !== told) return;
    try {
      const segment = await assistant?.make(number, pass, controller.signal);
      if (!segment) throw new Error("There is nothing to make it of.");
      const wasmBytes = await engine.wasmBytes();
      say({ type: "made", claim: id, segment, wasmBytes }, [segment.packets.buffer as ArrayBuffer]);
    } catch {
      // The leader makes the segment itself, and meets the error there.
      say({ type: "refused", claim: id });
    }
  }

  /** Frees the engine's objects. That is possible only after the segment in work has stopped. */
  function end(): void {
    assistant?.free();
    assistant = undefined;
    port.close();
  }

  function say(word: Word, transfer: Transferable[] = []): void {
    port.postMessage(word, transfer);
  }
}
