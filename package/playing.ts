/** Opens the players of one library, and closes them with it. Their code is loaded with the first one. */
import { type FailureFacts, revive, SecuenciaError } from "./errors.js";
import { notLoaded } from "./loading/failures.js";
import { ceilingDb, gainDb, reaction, timeRange } from "./options.js";
import type { Backing, Player } from "./player.js";
import type { ErrorCode, PlayerOptions, TimelineDraft } from "./types.js";

/** The library's part of all its players. `addWorklet` is missing where the package is not in a page. */
type Means = Pick<Backing, "launch" | "sourceOf"> & Partial<Pick<Backing, "addWorklet">>;

/** The players of one library. */
export class Playing {
  readonly #means: Means;
  readonly #players = new Set<Player>();

  constructor(means: Means) {
    this.#means = means;
  }

  /** Opens a player: see `Library.player`. `options` are checked. */
  async open(timeline: string | TimelineDraft, options: PlayerOptions): Promise<Player> {
    const mix = {
      gainDb: gainDb(options.gainDb),
      ceilingDb: ceilingDb({ ceilingDb: options.ceilingDb }),
      onUnreadableClip: reaction(options.onUnreadableClip),
      distrustedAssets: [],
    };
    const { addWorklet } = this.#means;
    if (typeof AudioWorkletNode === "undefined" || !addWorklet) {
      const needs = "A page needs https, or localhost, and a browser with AudioWorklet";
      throw new SecuenciaError("unsupported", `Sound cannot be played here. ${needs}.`);
    }
    // The player's code has no copies of these, so that its errors are of the same class.
    const own = { ...this.#means, addWorklet, timeRange, failed, revive };
    const onClosed = (closed: Player) => this.#players.delete(closed);
    const { Player } = await playerCode();
    const player = await Player.open(timeline, { ...own, mix, output: options.output, onClosed });
    this.#players.add(player);
    return player;
  }

  /** Closes all players. */
  async close(): Promise<void> {
    await Promise.all([...this.#players].map((player) => player.close()));
  }
}

/** Loads the player's code, which a page that plays nothing never needs. */
async function playerCode() {
  try {
    return await import("./player.js");
  } catch (cause) {
    throw notLoaded("player.js", (cause as Error).message, cause);
  }
}

function failed(code: ErrorCode, message: string, facts: FailureFacts = {}): SecuenciaError {
  return new SecuenciaError(code, message, facts);
}
