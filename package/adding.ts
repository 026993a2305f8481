/** Adds contents to a library: has them read by workers, and keeps them in the order in which they were given. */
import { blob, fields, items, job, text } from "./arguments.js";
import { reviving, SecuenciaError } from "./errors.js";
import { freshId } from "./fresh-id.js";
import { exceptionOf, IS_GONE } from "./gone.js";
import { limiter } from "./limit.js";
import { tell } from "./listener.js";
import { silenceTrim, trimIn, workerCount } from "./options.js";
import { steady } from "./progress.js";
import { requireRoom } from "./room.js";
import type { AddAllOptions, AddOptions, AddOutcome, Asset, AssetDetails, AssetToAdd, Progress } from "./types.js";
import type { Clients } from "./workers/clients.js";
import type { PageLibrary } from "./workers/page.js";

type AssetRecord = Parameters<PageLibrary["putAsset"]>[0];

/** A content that has been read. */
interface Read {
  content: Blob;
  record: AssetRecord;
}

/** Adds to one library. */
export class Adding {
  readonly #page: PageLibrary;
  readonly #readers: Clients;
  readonly #isKept: boolean;

  /** `isKept` says whether the library takes room in the browser's storage. */
  constructor(page: PageLibrary, readers: Clients, isKept: boolean) {
    this.#page = page;
    this.#readers = readers;
    this.#isKept = isKept;
  }

  /** Adds one content. */
  async one(content: Blob, details: AssetDetails, options: AddOptions): Promise<Asset> {
    blob("the content", content);
    await this.#requireRoom([content]);
    const read = await this.#read(content, fields("the details", details), job(options), workerCount(undefined));
    options.signal?.throwIfAborted();
    const asset = await this.#keep(read);
    tell(options.onProgress, done("The audio is in the library"));
    return asset;
  }

  /** Adds contents, and returns the outcome for each. */
  async all(contents: Iterable<Blob | AssetToAdd>, options: AddAllOptions): Promise<AddOutcome[]> {
    const assets = Array.from(items("the contents", contents, "Blobs and assets to add"), (asset) =>
      asset instanceof Blob ? { content: asset } : asset,
    );
    const { signal } = job(options);
    const most = workerCount(options.workers);
    await this.#requireRoom(assets.map((asset) => Object(asset).content));
    const progress = new Progresses(assets.length, options.onProgress);
    const contentAt = fetchedAhead(assets, most);
    const limited = limiter(most);
    const readAt = async (asset: AssetToAdd, index: number) => {
      signal?.throwIfAborted();
      const { content: _, ...details } = fields(`contents[${index}]`, asset);
      const content = blob(`contents[${index}].content`, await contentAt(index));
      const onProgress = ({ completed }: Progress) => progress.read(index, completed);
      return this.#read(content, details, { ...options, onProgress }, most);
    };
    const reads = assets.map((asset, index) =>
      limited(() => readAt(asset, index)).then(
        (read) => ({ read }),
        (error: Error) => ({ error }),
      ),
    );
    const outcomes: AddOutcome[] = [];
    for (const [index, reading] of reads.entries()) {
      const outcome = await reading;
      signal?.throwIfAborted();
      outcomes.push("read" in outcome ? await settled(this.#keep(outcome.read)) : outcome);
      progress.end(index);
    }
    return outcomes;
  }

  /** Those that are fetched when their turn comes have no size yet. */
  async #requireRoom(contents: unknown[]): Promise<void> {
    const bytes = contents.reduce<number>((sum, content) => sum + (content instanceof Blob ? content.size : 0), 0);
    if (this.#isKept) await requireRoom(bytes);
  }

  async #read(content: Blob, details: AssetDetails, options: AddOptions, most: number): Promise<Read> {
    const id = text("id", details.id ?? freshId());
    const [line, voice] = [text("text", details.text ?? ""), text("voice", details.voice ?? "")];
    const name = text("name", details.name ?? (content instanceof File ? content.name : ""));
    const trim = details.trim ? undefined : silenceTrim(options.trimSilence);
    const request = { assetId: id, content, hint: name || content.type, trim };
    const facts = await orGone(request, this.#readers.freest(most).inspect(request, options));
    // The rest of a file that has gone meanwhile looks cut off.
    if (facts.warning !== undefined) await requireContent(request);
    const known = details.trim && trimIn(details.trim, facts);
    return { content, record: { id, name, text: line, voice, ...facts, ...(known && { trim: known }) } };
  }

  #keep({ record, content }: Read): Promise<Asset> {
    return orGone({ assetId: record.id, content }, reviving(this.#page.putAsset(record, content)));
  }
}

/** Passes on the outcome of reading a content. If it failed because the file has gone, the error says so. */
async function orGone<T>(read: { assetId: string; content: Blob }, reading: Promise<T>): Promise<T> {
  try {
    return await reading;
  } catch (error) {
    if (error instanceof SecuenciaError) await requireContent(read);
    throw error;
  }
}

/** Throws an error if the browser can no longer read a content. */
async function requireContent({ assetId, content }: { assetId: string; content: Blob }): Promise<void> {
  const cause = await exceptionOf(content);
  if (cause === undefined) return;
  const called = content instanceof File ? content.name : `The content of asset ${assetId}`;
  throw new SecuenciaError("invalid-audio", `${called} ${IS_GONE}`, { assetId, cause });
}

function settled(adding: Promise<Asset>): Promise<AddOutcome> {
  return adding.then(
    (asset) => ({ asset }),
    (error: Error) => ({ error }),
  );
}

/** The progress of adding `count` contents, as the mean of theirs. */
class Progresses {
  readonly #report: (progress: Progress) => void;
  readonly #percents: number[];
  #sum = 0;
  #added = 0;

  constructor(count: number, onProgress: AddOptions["onProgress"]) {
    this.#report = steady(onProgress);
    this.#percents = new Array<number>(count).fill(0);
    if (count === 0) this.#report(done("There is nothing to add"));
  }

  /** Notes how much of a content has been read. */
  read(index: number, percent: number): void {
    this.#sum += percent - (this.#percents[index] as number);
    this.#percents[index] = percent;
    const count = this.#percents.length;
    if (this.#added === count) this.#report(done("The audio is in the library"));
    else {
      const message = `Reading the audio (${this.#added + 1} of ${count})`;
      this.#report({ completed: this.#sum / count, phase: "reading", message });
    }
  }

  /** Notes that a content is in the library, or cannot be. */
  end(index: number): void {
    this.#added += 1;
    this.read(index, 100);
  }
}

/** Returns a function that gives the content at an index, and has the next ones on their way meanwhile. */
function fetchedAhead(assets: AssetToAdd[], ahead: number): (index: number) => Promise<Blob> {
  const contents: Promise<Blob>[] = [];
  const fetch = async (asset: AssetToAdd | undefined) =>
    (typeof asset?.content === "function" ? asset.content() : asset?.content) as Blob;
  return (index) => {
    for (const asset of assets.slice(contents.length, index + 1 + ahead)) {
      const fetched = fetch(asset);
      // If it fails, it does so when its turn comes.
      fetched.catch(() => {});
      contents.push(fetched);
    }
    return contents[index] as Promise<Blob>;
  };
}

function done(message: string): Progress {
  return { completed: 100, phase: "done", message };
}
