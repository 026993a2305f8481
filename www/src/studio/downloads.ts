/** What a finished export can be had as, beside the file that was saved. Each is made when it is asked for. */
import type { SidecarKind } from "secuencia";
import type { Finished } from "./exporting.ts";

/** One thing to have. */
export interface Download {
  id: SidecarKind | "audio" | "page" | "zip";
  label: string;
  make: () => Promise<File>;
}

const LABELS: Record<SidecarKind, string> = {
  webvtt: "Captions .vtt",
  json: "Timing .json",
  srt: "Subtitles .srt",
  chapters: "Chapters .json",
  labels: "Audacity labels .txt",
};

/** All that there is of an export, and all of that as one file. */
export function downloadsOf(finished: Finished): Download[] {
  const { file, result } = finished;
  const each: Download[] = [
    { id: "audio", label: `Audio ${file.name.slice(stemOf(file.name).length)}`, make: async () => file },
    ...result.sidecars.map(({ kind, name, type, text }) => ({
      id: kind,
      label: LABELS[kind],
      make: async () => new File([text], name, { type }),
    })),
    { id: "page", label: "Follow-along page .html", make: () => followAlongFile(finished) },
  ];
  return [...each, { id: "zip", label: "All as one .zip", make: () => asZip(`${stemOf(file.name)}.zip`, each) }];
}

async function followAlongFile({ file, result, about }: Finished): Promise<File> {
  const { followAlongPage } = await import("secuencia/follow-along.js");
  const { webvtt = "", chapters } = result;
  const page = await followAlongPage({ audio: file, webvtt, chapters, ...about });
  return new File([page], `${stemOf(file.name)}.html`, { type: page.type });
}

async function asZip(name: string, each: Download[]): Promise<File> {
  const { zipped } = await import("./zip.ts");
  const files: File[] = [];
  for (const { make } of each) files.push(await make());
  return zipped(name, files);
}

/** A file's name without its extension. */
function stemOf(name: string): string {
  return name.replace(/(?<=.)\.[^.]*$/, "");
}
