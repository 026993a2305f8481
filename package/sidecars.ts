/** The text files that go with an exported file: which are wanted, and what each is called. */
import type { ExportOptions, Sidecar, SidecarKind } from "./types.js";
import type { MadeSidecar } from "./workers/messages.js";

interface Format {
  type: string;
  /** `audio` is the audio file's name, `stem` that without its extension. */
  name(stem: string, audio: string): string;
}

const FORMATS: Record<SidecarKind, Format> = {
  webvtt: { type: "text/vtt", name: (stem) => `${stem}.vtt` },
  json: { type: "application/json", name: (_stem, audio) => `${audio}.timing.json` },
  srt: { type: "application/x-subrip", name: (stem) => `${stem}.srt` },
  chapters: { type: "application/json+chapters", name: (stem) => `${stem}.chapters.json` },
  labels: { type: "text/plain", name: (stem) => `${stem}.labels.txt` },
};

const TIMINGS: Record<NonNullable<ExportOptions["timing"]>, SidecarKind[]> = {
  none: [],
  webvtt: ["webvtt"],
  json: ["json"],
  both: ["webvtt", "json"],
};

/** The kinds that are asked for, each once. */
export function wantedSidecars({ timing = "none", sidecars = [] }: ExportOptions): SidecarKind[] {
  if (!Object.hasOwn(TIMINGS, timing)) throw new TypeError(`timing must be ${listed(TIMINGS)}, and not ${timing}`);
  const kinds = [...TIMINGS[timing], ...sidecars];
  for (const kind of kinds) {
    if (!Object.hasOwn(FORMATS, kind)) throw new TypeError(`sidecars can be ${listed(FORMATS)}, and not ${kind}`);
  }
  return [...new Set(kinds)];
}

/** Those of them that go into a folder beside the audio. */
export function savedSidecars({ savedSidecars, ...wanted }: ExportOptions): SidecarKind[] {
  const kinds = wantedSidecars(wanted);
  return savedSidecars ? kinds.filter((kind) => savedSidecars.includes(kind)) : kinds;
}

/** What a sidecar of an audio file is called. */
export function sidecarName(kind: SidecarKind, audioName: string): string {
  return FORMATS[kind].name(audioName.replace(/(?<=.)\.[^.]*$/, ""), audioName);
}

/** A sidecar of an audio file, as it is given to the caller. */
export function sidecarOf({ kind, text }: MadeSidecar, audioName: string): Sidecar {
  return { kind, name: sidecarName(kind, audioName), type: FORMATS[kind].type, text };
}

function listed(choices: object): string {
  return new Intl.ListFormat("en-GB", { type: "disjunction" }).format(Object.keys(choices));
}
