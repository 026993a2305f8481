/** The package's errors, and their form in messages from the worker. */
import type { ErrorCode, UnreadableClip } from "./types.js";

/** What went wrong: a sentence for a person and a stable code for a program. */
export class SecuenciaError extends Error {
  override readonly name = "SecuenciaError";
  readonly code: ErrorCode;
  /** The asset to blame, where one is. */
  readonly assetId: string | undefined;
  /** The clip to blame, where one is. */
  readonly clipId: string | undefined;
  /** Every clip to blame, where an export stops because of clips that cannot be used. */
  readonly unreadable: readonly UnreadableClip[];

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
  return new DOMException("Export operation was cancelled", "AbortError");
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
