/** Turns errors into sentences for users. */
import { SecuenciaError, type UnreadableClip } from "secuencia";
import { count } from "../format.ts";
import { clipTitle, type Project } from "../project/model.ts";
import { reportProblems } from "./state.ts";

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
}

/** The reason in an error, without the IDs of assets and clips, which mean nothing to users. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (!(error instanceof SecuenciaError)) return error.message;
  if (error.code === "quota-exceeded") return "this browser’s storage is full";
  return withoutId(error);
}

/** Why a clip cannot be used, as a sentence. */
export function unreadableInWords(clip: UnreadableClip): string {
  return clip.code === "missing-asset" ? "Its audio is missing." : asSentence(withoutId(clip));
}

/** A failure, or a clip that cannot be used. */
interface Named {
  message: string;
  assetId?: string | undefined;
  clipId?: string | undefined;
}

function withoutId({ message, assetId, clipId }: Named): string {
  return message
    .replace(`Invalid audio data for asset ${assetId}: `, "")
    .replace(`Clip ${clipId} cannot be used: `, "");
}

/** A sentence that says what failed, and why: `The project could not be saved: the disk is full.` */
export function withReason(failed: string, reason: unknown): string {
  return `${failed}: ${reasonOf(reason).replace(/\.$/, "")}.`;
}

/** Shows the user what failed, and why. */
export function reportFailure(failed: string, reason: unknown): void {
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
export function failureOf(error: unknown, project: Project): Failure {
  const code = error instanceof SecuenciaError ? error.code : "export-failed";
  const { clipId, assetId, unreadable = [] } = error instanceof SecuenciaError ? error : {};
  const concerned =
    project.clips.find((clip) => clip.id === clipId) ?? project.clips.find((c) => c.assetId === assetId);
  const title = concerned ? clipTitle(concerned) : "a clip";
  const found = { code, unreadable, ...(concerned && { clipId: concerned.id }) };
  if (unreadable.length > 0) {
    return { ...found, sentence: `${count(unreadable.length, "clip")} cannot be used. Nothing was saved.` };
  }
  switch (code) {
    case "empty-timeline":
    case "no-audio-elements":
      return { ...found, sentence: "There is nothing to export yet. Add some audio first." };
    case "missing-asset":
      return { ...found, sentence: `The audio of ${title} is missing. Add its file again, or remove the clip.` };
    case "invalid-audio":
    case "bad-clip":
      return { ...found, sentence: `The audio of ${title} cannot be used.`, detail: sentenceOf(error) };
    case "quota-exceeded":
      return { ...found, sentence: "There is not enough space to save the file. Free some space, then export again." };
    default:
      return { ...found, sentence: "The export failed. Nothing was saved.", detail: sentenceOf(error) };
  }
}
