/**
 * Brings audio into the library, one file after another. A clip is listed at once and fills in when its audio has been
 * read; a file that cannot be read loses its clips, with a sentence that names it, and the others go on.
 */
import { batch } from "@preact/signals";
import type { AddOptions, Asset, AssetDetails } from "secuencia";
import { withPictures } from "../project/about.ts";
import {
  baseName,
  composed,
  matchFiles,
  matchPictures,
  type ProjectFile,
  ProjectFileError,
  parseProjectFile,
} from "../project/file.ts";
import { emptyProject, type Project, type ProjectClip } from "../project/model.ts";
import { replaceProject } from "./editing.ts";
import { asSentence, reasonOf } from "./failure.ts";
import { addPicture, library } from "./library.ts";
import { openScript, scriptDialog } from "./script-door.ts";
import { arriving, assets, opening, problems, project, said, undoable } from "./state.ts";
import { askToPersist, measureStorage } from "./storage.ts";

/** Audio on its way in. */
interface Arrival {
  assetId: string;
  name: string;
  text: string;
  voice: string;
  content: () => Promise<Blob>;
  /** What a library knew of it before: then no silence is looked for. */
  known?: Pick<AssetDetails, "trim">;
  /** Its audio can be had again: where it cannot be read now, its clips stay, and this is told why. */
  onLost?: (reason: string) => void;
}

/**
 * Takes files that were picked or dropped: audio is added; a project among them, in whichever of its forms, is opened,
 * and a script's dialog for a script, which then takes all that comes.
 */
export async function receiveFiles(files: File[]): Promise<void> {
  if (files.length === 0) return;
  void askToPersist();
  const isScript = ({ name }: File) => /\.(fountain|spmd|txt)$/i.test(name);
  if (scriptDialog.value || files.some(isScript)) return openScript(files);
  const projectFiles = files.filter((file) => /\.(json|secuencia|zip|otio)$/i.test(file.name));
  const [projectFile] = projectFiles;
  if (!projectFile) return addAudio(files);
  try {
    if (projectFiles.length > 1) throw new ProjectFileError(["Choose one project file at a time."]);
    opening.value = projectFile.name;
    const others = files.filter((file) => file !== projectFile);
    await openProject(projectFile, others);
  } catch (error) {
    const faults = error instanceof ProjectFileError ? error.faults : [asSentence(reasonOf(error))];
    tell(...faults.map((fault) => `${projectFile.name} could not be opened. ${fault}`));
  } finally {
    opening.value = undefined;
  }
}

/** Opens a project. Nothing becomes of the one that is open before all is known to be there. */
async function openProject(file: File, others: File[]): Promise<void> {
  if (/\.json$/i.test(file.name)) return openProjectFile(file, others);
  // The others are seldom opened: what reads them is loaded with them.
  if (/\.otio$/i.test(file.name)) return (await import("./timeline-files.ts")).openTimelineFile(file, others);
  return (await import("./project-archive.ts")).openArchive(file);
}

/** Adds a clip for each file at the end of the main lane. */
function addAudio(files: File[]): Promise<void> {
  const clips = files.map(({ name }) => newClip({ assetId: crypto.randomUUID(), name }));
  project.value = { ...project.value, clips: [...project.value.clips, ...clips] };
  return arrive(clips.map((clip, index) => ({ ...clip, content: async () => files[index] as File })));
}

async function openProjectFile(projectFile: File, others: File[]): Promise<void> {
  const parsed = parseProjectFile(await projectFile.text());
  const found = matchFiles(parsed, others);
  const contents = new Map(parsed.clips.map(({ file }, index) => [file, found[index] as File]));
  await layOpen(parsed, (path) => contents.get(path), matchPictures(parsed, others));
}

/**
 * Opens a project whose files are at hand: the audio at a path, unless that is in the library by this very ID, and the
 * pictures by their names in the project.
 */
export async function layOpen(
  file: ProjectFile,
  audioAt: (path: string) => File | Asset | undefined,
  pictures: Map<string, File | string>,
): Promise<void> {
  const shown = await addPictures(pictures);
  const sources = new Map(file.clips.map(({ file: path }) => [path, audioAt(path)]));
  const ids = new Map<string, string>();
  // Several paths may lead to one file.
  const idOf = new Map<File | undefined, string>();
  for (const [path, source] of sources) {
    const isFile = source === undefined || source instanceof File;
    const id = isFile ? (source && idOf.get(source)) || crypto.randomUUID() : source.id;
    if (isFile && source) idOf.set(source, id);
    ids.set(path, id);
  }
  const opened = withPictures(
    projectFrom(file, (index) => ids.get(file.clips[index]?.file as string) as string),
    (path) => shown.get(path),
  );
  const facts = new Map(file.files?.map((one) => [composed(one.file), one]));
  const arrivals = opened.clips.flatMap((clip, index): Arrival[] => {
    const { file: path } = file.clips[index] as { file: string };
    const source = sources.get(path);
    if (source && !(source instanceof File)) return [];
    const known = facts.get(composed(path));
    return [
      {
        ...clip,
        ...(known && { name: known.name ?? baseName(path), text: known.text ?? "", voice: known.voice ?? "", known }),
        content: async () => {
          if (source) return source;
          throw new Error("its audio is not in the file");
        },
      },
    ];
  });
  await batch(() => {
    replaceProject(opened);
    opening.value = undefined;
    return arrivals.length > 0 ? arrive(arrivals) : undefined;
  });
}

/** Adds pictures, and gives their IDs by their names in the project. One that cannot be read is left out, and told. */
async function addPictures(pictures: Map<string, File | string>): Promise<Map<string, string>> {
  const ids = new Map<string, string>();
  for (const [path, picture] of pictures) {
    try {
      ids.set(path, typeof picture === "string" ? picture : await addPicture(picture));
    } catch (error) {
      tell(`${baseName(path)} could not be added: ${reasonOf(error)}`);
    }
  }
  return ids;
}

/** A project as its file states it; `assetIdOf` says which asset the clip at an index plays. */
export function projectFrom(
  { id: _another, files: _known, ...file }: ProjectFile,
  assetIdOf: (index: number) => string,
): Project {
  const clips = file.clips.map(({ file: path, ...stated }, index) =>
    newClip({ name: baseName(path), ...stated, assetId: assetIdOf(index) }),
  );
  return { ...emptyProject(), ...file, clips };
}

/** A clip at its lane's end, which says nothing yet. */
export function newClip(stated: Partial<ProjectClip> & Pick<ProjectClip, "assetId" | "name">): ProjectClip {
  return { id: crypto.randomUUID(), text: "", voice: "", lane: 0, ...stated };
}

let queue = Promise.resolve();

/** Settles when all audio that is on its way has been read; rejects when the signal is aborted before. */
export async function allArrived(signal: AbortSignal): Promise<void> {
  const aborted = new Promise((_, reject) =>
    signal.addEventListener("abort", () => reject(signal.reason), { once: true }),
  );
  for (let last: Promise<void> | undefined; last !== queue; ) {
    last = queue;
    await Promise.race([last, aborted]);
  }
}

/** Adds each asset once, in turn, behind those already on their way. */
export function arrive(arrivals: Arrival[]): Promise<void> {
  const each = [...new Map(arrivals.map((arrival) => [arrival.assetId, arrival])).values()];
  const { ids = [], done = 0, total = 0, name = "" } = arriving.value ?? {};
  const awaited = new Set([...ids, ...each.map(({ assetId }) => assetId)]);
  arriving.value = { ids: awaited, done, total: total + each.length, name };
  queue = queue.then(async () => {
    for (const arrival of each) await addOne(arrival);
    if (arriving.value?.ids.size === 0) await finish();
  });
  return queue;
}

async function addOne(arrival: Arrival): Promise<void> {
  const { assetId, name, text, voice, known, onLost } = arrival;
  const isUsed = () =>
    [...project.value.clips, ...(undoable.value?.keeps ?? [])].some((clip) => clip.assetId === assetId);
  change({ name });
  try {
    if (isUsed()) {
      const content = await arrival.content();
      const details = { id: assetId, name, text, voice, ...(known?.trim && { trim: known.trim }) };
      const asset = await (await library()).addAsset(content, details, known ? {} : trimming());
      assets.value = new Map(assets.value).set(assetId, asset);
      if (asset.warning) tell(`${name} was added, but not all of it could be read: ${asset.warning}`);
    }
  } catch (error) {
    if (onLost) onLost(reasonOf(error));
    else
      batch(() => {
        const clips = project.value.clips.filter((clip) => clip.assetId !== assetId);
        project.value = { ...project.value, clips };
        tell(`${name} could not be added: ${reasonOf(error)}`);
      });
  }
  const ids = new Set(arriving.value?.ids);
  ids.delete(assetId);
  change({ ids, done: (arriving.value?.done ?? 0) + 1 });
}

function trimming(): AddOptions {
  return { trimSilence: project.value.trimSilence ?? false };
}

async function finish(): Promise<void> {
  said.value = "All audio has been added.";
  arriving.value = undefined;
  await measureStorage();
}

function change(news: Partial<NonNullable<typeof arriving.value>>): void {
  if (arriving.value) arriving.value = { ...arriving.value, ...news };
}

export function tell(...sentences: string[]): void {
  problems.value = [...problems.value, ...sentences];
}
