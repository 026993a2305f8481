/** The package's errors, and their form in messages from the worker. */
import type { AudioFault, ErrorCode, UnreadableClip } from "./types.js";

/** The part that all failures have. */
interface AnyFailure extends Error {
  /** The name of the class. */
  readonly name: "SecuenciaError";
  /** The kind of failure. It does not change between versions. */
  readonly code: ErrorCode;
  /** The browser's own exception, if one is behind it. */
  readonly cause?: unknown;
}

/** A failure that an asset, or a clip of it, is to blame for. */
export interface ClipFailure extends AnyFailure {
  readonly code: "missing-asset" | "invalid-audio" | "bad-clip";
  /** The ID of the asset. */
  readonly assetId: string;
  /** The ID of the clip, if it has one. An asset that is being added has no clip. */
  readonly clipId: string | undefined;
  /** All clips to blame, if an export stopped because of clips that cannot be used; otherwise empty. */
  readonly unreadable: readonly UnreadableClip[];
  /** What is wrong with the asset's content, if the code is `invalid-audio` and the file is still there. */
  readonly fault: AudioFault | undefined;
}

/** A failure for want of space. */
export interface RoomFailure extends AnyFailure {
  readonly code: "quota-exceeded";
  /** The bytes that were needed, if the failure was foreseen; then nothing was begun. */
  readonly needed: number | undefined;
  /** The bytes that there were, if it was foreseen. */
  readonly available: number | undefined;
  /** Undefined: no asset is to blame. */
  readonly assetId: undefined;
  /** Undefined: no clip is to blame. */
  readonly clipId: undefined;
  /** Empty: no clip is to blame. */
  readonly unreadable: readonly UnreadableClip[];
  /** Undefined: no content is to blame. */
  readonly fault: undefined;
}

/** A failure that neither a clip nor the space is to blame for. */
export interface OtherFailure extends AnyFailure {
  readonly code: Exclude<ErrorCode, ClipFailure["code"] | RoomFailure["code"]>;
  /** Undefined: no asset is to blame. */
  readonly assetId: undefined;
  /** Undefined: no clip is to blame. */
  readonly clipId: undefined;
  /** Empty: no clip is to blame. */
  readonly unreadable: readonly UnreadableClip[];
  /** Undefined: no content is to blame. */
  readonly fault: undefined;
}

/**
 * A failure of the package: `message` is a sentence for a person, `code` is for programs. Once `code` is compared, the
 * fields of that kind of failure are known: an error whose code is `missing-asset` has an `assetId`.
 */
export type SecuenciaError = ClipFailure | RoomFailure | OtherFailure;

/** The facts of an error beside its code and its message. */
export interface FailureFacts {
  assetId?: string | undefined;
  clipId?: string | undefined;
  unreadable?: readonly UnreadableClip[];
  fault?: AudioFault | undefined;
  needed?: number | undefined;
  available?: number | undefined;
  cause?: unknown;
}

class Failed extends Error {
  override readonly name = "SecuenciaError";
  readonly code: ErrorCode;
  readonly assetId: string | undefined;
  readonly clipId: string | undefined;
  readonly unreadable: readonly UnreadableClip[];
  readonly fault: AudioFault | undefined;
  readonly needed: number | undefined;
  readonly available: number | undefined;

  constructor(code: ErrorCode, message: string, { cause, ...facts }: FailureFacts = {}) {
    super(message, cause === undefined ? {} : { cause });
    this.code = code;
    this.assetId = facts.assetId;
    this.clipId = facts.clipId;
    this.unreadable = facts.unreadable ?? [];
    this.fault = facts.fault;
    this.needed = facts.needed;
    this.available = facts.available;
  }
}

/** The class of the package's failures: `error instanceof SecuenciaError`. */
export const SecuenciaError = Failed as unknown as {
  /** @internal */
  new (code: ErrorCode, message: string, facts?: FailureFacts): SecuenciaError;
  /** Returns whether a value is a failure of the package. */
  [Symbol.hasInstance](value: unknown): value is SecuenciaError;
};

/** An error as plain data, for a message. */
export interface Failure extends FailureFacts {
  code: ErrorCode | "cancelled";
  message: string;
}

/**
 * Converts an error of the wasm modules, with the code and the clip as properties, to plain data. Any other error is an
 * `export-failed` with it as the cause.
 */
export function describe(error: unknown): Failure {
  const facts = Object(error) as Partial<Failure> & { name?: string };
  const { code, message, assetId, clipId, unreadable, fault, name } = facts;
  if (name === "AbortError") return { code: "cancelled", message: String(message) };
  const cause = code === undefined ? error : (error as Error).cause;
  return {
    code: code ?? "export-failed",
    message: code ? String(message) : `Export failed: ${message ?? String(error)}`,
    ...(assetId !== undefined && { assetId }),
    ...(clipId !== undefined && { clipId }),
    ...(unreadable !== undefined && { unreadable }),
    ...(fault !== undefined && { fault }),
    ...(cause !== undefined && { cause: sendable(cause) }),
  };
}

/** Converts plain data back to an error. A cancelled job has rejected already, with its signal's reason. */
export function revive({ code, message, ...facts }: Failure): Error {
  if (code === "cancelled") return new DOMException(message, "AbortError");
  return new SecuenciaError(code, message, facts);
}

/**
 * Passes on a result of the page's module. An error is a `SecuenciaError`, a `TypeError` for an argument of the wrong
 * type, or the reason of the signal, if that is aborted.
 */
export async function reviving<T>(work: Promise<T>, signal?: AbortSignal): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof TypeError || (signal?.aborted && error === signal.reason)) throw error;
    if (error instanceof SecuenciaError) throw error;
    if (error instanceof Error && !(error instanceof DOMException) && "code" in error) throw revive(describe(error));
    // A trap of the module, or an exception that no rule of it foresees.
    const { message } = Object(error) as Partial<Error>;
    throw new SecuenciaError("storage", `The library could not be read or written: ${message ?? String(error)}`, {
      cause: error,
    });
  }
}

/** Returns a value that a message can hold: an exception itself, or else its text. */
function sendable(cause: unknown): unknown {
  try {
    return structuredClone(cause);
  } catch {
    return String(cause);
  }
}
