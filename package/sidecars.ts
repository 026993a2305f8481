/** The text files that go with an exported file: the kinds that are wanted, and their names. */
import { list } from "./arguments.js";
import { SIDECAR_KINDS, type SidecarKind } from "./choices.js";
import { listed } from "./options.js";
import type { ExportOptions, Sidecar } from "./types.js";
import type { MadeSidecar } from "./workers/messages.js";

interface Format {
  type: string;
  /** Returns the sidecar's name. `audio` is the audio file's name, and `stem` is that name without its extension. */
  name(stem: string, audio: string): string;
}

const FORMATS: Record<SidecarKind, Format> = {
  webvtt: { type: "text/vtt", name: (stem) => `${stem}.vtt` },
  json: { type: "application/json", name: (_stem, audio) => `${audio}.timing.json` },
  srt: { type: "application/x-subrip", name: (stem) => `${stem}.srt` },
  chapters: { type: "application/json+chapters", name: (stem) => `${stem}.chapters.json` },
  "show-notes": { type: "text/plain", name: (stem) => `${stem}.chapters.txt` },
  labels: { type: "text/plain", name: (stem) => `${stem}.labels.txt` },
};

/** Returns the kinds that the caller wants, each once. */
export function wantedSidecars({ sidecars = [] }: Pick<ExportOptions, "sidecars">): SidecarKind[] {
  list("sidecars", sidecars, "kinds of sidecar");
  const unknown = sidecars.find((kind) => !SIDECAR_KINDS.includes(kind));
  if (unknown !== undefined)
    throw new TypeError(`sidecars can be ${listed(SIDECAR_KINDS)}, and not ${String(unknown)}`);
  return [...new Set(sidecars)];
}

/** Returns the kinds to save in a folder beside the audio. */
export function savedSidecars(options: Pick<ExportOptions, "sidecars" | "savedSidecars">): SidecarKind[] {
  const { savedSidecars = SIDECAR_KINDS } = options;
  list("savedSidecars", savedSidecars, "kinds of sidecar");
  return wantedSidecars(options).filter((kind) => savedSidecars.includes(kind));
}

/** Returns the name of an audio file's sidecar. */
export function sidecarName(kind: SidecarKind, audioName: string): string {
  return FORMATS[kind].name(audioName.replace(/(?<=.)\.[^.]*$/, ""), audioName);
}

/** Returns an audio file's sidecar in the form that the caller gets. */
export function sidecarOf({ kind, text }: MadeSidecar, audioName: string): Sidecar {
  return { kind, name: sidecarName(kind, audioName), type: FORMATS[kind].type, text };
}
