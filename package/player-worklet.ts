/**
 * The audio worklet of a player: it plays the blocks that a worker renders (`workers/preview.ts`), which come through
 * a port of their own. The page says when to play, through the node's port, and hears what is played.
 *
 * It promises:
 * - What plays is the blocks' samples. Only around a pause, a seek and an edit they are faded, for 5 ms.
 * - If a block is late, silence plays, the gap is counted, and the sound goes on where it stopped. Nothing is skipped.
 */
import { build } from "./loading/build.js";
import { nodeName, type Played, type Sound, type SpeakerOrder, type Taken } from "./workers/messages.js";

declare const currentTime: number;
declare const sampleRate: number;
declare function registerProcessor(name: string, processor: new () => Processor): void;
declare class AudioWorkletProcessor {
  readonly port: MessagePort;
}
interface Processor extends AudioWorkletProcessor {
  process(inputs: Float32Array[][], outputs: Float32Array[][]): boolean;
}

const FADE_SECONDS = 0.005;

type Block = Exclude<Sound, { isEnd: true }>;
/** A block or the end. An edit's block begins with a fade from the one that it replaces. */
type Item = Sound & { before?: Block["planes"] };

class Speaker extends AudioWorkletProcessor implements Processor {
  /** The run that plays, its blocks, and the next frame in the first of them. */
  #run = -1;
  #queue: Item[] = [];
  #offset = 0;
  /** The blocks of a run that has been sought. They wait until the former run has faded out. */
  #next: Item[] | undefined;
  #isPlaying = false;
  #isClosed = false;
  #gain = 0;
  #underruns = 0;
  /** Whether the run has begun to play and no gap is counted since. */
  #isFlowing = false;
  #sound: MessagePort | undefined;
  readonly #fadeFrames = Math.round(FADE_SECONDS * sampleRate);

  constructor() {
    super();
    this.port.onmessage = ({ data }: MessageEvent<SpeakerOrder>) => {
      if (data.type === "sound") this.#listen(data.port);
      else if (data.type === "play") this.#isPlaying = true;
      else if (data.type === "pause") {
        this.#isPlaying = false;
        if (this.#gain === 0) this.#pause();
      } else this.#isClosed = true;
    };
  }

  process(_: Float32Array[][], [output = []]: Float32Array[][]): boolean {
    const frames = output[0]?.length ?? 0;
    for (let at = 0; at < frames; at++) this.#step(output, at);
    return !this.#isClosed;
  }

  /** Plays one frame. */
  #step(output: Float32Array[], at: number): void {
    if (this.#gain === 0) {
      if (this.#next) this.#begin(this.#next);
      if (!this.#isPlaying) return;
    }
    const rises = this.#isPlaying && !this.#next;
    const item = this.#queue[0];
    if (!item) {
      if (this.#isFlowing && rises) this.#underruns += 1;
      this.#isFlowing = false;
      this.#gain = 0;
      return;
    }
    if ("isEnd" in item) {
      // It ends once: the next order to play may come before the blocks that it is for.
      this.#queue.shift();
      this.#isPlaying = false;
      this.#isFlowing = false;
      this.#gain = 0;
      this.#tell({ type: "ended", run: this.#run, frame: item.frame });
      return;
    }
    if (this.#offset === 0) this.#announce(item, at);
    // The timeline's first frame begins as hard as it does in a file.
    if (rises && item.frame === 0 && this.#offset === 0) this.#gain = 1;
    else this.#gain = Math.max(0, Math.min(1, this.#gain + (rises ? 1 : -1) / this.#fadeFrames));
    for (let channel = 0; channel < output.length; channel++) {
      (output[channel] as Float32Array)[at] = this.#gain * this.#sampleOf(item, channel);
    }
    this.#offset += 1;
    if (this.#offset === item.planes[0]?.length) {
      this.#queue.shift();
      this.#offset = 0;
    }
    if (!rises && this.#gain === 0) this.#pause();
  }

  #sampleOf({ planes, before }: Block & { before?: Block["planes"] }, channel: number): number {
    const sample = (planes[channel] ?? planes[0])?.[this.#offset] ?? 0;
    if (!before || this.#offset >= this.#fadeFrames) return sample;
    const part = this.#offset / this.#fadeFrames;
    return part * sample + (1 - part) * ((before[channel] ?? before[0])?.[this.#offset] ?? 0);
  }

  /** Tells where the sound has stopped, unless it goes on elsewhere. */
  #pause(): void {
    const item = this.#queue[0];
    this.#isFlowing = false;
    if (!this.#next && item) this.#tell({ type: "paused", run: this.#run, frame: item.frame + this.#offset });
  }

  #begin(queue: Item[]): void {
    this.#queue = queue;
    this.#run = queue[0]?.run ?? this.#run;
    this.#next = undefined;
    this.#offset = 0;
    this.#isFlowing = false;
  }

  #announce({ run, number, frame, levels }: Block, at: number): void {
    this.#isFlowing = true;
    const time = currentTime + at / sampleRate;
    this.#tell({ type: "at", run, frame, time, levels, underruns: this.#underruns });
    this.#sound?.postMessage({ run, number } satisfies Taken);
  }

  #listen(port: MessagePort): void {
    this.#sound?.close();
    this.#sound = port;
    port.onmessage = ({ data }: MessageEvent<Sound>) => this.#take(data);
  }

  #take(item: Item): void {
    const newest = this.#next?.[0]?.run ?? this.#run;
    if (item.run < newest) return;
    if (item.run > newest) {
      this.#next = [item];
      return;
    }
    const queue = this.#next ?? this.#queue;
    const place = queue.findIndex(({ number }) => number >= item.number);
    if (place < 0) {
      queue.push(item);
      return;
    }
    // A block that plays, or has played, cannot be replaced any more.
    if (place === 0 && ((queue[0]?.number ?? 0) > item.number || this.#offset > 0)) return;
    const [former] = queue.splice(place);
    if (former && "planes" in former && former.number === item.number) item.before = former.planes;
    queue.push(item);
  }

  #tell(word: Played): void {
    this.port.postMessage(word);
  }
}

try {
  registerProcessor(nodeName(build), Speaker);
} catch {
  // It is there already, from another address.
}
