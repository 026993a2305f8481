/** The package's errors, and their form in messages from the worker. */
import type { ErrorCode, UnreadableClip } from "./types.js";

/** A failure of the package: `message` is a sentence for a person, `code` is for programs and does not change. */
export class SecuenciaError extends Error {
  /** The name of the class. */
  override readonly name = "SecuenciaError";
  /** The kind of failure. */
  readonly code: ErrorCode;
  /** The ID of the asset to blame, if there is one. */
  readonly assetId: string | undefined;
  /** The ID of the clip to blame, if there is one. */
  readonly clipId: string | undefined;
  /** All clips to blame, if an export stopped because of clips that cannot be used; otherwise empty. */
  readonly unreadable: readonly UnreadableClip[];

  /** @internal */
  constructor(
    code: ErrorCode,
    message: string,
    blame: { assetId?: string; clipId?: string; unreadable?: readonly UnreadableClip[] } = {},
  ) {
    super(message);
    this.code = code;
    this.assetId = blame.assetId;
    this.clipId = blame.clipId;
    this.unreadable = blame.unreadable ?? [];
  }
}

/** An error as plain data, for a message. */
export interface Failure {
  code: ErrorCode | "cancelled";
  message: string;
  assetId?: string;
  clipId?: string;
  unreadable?: UnreadableClip[];
}

/** Returns the error of a cancelled job. */
export function cancelled(): DOMException {
  return new DOMException("The export was cancelled", "AbortError");
}

/** Converts an error of the wasm modules, with the code and the clip as properties, to plain data. */
export function describe(error: unknown): Failure {
  const { code, message, assetId, clipId, unreadable, name } = error as Partial<Failure> & { name?: string };
  if (name === "AbortError") return { code: "cancelled", message: String(message) };
  return {
    code: code ?? "export-failed",
    message: code ? String(message) : `Export failed: ${message ?? error}`,
    ...(assetId !== undefined && { assetId }),
    ...(clipId !== undefined && { clipId }),
    ...(unreadable !== undefined && { unreadable }),
  };
}

/** Converts plain data back to an error. */
export function revive({ code, message, ...blame }: Failure): Error {
  return code === "cancelled" ? cancelled() : new SecuenciaError(code, message, blame);
}

/** Passes on a result of the page's module. Its errors with a code become a `SecuenciaError`. */
export async function reviving<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw error instanceof Error && "code" in error && !(error instanceof DOMException)
      ? revive(describe(error))
      : error;
  }
}
