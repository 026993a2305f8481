/**
 * Exports a project on disk to a file, with its sidecars beside it.
 *
 * It promises that only a finished file replaces an existing one, and that a failure leaves no file behind.
 */
import { writeFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { basename, dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { SecuenciaError } from "../errors.js";
import { fileStem } from "../file-stem.js";
import type { Library } from "../library.js";
import { workerCount } from "../options.js";
import { partOf, steady } from "../progress.js";
import { picturesOf, withPictures } from "../project/about.js";
import { baseName, checkProject, type ProjectFile, type Settings } from "../project/file.js";
import { clipsOf, exportOptionsOf, timelineOptionsOf } from "../project/options.js";
import type { ExportOptions, ExportResult, JobOptions } from "../types.js";
import { FileStream } from "./file-stream.js";
import { openLibrary } from "./open-library.js";
import { inFolder, openProjectFolder, type ProjectFolder } from "./project-folder.js";
import { SyncBlob } from "./sync-blob.js";

/** The options of `exportFile`. Settings replace those of the project. */
export interface ExportFileOptions extends JobOptions, Settings, Pick<ExportOptions, "quality" | "workers"> {
  /** The file to write: a path or a file URL. Default: the project's name and `.m4a`, in the current folder. */
  output?: string | URL;
  /** The folder from which a project that is given as an object names its files. Default: the current folder. */
  folder?: string | URL;
}

/** The facts about a written file. */
export interface ExportFileResult extends Omit<ExportResult, "file" | "saved" | "sidecars"> {
  /** The path of the written file. */
  path: string;
  /** The paths of its sidecars. */
  sidecars: string[];
}

/** The share of the progress that reading the audio takes, in percent. */
const READING = 25;

/**
 * Exports a project to a file. `project` is the path of a project file or a saved project (`.secuencia`), or the
 * content of a project file. Rejects with a `ProjectFileError` that lists all that is wrong with the project, with a
 * `SecuenciaError`, or with the signal's reason.
 */
export async function exportFile(
  project: string | URL | ProjectFile,
  options: ExportFileOptions = {},
): Promise<ExportFileResult> {
  const { output, folder = ".", onProgress, signal, quality, workers, ...settings } = options;
  const found =
    typeof project === "string" || project instanceof URL
      ? await openProjectFolder(pathOf(project))
      : inFolder(checkProject(project), pathOf(folder));
  let library: Library | undefined;
  try {
    signal?.throwIfAborted();
    const changed = { ...found, project: checkProject({ ...found.project, ...settings }) };
    const name = changed.project.name;
    const path =
      output === undefined ? resolve(`${fileStem(name)}.${changed.project.extension ?? "m4a"}`) : pathOf(output);
    const job = {
      ...(onProgress && { onProgress }),
      ...(signal && { signal }),
      ...(quality && { quality }),
      workers: workerCount(workers, availableParallelism()),
    };
    library = await openLibrary();
    return await exportTo(path, library, changed, job);
  } catch (error) {
    throw naming(error);
  } finally {
    await library?.close();
    await found.close();
  }
}

type Job = JobOptions & Pick<ExportOptions, "quality" | "workers">;

async function exportTo(path: string, library: Library, found: ProjectFolder, job: Job): Promise<ExportFileResult> {
  const { onProgress, ...limits } = job;
  const report = steady(onProgress);
  const ids = await addAudio(library, found, { ...limits, onProgress: partOf(report, 0, READING) });
  const project = withPictures(found.project, await addPictures(library, found));
  const clips = clipsOf(project, (file) => ids.get(found.pathOf(file)) ?? file);
  const { id } = await library.buildTimeline(project.name, clips, {
    ...timelineOptionsOf(project),
    ...(job.signal && { signal: job.signal }),
  });
  const result = await library.exportAudio(id, {
    ...exportOptionsOf(project),
    ...limits,
    fileName: basename(path),
    destination: new FileStream(path),
    onProgress: partOf(report, READING, 100),
  });
  const { file: _none, saved: _nowhere, sidecars, ...facts } = result;
  const warnings = [...facts.warnings];
  const paths: string[] = [];
  for (const { name, text } of sidecars) {
    const beside = join(dirname(path), name);
    try {
      await writeFile(beside, text);
      paths.push(beside);
    } catch (error) {
      warnings.push({ message: `${name} could not be saved: ${(error as Error).message}` });
    }
  }
  return { ...facts, warnings, path, sidecars: paths };
}

/**
 * Adds each audio file once, on all cores, and returns the IDs of the assets by the files' paths. A file's ID is its
 * name in the project, so that an error about an asset names the file.
 */
async function addAudio(library: Library, found: ProjectFolder, job: Job): Promise<Map<string, string>> {
  const { clips, files = [], trimSilence = false } = found.project;
  const facts = new Map(files.map(({ file, ...known }) => [found.pathOf(file), known]));
  const ids = new Map(clips.map(({ file }) => [found.pathOf(file), file]));
  const { quality: _ofTheExport, ...limits } = job;
  const added = await library.addAssets(
    [...ids].map(([path, id]) => {
      return { name: basename(path), ...facts.get(path), id, content: () => contentAt(path) };
    }),
    { ...limits, trimSilence },
  );
  for (const { error } of added) if (error) throw error;
  return ids;
}

/** Adds each picture once, and returns their IDs by their names in the project. */
async function addPictures(library: Library, found: ProjectFolder): Promise<(name: string) => string | undefined> {
  const ids = new Map<string, string>();
  for (const name of picturesOf(found.project)) {
    try {
      ids.set(name, (await library.addImage(contentAt(found.pathOf(name)))).id);
    } catch (error) {
      throw about(baseName(name), error);
    }
  }
  return (name) => ids.get(name);
}

/** Returns a file's content. Throws a `SecuenciaError` if it cannot be read. */
function contentAt(path: string): SyncBlob {
  try {
    return SyncBlob.ofFile(path);
  } catch (cause) {
    throw new SecuenciaError("storage", `The file cannot be read: ${(cause as Error).message}`, { cause });
  }
}

/** Returns the error about a picture that cannot be used. */
function about(file: string, error: unknown): unknown {
  if (!(error instanceof SecuenciaError)) return error;
  return new SecuenciaError(error.code, `${file}: ${error.message}`, { cause: error });
}

/** Has an error about a clip name its file, which is the ID of its asset. */
function naming(error: unknown): unknown {
  if (!(error instanceof SecuenciaError) || !error.assetId || error.message.includes(error.assetId)) return error;
  const { code, message, assetId, clipId, unreadable } = error;
  return new SecuenciaError(code, `${assetId}: ${message}`, { assetId, clipId, unreadable, cause: error });
}

function pathOf(file: string | URL): string {
  return resolve(file instanceof URL ? fileURLToPath(file) : file);
}
