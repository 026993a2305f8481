/** Errors as sentences for a person. */
import { SecuenciaError, type UnreadableClip } from "secuencia";
import { count } from "../format.ts";
import { clipTitle, type Project } from "../project/model.ts";

/** A failed export. */
export interface Failure {
  /** What happened and what helps. */
  sentence: string;
  /** The package's own words, where they say more. */
  detail?: string;
  code: string;
  /** The clip concerned, if it is one of the project's. */
  clipId?: string;
  /** The clips that cannot be used, where an export without them could go on. */
  unreadable: readonly UnreadableClip[];
}

/** The reason in an error, without the asset's ID, which tells a person nothing. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (!(error instanceof SecuenciaError)) return error.message;
  if (error.code === "quota-exceeded") return "there is no more room in this browser’s storage";
  return withoutId(error);
}

/** Why a clip cannot be used, as a sentence. */
export function unreadableInWords(clip: UnreadableClip): string {
  return clip.code === "missing-asset" ? "Its audio is no longer here." : asSentence(withoutId(clip));
}

function withoutId({ message, assetId }: { message: string; assetId?: string | undefined }): string {
  return message.replace(`Invalid audio data for asset ${assetId}: `, "");
}

/** The reason in an error, as a sentence of its own. */
export function sentenceOf(error: unknown): string {
  return asSentence(reasonOf(error));
}

/** A reason as a sentence of its own. */
export function asSentence(reason: string): string {
  return `${reason.charAt(0).toUpperCase()}${reason.slice(1).replace(/\.$/, "")}.`;
}

/** What to say of an export that failed. */
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
      return { ...found, sentence: `The audio of ${title} is no longer here. Add its file again, or remove the clip.` };
    case "invalid-audio":
      return { ...found, sentence: `The audio of ${title} cannot be used.`, detail: sentenceOf(error) };
    case "quota-exceeded":
      return { ...found, sentence: "There is not enough room to save the file. Free some space and export again." };
    default:
      return { ...found, sentence: "The export did not finish, and nothing was saved.", detail: sentenceOf(error) };
  }
}
