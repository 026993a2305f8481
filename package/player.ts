/**
 * A player: it plays a timeline, or any part of it, as an export would encode it. A worker renders the blocks
 * (`workers/preview.ts`), and an audio worklet plays them (`player-worklet.ts`). Loaded with the first player.
 *
 * It promises that the position is that of the sound: a late block delays it, and moves nothing.
 */
import type { FailureFacts, SecuenciaError } from "./errors.js";
import { build } from "./loading/build.js";
import type { ErrorCode, Levels, PlayerOptions, TimelineDraft, TimeRange, UnreadableClip } from "./types.js";
import type { WorkerLink } from "./workers/link.js";
import {
  BLOCKS_A_SECOND,
  type Blame,
  type EngineRange,
  type LibrarySource,
  type Mix,
  type MixLoop,
  type MixOptions,
  nodeName,
  type Played,
  type PlayerOrder,
  type PlayerWord,
  type SpeakerOrder,
} from "./workers/messages.js";
import { SILENT, Watch } from "./workers/watch.js";

/** The shortest part that can be looped, in seconds. */
const LEAST_LOOP = 0.05;

/** How long a browser may take to begin, in milliseconds, if it may play at all; and before the page was clicked. */
const PATIENCE = { allowed: 5000, unclicked: 500 };

/** How long a worker may take to let go of the library, in milliseconds. */
const LET_GO = 3000;

/** The most workers that a player may lose until it stops. */
const MOST_LOSSES = 3;

/** Two losses that are no further apart, in seconds, are at one place: a third would follow. */
const SAME_PLACE = 1;

/** The library's part of a player. The functions are the library's own, so that errors are of one class. */
export interface Backing {
  mix: MixOptions;
  output: PlayerOptions["output"];
  launch(): WorkerLink;
  addWorklet(worklet: Worklet): Promise<void>;
  sourceOf(timeline: string | TimelineDraft): Promise<{ library: LibrarySource; timelineId: string }>;
  timeRange(range: TimeRange): EngineRange | undefined;
  failed(code: ErrorCode, message: string, facts?: FailureFacts): SecuenciaError;
  revive(failure: (PlayerWord & { type: "refused" })["failure"]): Error;
  onClosed(player: Player): void;
}

/** The events of a player. */
export interface PlayerEvents {
  /** About ten times a second while it plays. The detail is the position in seconds. */
  time: CustomEvent<number>;
  /** With each `time`: the levels there. */
  levels: CustomEvent<Levels>;
  /** It plays, or it has stopped. The detail is `isPlaying`. */
  playing: CustomEvent<boolean>;
  /** The timeline has been played to its end. */
  ended: CustomEvent<undefined>;
  /** Clips turned out to be unusable, and are silent. The detail is all of them. */
  unreadable: CustomEvent<UnreadableClip[]>;
  /** It has stopped, because the detail is in its way. */
  error: CustomEvent<SecuenciaError>;
}

/** The sound's way out, at one sample rate. */
interface Graph {
  context: BaseAudioContext;
  node: AudioWorkletNode;
}

/** Plays a timeline; `library.player` opens one. */
export class Player extends EventTarget {
  readonly #backing: Backing;
  #timeline: string | TimelineDraft;
  #link: WorkerLink | undefined;
  #port: MessagePort | undefined;
  #graph: Graph | undefined;
  /** Lasts until the context is suspended. A browser that is to resume it meanwhile may suspend it all the same. */
  #suspending: Promise<void> | undefined;
  #mix: Mix = { sampleRate: 1, channels: 0, frames: 0 };
  #unreadable: UnreadableClip[] = [];
  readonly #opening = new Map<number, { resolve(opened: Opened): void; reject(reason: unknown): void }>();
  #opened = 0;
  #pending: Promise<Opened> | undefined;
  #updating: Promise<void> | undefined;
  #newest: string | TimelineDraft | undefined;
  #run = 0;
  #range: EngineRange | undefined;
  /** The frame that plays at a time of the context. */
  #at = { frame: 0, time: 0 };
  #underruns = 0;
  /** Those of earlier graphs. */
  #formerUnderruns = 0;
  #isPlaying = false;
  #hasFailed = false;
  #failure: SecuenciaError | undefined;
  /** The positions at which workers were lost, in seconds. */
  #losses: number[] = [];
  #watch: Watch | undefined;
  #isClosed = false;

  /** @internal */
  private constructor(timeline: string | TimelineDraft, backing: Backing) {
    super();
    this.#timeline = timeline;
    this.#backing = backing;
  }

  /** @internal */
  static async open(timeline: string | TimelineDraft, backing: Backing): Promise<Player> {
    const player = new Player(timeline, backing);
    try {
      await player.#show(timeline);
      return player;
    } catch (error) {
      await player.close();
      throw error;
    }
  }

  /** The timeline's length in seconds. */
  get durationSeconds(): number {
    return this.#mix.frames / this.#mix.sampleRate;
  }

  /** Whether it plays. */
  get isPlaying(): boolean {
    return this.#isPlaying;
  }

  /** The position in the timeline, in seconds. */
  get position(): number {
    const { frame, time } = this.#at;
    const context = this.#graph?.context;
    const elapsed = this.#isPlaying && context && time > 0 ? context.currentTime - time : 0;
    const since = Math.max(0, Math.min(elapsed, 1 / BLOCKS_A_SECOND));
    return Math.min(frame / this.#mix.sampleRate + since, this.durationSeconds);
  }

  /** The number of gaps so far, in which the sound came too late. */
  get underruns(): number {
    return this.#formerUnderruns + this.#underruns;
  }

  /** The clips that are silent because they cannot be used, as far as they are known. */
  get unreadable(): readonly UnreadableClip[] {
    return this.#unreadable;
  }

  /**
   * Plays from the position on, or after the end from the start. Call it from a click or a key press: without one,
   * browsers let a page play nothing, and it rejects with `playback-blocked`.
   */
  async play(): Promise<void> {
    this.#openGraph();
    if (this.#isPlaying) return;
    if (!this.#link) await this.#show(this.#timeline);
    const { context, node } = this.#openGraph();
    if (this.#at.frame >= this.#mix.frames) this.seek(this.#range?.start ?? 0);
    else if (this.#hasFailed) this.#seekFrame(this.#at.frame);
    this.#setPlaying(true);
    try {
      await this.#resume(context);
    } catch (error) {
      this.#setPlaying(false);
      throw error;
    }
    // A pause or another timeline may have come meanwhile.
    if (this.#isPlaying && this.#graph?.node === node) order(node, { type: "play" });
  }

  /** Stops the sound, and stays where it is. */
  pause(): void {
    const { node } = this.#openGraph();
    this.#at = { frame: Math.round(this.position * this.#mix.sampleRate), time: 0 };
    this.#setPlaying(false);
    order(node, { type: "pause" });
  }

  /** Goes to a position in seconds, at most the end. Playing goes on from there. */
  seek(seconds: number): void {
    this.#openGraph();
    if (!(seconds >= 0)) throw new TypeError(`seek takes a number of seconds, 0 or more, not ${seconds}`);
    this.#seekFrame(Math.round(Math.min(seconds, this.durationSeconds) * this.#mix.sampleRate));
  }

  /**
   * Plays a part of the timeline again and again, without a gap, from the next time that the position is in it; without
   * a `range`, no more. The part has at least 0.05 s.
   */
  loop(range?: TimeRange): void {
    this.#openGraph();
    const wanted = range && this.#backing.timeRange(range);
    if (wanted?.end !== undefined && wanted.end - wanted.start < LEAST_LOOP) {
      throw new TypeError(`loop takes a range of at least ${LEAST_LOOP} s`);
    }
    this.#range = wanted;
    this.#order({ type: "loop", loop: this.#loop() });
  }

  /**
   * Goes on with another timeline or draft, as after an edit, from the same position. What plays goes on meanwhile, and
   * the edit is heard about 0.2 s after it is opened. If calls come faster than that, only the last one counts. Rejects
   * as `library.player` does; the former one plays on then.
   */
  update(timeline: string | TimelineDraft): Promise<void> {
    this.#openGraph();
    this.#newest = timeline;
    this.#updating ??= this.#catchUp().finally(() => {
      this.#updating = undefined;
    });
    return this.#updating;
  }

  /** Stops, and ends the worker. The player cannot be used after that. */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#setPlaying(false);
    this.#order({ type: "end" });
    // Ending a worker in the middle of a transaction can hang the database in WebKit.
    const late = new Promise((resolve) => setTimeout(resolve, LET_GO));
    if (this.#opening.size > 0) await Promise.race([late, this.#pending?.catch(() => {})]);
    this.#dismiss();
    this.#rejectOpening(this.#closed());
    await this.#dismantle();
    this.#backing.onClosed(this);
  }

  /** Calls a listener at each event of a kind of `PlayerEvents`, as of any `EventTarget`. */
  override addEventListener<Kind extends keyof PlayerEvents>(
    type: Kind,
    listener: (event: PlayerEvents[Kind]) => void,
    options?: AddEventListenerOptions | boolean,
  ): void;
  override addEventListener(...how: Parameters<EventTarget["addEventListener"]>): void;
  override addEventListener(...how: Parameters<EventTarget["addEventListener"]>): void {
    super.addEventListener(...how);
  }

  /** Calls a listener no more. */
  override removeEventListener<Kind extends keyof PlayerEvents>(
    type: Kind,
    listener: (event: PlayerEvents[Kind]) => void,
    options?: EventListenerOptions | boolean,
  ): void;
  override removeEventListener(...how: Parameters<EventTarget["removeEventListener"]>): void;
  override removeEventListener(...how: Parameters<EventTarget["removeEventListener"]>): void {
    super.removeEventListener(...how);
  }

  async #catchUp(): Promise<void> {
    while (this.#newest !== undefined) {
      const timeline = this.#newest;
      this.#newest = undefined;
      try {
        await this.#show(timeline);
      } catch (error) {
        if (this.#newest === undefined) throw error;
      }
    }
  }

  /** Opens a timeline, and plays it instead of the former one. */
  async #show(timeline: string | TimelineDraft): Promise<void> {
    const { id, mix, unreadable, isAnew } = await this.#open(timeline);
    const isSame = this.#graph && mix.sampleRate === this.#mix.sampleRate;
    const graph = isSame ? undefined : await this.#build(mix.sampleRate);
    if (this.#isClosed) throw this.#closed();
    const position = this.position;
    this.#timeline = timeline;
    this.#mix = mix;
    this.#setUnreadable(unreadable);
    if (graph) {
      await this.#dismantle();
      this.#graph = graph;
      this.#connect(graph);
    }
    this.#order({ type: "use", id });
    if (this.#range) this.#order({ type: "loop", loop: this.#loop() });
    // While it plays, the worker replaces the blocks that wait. Otherwise all are rendered again.
    if (graph || isAnew || !this.#isPlaying)
      this.#seekFrame(Math.round(Math.min(position, this.durationSeconds) * mix.sampleRate));
    if (graph && this.#isPlaying) {
      await this.#resume(graph.context);
      order(graph.node, { type: "play" });
    }
  }

  /** Opens a timeline in the worker, or in another one if that was lost: `isAnew`. */
  async #open(timeline: string | TimelineDraft): Promise<Opened & { isAnew: boolean }> {
    const source = await this.#backing.sourceOf(timeline);
    if (this.#isClosed) throw this.#closed();
    const isAnew = !this.#link;
    if (isAnew) this.#launch();
    const id = ++this.#opened;
    const pending = new Promise<Opened>((resolve, reject) => {
      this.#opening.set(id, { resolve, reject });
      this.#order({ type: "open", id, ...source, options: this.#backing.mix });
      this.#look();
    });
    this.#pending = pending;
    try {
      return { ...(await pending), isAnew };
    } finally {
      this.#look();
    }
  }

  /** Starts a worker, and connects it with the worklet. */
  #launch(): void {
    const { port1, port2 } = new MessageChannel();
    const watch = new Watch((blame) => void this.#recover(SILENT, blame));
    this.#watch = watch;
    this.#link = this.#backing.launch();
    this.#link.onreply = (reply) => {
      watch.hear(reply);
      if (reply.type === "crashed") void this.#recover(reply.reason, reply.blame);
    };
    this.#link.onlost = (reason) => void this.#recover(reason);
    // A worker that hangs can be asked no more which clip it reads.
    if (this.#losses.length > 0) this.#link.post({ type: "watch" });
    this.#link.post({ type: "preview", port: port2 }, [port2]);
    this.#port = port1;
    port1.onmessage = ({ data }: MessageEvent<PlayerWord>) => this.#hear(data);
    if (this.#graph) this.#connect(this.#graph);
  }

  /** Looks whether the worker is alive for as long as it has something to do. */
  #look(): void {
    if (this.#isPlaying || this.#opening.size > 0) this.#watch?.begin();
    else this.#watch?.end();
  }

  #dismiss(): void {
    this.#watch?.end();
    this.#link?.end();
    this.#link = undefined;
  }

  /** Goes on with another worker, unless this one was lost where the last one was. */
  async #recover(reason: SecuenciaError | string, blame?: Blame): Promise<void> {
    this.#dismiss();
    this.#port?.close();
    const { position } = this;
    const { distrustedAssets } = this.#backing.mix;
    const isNew = blame && !distrustedAssets.includes(blame.assetId);
    if (isNew) distrustedAssets.push(blame.assetId);
    else this.#losses.push(position);
    const error =
      typeof reason === "string" ? this.#backing.failed("playback-failed", words(reason, position)) : reason;
    this.#rejectOpening(error);
    // Without a timeline, the call that opens it rejects.
    if (!this.#graph || this.#isClosed) return;
    const isStuck = this.#losses.filter((place) => Math.abs(place - position) < SAME_PLACE).length > 1;
    if (typeof reason !== "string" || isStuck || this.#losses.length > MOST_LOSSES) {
      this.#losses = [];
      this.#fail(error);
      return;
    }
    try {
      await this.#show(this.#timeline);
    } catch (failure) {
      this.#fail(failure as SecuenciaError);
    }
  }

  #hear(word: PlayerWord): void {
    if (word.type === "lost") this.#setUnreadable(word.unreadable);
    else if (word.type === "failed") {
      // The blocks before the clip are played first.
      if (word.run === this.#run) this.#failure = this.#backing.revive(word.failure) as SecuenciaError;
    } else {
      const waiting = this.#opening.get(word.id);
      this.#opening.delete(word.id);
      if (word.type === "opened") waiting?.resolve(word);
      else waiting?.reject(this.#backing.revive(word.failure));
    }
  }

  #hearSpeaker(played: Played): void {
    if (played.run !== this.#run) return;
    if (played.type === "at") {
      this.#at = played;
      this.#underruns = played.underruns;
      if (!this.#isPlaying) return;
      this.#emit("time", this.position);
      this.#emit("levels", played.levels);
      return;
    }
    this.#at = { frame: played.frame, time: 0 };
    if (played.type === "paused") {
      if (!this.#isPlaying) this.#suspend();
      return;
    }
    const failure = this.#failure;
    if (failure) this.#fail(failure);
    else {
      this.#setPlaying(false);
      this.#suspend();
      this.#emit("time", this.position);
      this.#emit("ended", undefined);
    }
  }

  #fail(error: SecuenciaError): void {
    this.#failure = undefined;
    this.#hasFailed = true;
    this.#setPlaying(false);
    if (this.#graph) order(this.#graph.node, { type: "pause" });
    this.#emit("error", error);
  }

  #seekFrame(frame: number): void {
    this.#run += 1;
    this.#at = { frame, time: 0 };
    this.#hasFailed = false;
    this.#failure = undefined;
    this.#order({ type: "seek", run: this.#run, frame, loop: this.#loop() });
    this.#emit("time", this.position);
  }

  #loop(): MixLoop | undefined {
    if (!this.#range) return undefined;
    const { sampleRate, frames } = this.#mix;
    const { start, end = Number.POSITIVE_INFINITY } = this.#range;
    return { start: Math.round(start * sampleRate), end: Math.min(Math.round(end * sampleRate), frames) };
  }

  async #build(sampleRate: number): Promise<Graph> {
    const { output, addWorklet, failed } = this.#backing;
    const context = output?.context ?? contextOf(sampleRate, failed);
    if (context.sampleRate !== sampleRate) {
      const own = `Make it with { sampleRate: ${sampleRate} }`;
      const rates = `The timeline has ${sampleRate} Hz, and the output's AudioContext ${context.sampleRate}`;
      throw failed("unsupported", `${rates}. ${own}.`);
    }
    await addWorklet(context.audioWorklet);
    let node: AudioWorkletNode;
    try {
      node = new AudioWorkletNode(context, nodeName(build), { numberOfInputs: 0, outputChannelCount: [2] });
    } catch (cause) {
      const remedy = "Reload the page; if that does not help, install or upload all of the package's files again";
      throw failed("load-failed", `player-worklet.js is of another version than this code. ${remedy}.`, { cause });
    }
    node.connect(output ?? context.destination);
    node.port.onmessage = ({ data }: MessageEvent<Played>) => this.#hearSpeaker(data);
    return { context, node };
  }

  /** Connects the worker and the worklet. */
  #connect({ node }: Graph): void {
    const { port1, port2 } = new MessageChannel();
    this.#port?.postMessage({ type: "sound", port: port1 } satisfies PlayerOrder, [port1]);
    node.port.postMessage({ type: "sound", port: port2 } satisfies SpeakerOrder, [port2]);
  }

  async #dismantle(): Promise<void> {
    const graph = this.#graph;
    if (!graph) return;
    this.#graph = undefined;
    this.#formerUnderruns += this.#underruns;
    this.#underruns = 0;
    order(graph.node, { type: "end" });
    graph.node.port.onmessage = null;
    graph.node.disconnect();
    if (this.#isOwn(graph.context)) await graph.context.close().catch(() => {});
  }

  #suspend(): void {
    const context = this.#graph?.context;
    if (!context || !this.#isOwn(context)) return;
    const suspending = context.suspend().catch(() => {});
    this.#suspending = suspending;
    void suspending.then(() => {
      if (this.#suspending === suspending) this.#suspending = undefined;
    });
  }

  #isOwn(context: BaseAudioContext): context is AudioContext {
    return !this.#backing.output && context instanceof AudioContext;
  }

  async #resume(context: BaseAudioContext): Promise<void> {
    if (!(context instanceof AudioContext)) return;
    if (context.state === "running" && !this.#suspending) return;
    const isUnclicked = globalThis.navigator.userActivation?.hasBeenActive === false;
    let patience: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise((resolve) => {
      patience = setTimeout(resolve, isUnclicked ? PATIENCE.unclicked : PATIENCE.allowed);
    });
    try {
      // Without a click, this stays open in some browsers, and rejects in others.
      const resumed = this.#suspending?.then(() => context.resume()) ?? context.resume();
      await Promise.race([resumed, late]).catch(() => {});
    } finally {
      clearTimeout(patience);
    }
    if ((context.state as AudioContextState) === "running") return;
    this.#suspend();
    const words = "The browser does not let this page play sound yet. Call play from a click or a key press";
    throw this.#backing.failed("playback-blocked", `${words}, and check that there is a device to play it.`);
  }

  #setPlaying(isPlaying: boolean): void {
    if (this.#isPlaying === isPlaying) return;
    this.#isPlaying = isPlaying;
    this.#look();
    this.#emit("playing", isPlaying);
  }

  #setUnreadable(clips: UnreadableClip[]): void {
    const isNew = clips.some(({ clipId }) => this.#unreadable.every((known) => known.clipId !== clipId));
    this.#unreadable = clips;
    if (isNew) this.#emit("unreadable", clips);
  }

  #rejectOpening(reason: unknown): void {
    for (const { reject } of this.#opening.values()) reject(reason);
    this.#opening.clear();
  }

  #order(given: PlayerOrder): void {
    this.#port?.postMessage(given);
  }

  #emit<Kind extends keyof PlayerEvents>(type: Kind, detail: PlayerEvents[Kind]["detail"]): void {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }

  #openGraph(): Graph {
    if (this.#isClosed || !this.#graph) throw this.#closed();
    return this.#graph;
  }

  #closed(): SecuenciaError {
    return this.#backing.failed("playback-failed", "The player is closed. Open another one.");
  }
}

type Opened = PlayerWord & { type: "opened" };

function contextOf(sampleRate: number, failed: Backing["failed"]): AudioContext {
  try {
    return new AudioContext({ sampleRate });
  } catch (cause) {
    throw failed("unsupported", `The browser plays no sound at ${sampleRate} Hz.`, { cause });
  }
}

function order(node: AudioWorkletNode, given: SpeakerOrder): void {
  node.port.postMessage(given);
}

function words(reason: string, position: number): string {
  return `The sound stopped at ${position.toFixed(1)} s: ${reason}. Play again; if that does not help, reload the page.`;
}
