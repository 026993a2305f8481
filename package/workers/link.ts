/**
 * The page's link to one worker. It can be used before the worker runs: messages wait until then. If the worker cannot
 * start, or cannot have the engine, the link says so once, with the reason.
 */
import type { SecuenciaError } from "../errors.js";
import type { Reply, Request } from "./messages.js";

export class WorkerLink {
  /** Called with each reply. */
  onreply: ((reply: Reply) => void) | undefined;
  /** Called with the reason if the worker is lost: an error if it never started, else the browser's words. */
  onlost: ((reason: SecuenciaError | string) => void) | undefined;
  #worker: Worker | undefined;
  /** Messages for the worker, until it runs. */
  #waiting: { request: Request; transfer: Transferable[] }[] = [];
  #isEnded = false;

  /** Takes a worker that starts, and the engine as it is compiled. */
  constructor(starting: Promise<Worker>, engine: Promise<WebAssembly.Module>) {
    const lost = (reason: SecuenciaError) => this.#lose(reason);
    starting.then((worker) => this.#begin(worker), lost);
    engine.then((module) => this.post({ type: "load", module }), lost);
  }

  post(request: Request, transfer: Transferable[] = []): void {
    if (this.#worker) this.#worker.postMessage(request, transfer);
    else this.#waiting.push({ request, transfer });
  }

  /** Ends the worker. Nothing more is heard of it. */
  end(): void {
    this.#isEnded = true;
    this.#waiting = [];
    // Messages that the worker sent before its end may still arrive.
    this.onreply = undefined;
    this.onlost = undefined;
    this.#worker?.terminate();
  }

  #begin(worker: Worker): void {
    if (this.#isEnded) {
      worker.terminate();
      return;
    }
    this.#worker = worker;
    worker.onmessage = ({ data }: MessageEvent<Reply>) => this.onreply?.(data);
    worker.onerror = (event) => {
      event.preventDefault();
      this.#lose(event.message);
    };
    for (const { request, transfer } of this.#waiting.splice(0)) this.post(request, transfer);
  }

  #lose(reason: SecuenciaError | string): void {
    const { onlost } = this;
    this.end();
    onlost?.(reason);
  }
}
