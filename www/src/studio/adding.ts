/**
 * Brings audio into the library, one file after another. A clip is listed at once and fills in when its audio has been
 * read; a file that cannot be read loses its clips, with a sentence that names it, and the others go on.
 */
import { batch } from "@preact/signals";
import type { AddOptions } from "secuencia";
import { withPictures } from "../project/about.ts";
import { matchFiles, matchPictures, type ProjectFile, ProjectFileError, parseProjectFile } from "../project/file.ts";
import { emptyProject, type Project, type ProjectClip } from "../project/model.ts";
import { replaceProject } from "./editing.ts";
import { reasonOf } from "./failure.ts";
import { addPicture, library, removeUnusedAssets } from "./library.ts";
import { openScript, scriptDialog } from "./script-door.ts";
import { arriving, assets, problems, project, said } from "./state.ts";
import { askToPersist, measureStorage } from "./storage.ts";

/** Audio on its way in. */
interface Arrival {
  assetId: string;
  name: string;
  text: string;
  voice: string;
  content: () => Promise<Blob>;
}

/**
 * Takes files that were picked or dropped: audio is added; a project file among them opens its project, and a script its
 * dialog, which then takes all that comes.
 */
export async function receiveFiles(files: File[]): Promise<void> {
  if (files.length === 0) return;
  void askToPersist();
  const isScript = ({ name }: File) => /\.(fountain|spmd|txt)$/i.test(name);
  if (scriptDialog.value || files.some(isScript)) return openScript(files);
  const projectFiles = files.filter((file) => /\.json$/i.test(file.name));
  const [projectFile] = projectFiles;
  if (!projectFile) return addAudio(files);
  try {
    if (projectFiles.length > 1) throw new ProjectFileError(["Choose one project file at a time."]);
    await openProject(
      projectFile,
      files.filter((file) => file !== projectFile),
    );
  } catch (error) {
    if (!(error instanceof ProjectFileError)) throw error;
    tell(...error.faults.map((fault) => `${projectFile.name} could not be opened. ${fault}`));
  }
}

/** Adds a clip for each file at the end of the main lane. */
function addAudio(files: File[]): Promise<void> {
  const clips = files.map(({ name }) => newClip({ assetId: crypto.randomUUID(), name }));
  project.value = { ...project.value, clips: [...project.value.clips, ...clips] };
  return arrive(clips.map((clip, index) => ({ ...clip, content: async () => files[index] as File })));
}

async function openProject(projectFile: File, others: File[]): Promise<void> {
  const parsed = parseProjectFile(await projectFile.text());
  const found = matchFiles(parsed, others);
  const pictures = await addPictures(matchPictures(parsed, others));
  const assetIds = new Map(found.map((file) => [file, crypto.randomUUID()]));
  const opened = projectFrom(parsed, (index) => assetIds.get(found[index] as File) as string);
  replaceProject(withPictures(opened, (path) => pictures.get(path)));
  await arrive(opened.clips.map((clip, index) => ({ ...clip, content: async () => found[index] as File })));
}

/** Adds pictures, and gives their IDs by their names in the project. One that cannot be read is left out, and told. */
async function addPictures(pictures: Map<string, File>): Promise<Map<string, string>> {
  const ids = new Map<string, string>();
  for (const [path, file] of pictures) {
    try {
      ids.set(path, await addPicture(file));
    } catch (error) {
      tell(`${file.name} could not be added: ${reasonOf(error)}`);
    }
  }
  return ids;
}

/** A project as its file states it; `assetIdOf` says which asset the clip at an index plays. */
export function projectFrom(file: ProjectFile, assetIdOf: (index: number) => string): Project {
  const clips = file.clips.map(({ file: path, ...stated }, index) =>
    newClip({ ...stated, assetId: assetIdOf(index), name: path.slice(path.lastIndexOf("/") + 1) }),
  );
  return { ...emptyProject(), ...file, clips };
}

/** A clip at its lane's end, which says nothing yet. */
export function newClip(stated: Partial<ProjectClip> & Pick<ProjectClip, "assetId" | "name">): ProjectClip {
  return { id: crypto.randomUUID(), text: "", voice: "", lane: 0, ...stated };
}

let queue = Promise.resolve();

/** Settles when all audio that is on its way has been read. */
export async function allArrived(): Promise<void> {
  for (let last: Promise<void> | undefined; last !== queue; ) {
    last = queue;
    await last;
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
  const { assetId, name, text, voice } = arrival;
  const isUsed = () => project.value.clips.some((clip) => clip.assetId === assetId);
  change({ name });
  try {
    if (isUsed()) {
      const content = await arrival.content();
      const asset = await (await library()).addAsset(content, { id: assetId, name, text, voice }, trimming());
      assets.value = new Map(assets.value).set(assetId, asset);
      if (asset.warning) tell(`${name} was added, but not all of it could be read: ${asset.warning}`);
    }
  } catch (error) {
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
  await removeUnusedAssets();
  await measureStorage();
}

function change(news: Partial<NonNullable<typeof arriving.value>>): void {
  if (arriving.value) arriving.value = { ...arriving.value, ...news };
}

function tell(...sentences: string[]): void {
  problems.value = [...problems.value, ...sentences];
}
