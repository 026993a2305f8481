/** The downloads that a finished export offers beside the saved file. Each is made on demand. */
import type { ExportResult, SidecarKind } from "secuencia";
import { laterWords } from "../words/later.ts";
import type { Finished } from "./exporting.ts";

/** One download. */
export interface Download {
  id: SidecarKind | "audio" | "page" | "zip";
  label: string;
  /** Whether it has been saved already. */
  isSaved: boolean;
  make: () => Promise<File>;
}

/** All downloads of an export, and one file with all of them. */
export function downloadsOf(finished: Finished): Download[] {
  const { file, result, saved } = finished;
  const { resultPanel: say, sound } = laterWords.value;
  const each: Download[] = [
    {
      id: "audio",
      label: say.audio(file.name.slice(stemOf(file.name).length)),
      isSaved: saved !== "share",
      make: async () => file,
    },
    ...result.sidecars.map(({ kind, name, type, text }) => ({
      id: kind,
      label: sound.sidecars[kind],
      isSaved: result.saved?.includes(name) ?? false,
      make: async () => new File([text], name, { type }),
    })),
    { id: "page", label: say.page, isSaved: false, make: () => followAlongFile(finished) },
  ];
  const zipName = `${stemOf(file.name)}.zip`;
  return [...each, { id: "zip", label: say.everything, isSaved: false, make: () => zipped(zipName, each) }];
}

/** The text of the result's WebVTT sidecar; undefined if it could not be made. */
export function scriptOf({ sidecars }: Pick<ExportResult, "sidecars">): string | undefined {
  return sidecars.find(({ kind }) => kind === "webvtt")?.text;
}

async function followAlongFile({ file, result, about }: Finished): Promise<File> {
  const { followAlongPage } = await import("secuencia/follow-along.js");
  const { chapters } = result;
  const page = await followAlongPage({ audio: file, webvtt: scriptOf(result) ?? "", chapters, ...about });
  return new File([page], `${stemOf(file.name)}.html`, { type: page.type });
}

async function zipped(name: string, each: Download[]): Promise<File> {
  const { zip } = await import("secuencia/archive.js");
  const files: File[] = [];
  for (const { make } of each) files.push(await make());
  const archive = await zip(files.map((content) => ({ path: content.name, content })));
  return new File([archive], name, { type: archive.type });
}

/** A file's name without its extension. */
function stemOf(name: string): string {
  return name.replace(/(?<=.)\.[^.]*$/, "");
}
