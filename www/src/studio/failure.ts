/** Turns errors into sentences for users. */

import {
  type Asset,
  type AssetFault,
  type AudioFault,
  CHAPTER_SOURCES,
  SecuenciaError,
  type UnreadableClip,
} from "secuencia";

import { isSame } from "../project/difference.ts";
import { clipTitle, type Project, type ProjectClip } from "../project/model.ts";
import { words } from "../words/words.ts";
import { logError } from "./error-log.ts";
import { assets, reportProblems } from "./state.ts";

/** A failed export. */
export interface Failure {
  /** A sentence on what happened and what the user can do. */
  sentence: string;
  /** The package's own message, if it says more. */
  detail?: string;
  code: string;
  /** The clip concerned, if it is still in the project. */
  clipId?: string;
  /** The clips that cannot be used, if an export without them is possible. */
  unreadable: readonly UnreadableClip[];
  /** The clips that caused it, with their audio as it was then. */
  causes: readonly { clip: ProjectClip; asset: Asset | undefined }[];
}

/** The reason in an error, without the IDs of assets and clips, which mean nothing to users. */
export function reasonOf(error: unknown): string {
  if (error instanceof DOMException) return inWords(error);
  if (!(error instanceof Error)) return String(error);
  if (isCodeMissing(error)) return words.value.reasons.codeMissing;
  // A file is named already by whoever reports this.
  if (error.cause instanceof DOMException && GONE.has(error.cause.name) && !isOfStorage(error)) {
    return inWords(error.cause);
  }
  if (!(error instanceof SecuenciaError)) return error.message;
  if (error.code === "quota-exceeded" && error.needed !== undefined) {
    return words.value.reasons.noRoom(error.needed, error.available ?? 0);
  }
  return inLanguage(error);
}

/** The exceptions for a file that was moved, changed or deleted. */
const GONE = new Set(["NotFoundError", "NotReadableError"]);

function isOfStorage(error: Error): boolean {
  return error instanceof SecuenciaError && error.code === "storage";
}

/** An exception of the browser, whose own sentences are for programmers. */
function inWords({ name, message }: DOMException): string {
  const { reasons } = words.value;
  if (GONE.has(name)) return reasons.fileGone;
  switch (name) {
    case "QuotaExceededError":
      return reasons.full;
    // Firefox gives this for a file that is gone too.
    case "AbortError":
      return reasons.brokenOff;
    case "InvalidStateError":
    case "UnknownError":
    case "TimeoutError":
      return reasons.storageFails;
    case "VersionError":
      return reasons.newerVersion;
    case "SecurityError":
    case "NotAllowedError":
    case "NoModificationAllowedError":
      return reasons.notAllowed;
    default:
      return message || name;
  }
}

/** Whether code that loads on demand did not come. Each browser has words of its own for it. */
function isCodeMissing({ name, message }: Error): boolean {
  return name === "TypeError" && /dynamically imported module|importing a module script failed/i.test(message);
}

/** Why a clip cannot be used, as a sentence. */
export function unreadableInWords(clip: UnreadableClip): string {
  return clip.code === "missing-asset" ? words.value.failure.itsAudioMissing : asSentence(inLanguage(clip));
}

/** A fault of stored audio, as a sentence. */
export function faultInWords({ name, kind, isMended }: AssetFault): string {
  const { faults } = words.value;
  const called = name || faults.nameless;
  if (isMended) return faults.mended(called);
  switch (kind) {
    case "missing-content":
      return faults.gone(called);
    case "wrong-size":
      return faults.size(called);
    default:
      return faults.damaged(called);
  }
}

/** A failure, or a clip that cannot be used. */
interface Named {
  message: string;
  assetId?: string | undefined;
  clipId?: string | undefined;
  fault?: AudioFault | undefined;
}

/** The reason in the reader's language if the page has words for it, or else the package's own, without IDs. */
function inLanguage(named: Named): string {
  return (named.fault && words.value.reasons.audio(named.fault)) ?? withoutId(named);
}

function withoutId({ message, assetId, clipId }: Named): string {
  return message
    .replace(`Invalid audio data for asset ${assetId}: `, "")
    .replace(`Clip ${clipId} cannot be used: `, "")
    .replace("The library could not be read or written: ", "");
}

/** A sentence that says what failed, and why: `The project could not be saved: the disk is full.` */
export function withReason(failed: string, reason: unknown): string {
  return `${failed}: ${reasonOf(reason).replace(/\.$/, "")}.`;
}

/** Shows the user what failed, and why. */
export function reportFailure(failed: string, reason: unknown): void {
  logError(reason);
  reportProblems(withReason(failed, reason));
}

/** The reason in an error, as a separate sentence. */
export function sentenceOf(error: unknown): string {
  return asSentence(reasonOf(error));
}

/** A reason as a separate sentence. */
export function asSentence(reason: string): string {
  return `${reason.charAt(0).toUpperCase()}${reason.slice(1).replace(/\.$/, "")}.`;
}

/** Describes a failed export. */
export function failureOf(error: unknown, project: Project, { isByChapter = false } = {}): Failure {
  logError(error);
  const code = error instanceof SecuenciaError ? error.code : "export-failed";
  const { clipId, assetId, unreadable = [] } = error instanceof SecuenciaError ? error : {};
  const concerned =
    project.clips.find((clip) => clip.id === clipId) ?? project.clips.find((c) => c.assetId === assetId);
  const title = concerned ? clipTitle(concerned) : words.value.clips.one;
  const ids = new Set([...unreadable.map((clip) => clip.clipId), concerned?.id]);
  const causes = project.clips
    .filter(({ id }) => ids.has(id))
    .map((clip) => ({ clip, asset: assets.peek().get(clip.assetId) }));
  const found = { code, unreadable, causes, ...(concerned && { clipId: concerned.id }) };
  const { failure: say } = words.value;
  if (unreadable.length > 0) return { ...found, sentence: say.unusable(unreadable.length) };
  if (isByChapter && code === "empty-timeline" && project.clips.length > 0) {
    return { ...found, code: "no-chapters", sentence: words.value.chapterFiles.none };
  }
  switch (code) {
    case "empty-timeline":
    case "no-audio-elements":
      return { ...found, sentence: say.nothing };
    case "missing-asset":
      return { ...found, sentence: say.missing(title) };
    case "invalid-audio":
    case "bad-clip":
      return { ...found, sentence: say.invalid(title), detail: sentenceOf(error) };
    case "quota-exceeded": {
      const isForeseen = error instanceof SecuenciaError && error.code === code && error.needed !== undefined;
      if (isForeseen) return { ...found, sentence: sentenceOf(error) };
      return { ...found, sentence: say.noRoom };
    }
    default:
      return { ...found, sentence: say.export, detail: sentenceOf(error) };
  }
}

/** Whether the project has lost what made an export fail: each clip that did was removed, changed or given audio. */
export function isCauseGone({ code, causes }: Failure, project: Project): boolean {
  if (code === "empty-timeline" || code === "no-audio-elements") return project.clips.length > 0;
  if (code === "no-chapters") return hasChapters(project);
  if (causes.length === 0) return false;
  const now = new Map(project.clips.map((clip) => [clip.id, clip]));
  return causes.every(({ clip, asset }) => {
    const present = now.get(clip.id);
    return !present || !isSame(heard(present), heard(clip)) || assets.value.get(clip.assetId) !== asset;
  });
}

/** Whether a file of the project may have chapters. */
function hasChapters({ chapters = [], chapterSource = CHAPTER_SOURCES[0] }: Project): boolean {
  return chapterSource === "markers" ? chapters.length > 0 : chapterSource !== "none";
}

/** The fields of a clip that change how it sounds. */
function heard({ assetId, sourceStart, duration, isMuted, fadeIn, fadeOut, lane, offset }: ProjectClip): unknown {
  return { assetId, sourceStart, duration, isMuted, fadeIn, fadeOut, lane, offset };
}
