/**
 * The health report: a text about the page, the browser and the storage that a user can send to whoever helps. It has
 * nothing private: no names and no words of files, clips or people, and no addresses.
 */
import { lanesOf } from "../project/model.ts";
import { formatsOf } from "../words/formats.ts";
import { lastErrors } from "./error-log.ts";
import { library } from "./library.ts";
import { project } from "./state.ts";
import { BUILD, isUpdateReady } from "./updating.ts";

/** The package's version, from the build. */
declare const VERSION: string;

/** Whoever helps may not read the user's language, so the report is in English. */
const { size } = formatsOf("en");

/** Writes the report. Whatever cannot be found out is a line with the kind of error. */
export async function healthReport(): Promise<string> {
  const sections: [title: string, lines: string[]][] = [
    [
      "Version",
      [`Secuencia ${VERSION}, build ${BUILD}${isUpdateReady.value ? ", an update is ready" : ""}`, await copy()],
    ],
    ["Browser", browser()],
    ["Capabilities", capabilities()],
    ["Storage", [...(await storage()), await libraryInNumbers()]],
    ["Project", [inNumbers()]],
    ["Last errors", errors()],
  ];
  return sections.map(([title, lines]) => [title, ...lines.map((line) => `  ${line}`)].join("\n")).join("\n\n");
}

/** The page's own copy, which the service worker keeps. */
async function copy(): Promise<string> {
  return told("Offline copy", async () => {
    const { installing, waiting, active } = (await navigator.serviceWorker?.getRegistration()) ?? {};
    const states = [installing, waiting, active].flatMap((worker) => worker?.state ?? []);
    const builds = (await caches.keys()).flatMap((name) => / build (\w+)$/.exec(name)?.[1] ?? []);
    const isControlled = Boolean(navigator.serviceWorker?.controller);
    return `${states.join(", ") || "none"}; builds kept: ${builds.join(", ") || "none"}; ${isControlled ? "in use" : "not in use"}`;
  });
}

function browser(): string[] {
  const { userAgent, hardwareConcurrency, onLine } = navigator;
  const { deviceMemory } = navigator as { deviceMemory?: number };
  return [
    userAgent,
    `Processor cores: ${hardwareConcurrency}; memory: ${deviceMemory ? `${deviceMemory} GB or more` : "not told"}`,
    `Secure: ${yes(isSecureContext)}; isolated: ${yes(crossOriginIsolated)}; online: ${yes(onLine)}; ` +
      `open for ${Math.round(performance.now() / 60_000)} minutes`,
  ];
}

function capabilities(): string[] {
  const has = {
    "save dialog": "showSaveFilePicker" in window,
    "folder dialog": "showDirectoryPicker" in window,
    sharing: "share" in navigator,
    "private files (OPFS)": "getDirectory" in (navigator.storage ?? {}),
    databases: "indexedDB" in window,
    locks: "locks" in navigator,
    "compressed streams": "DecompressionStream" in window,
    "Trusted Types": "trustedTypes" in window,
  };
  return Object.entries(has).map(([name, isThere]) => `${name}: ${yes(isThere)}`);
}

async function storage(): Promise<string[]> {
  return [
    await told("Used", async () => {
      const { usage = 0, quota = 0 } = await navigator.storage.estimate();
      return `${size(usage)} of ${size(quota)}`;
    }),
    await told("Kept when space runs out", async () => yes(await navigator.storage.persisted())),
  ];
}

async function libraryInNumbers(): Promise<string> {
  return told("Library", async () => {
    const opened = await library();
    const [assets, images, timelines] = await Promise.all([opened.assets(), opened.images(), opened.timelines()]);
    const bytes = assets.reduce((sum, asset) => sum + asset.bytes, 0);
    return `${assets.length} sounds of ${size(bytes)}, ${images.length} pictures, ${timelines.length} timelines`;
  });
}

function inNumbers(): string {
  const { clips, chapters = [], script = [], tags } = project.value;
  const counts = {
    clips: clips.length,
    lanes: lanesOf(project.value).length,
    chapters: chapters.length,
    lines: script.length,
    covers: tags?.covers?.length ?? 0,
  };
  return Object.entries(counts)
    .map(([what, count]) => `${what}: ${count}`)
    .join("; ");
}

function errors(): string[] {
  if (lastErrors.length === 0) return ["none in this visit"];
  return lastErrors.map(({ at, kind, places }) => `${at.toISOString()} ${kind} ${places.join(" ← ")}`.trim());
}

async function told(what: string, find: () => Promise<string>): Promise<string> {
  try {
    return `${what}: ${await find()}`;
  } catch (error) {
    return `${what}: not known (${(error as Error).name})`;
  }
}

const yes = (is: boolean) => (is ? "yes" : "no");
