/**
 * Finds a project on disk with the audio and pictures that it names: a project file beside them, or a saved project,
 * which is unpacked into a temporary folder.
 *
 * It promises that every named file is there, or throws a `ProjectFileError` that names each missing one.
 */
import { createWriteStream, existsSync, mkdtempSync, openAsBlob, readdirSync, readFileSync, statSync } from "node:fs";
import { mkdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join, resolve, sep } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { ReadableStream as NodeStream } from "node:stream/web";
import { ArchiveError, openProject } from "../archive.js";
import { picturesOf } from "../project/about.js";
import { composed, type ProjectFile, ProjectFileError, parseProjectFile } from "../project/file.js";

/** A project, and the place of its files. */
export interface ProjectFolder {
  project: ProjectFile;
  /** Returns the path of a file that the project names. */
  pathOf(name: string): string;
  /** Removes what was unpacked. */
  close(): Promise<void>;
}

/** Opens a project file, or a saved project (`.secuencia`). */
export async function openProjectFolder(path: string): Promise<ProjectFolder> {
  if (/\.otio$/i.test(path)) {
    throw new ProjectFileError(["A timeline (.otio) has no project’s settings. Open it in the studio, and save it."]);
  }
  return /\.(secuencia|zip)$/i.test(path) ? unpack(path) : inFolder(parseProjectFile(readText(path)), dirname(path));
}

/** Takes a project that is an object. Its files are relative to `folder`. */
export function inFolder(project: ProjectFile, folder: string, close = async () => {}): ProjectFolder {
  const pathOf = (name: string) => asOnDisk(resolve(folder, name));
  const missing = (names: string[], what: string) =>
    [...new Set(names.map(pathOf))].filter((file) => !isFile(file)).map((file) => `There is no ${what} “${file}”.`);
  const audio = project.clips.map(({ file }) => file);
  const faults = [...missing(audio, "audio file"), ...missing(picturesOf(project), "picture")];
  if (faults.length > 0) throw new ProjectFileError(faults);
  return { project, pathOf, close };
}

async function unpack(path: string): Promise<ProjectFolder> {
  if (!isFile(path)) throw new ProjectFileError([`The project cannot be read: there is no file “${path}”.`]);
  const folder = mkdtempSync(join(tmpdir(), "secuencia-"));
  const close = () => rm(folder, { recursive: true, force: true });
  try {
    const archive = await openProject(await openAsBlob(path));
    const project = parseProjectFile(archive.json);
    const named = new Set([...project.clips.map(({ file }) => file), ...picturesOf(project)]);
    for (const name of named) {
      if (!archive.has(name)) continue;
      const file = resolve(folder, name);
      // A name may lead out of the folder; such a file is then missing.
      if (!file.startsWith(folder + sep)) continue;
      await mkdir(dirname(file), { recursive: true });
      const content = (await archive.file(name)).stream() as NodeStream;
      await pipeline(Readable.fromWeb(content), createWriteStream(file));
    }
    return inFolder(project, folder, close);
  } catch (error) {
    await close();
    throw error instanceof ArchiveError
      ? new ProjectFileError([`The project cannot be read. ${error.message}`])
      : error;
  }
}

/** Reads a project file's text. Throws a `ProjectFileError`. */
export function readText(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    throw new ProjectFileError([`The project file cannot be read: ${(error as Error).message}.`]);
  }
}

/**
 * Returns a path as the disk has it: its names may be written composed or apart there, as é in two characters, and some
 * file systems tell these from each other. Of what is not there, this returns the path as it is.
 */
export function asOnDisk(path: string): string {
  const folder = dirname(path);
  if (existsSync(path) || folder === path) return path;
  const parent = asOnDisk(folder);
  const name = composed(basename(path));
  try {
    return join(parent, readdirSync(parent).find((entry) => composed(entry) === name) ?? basename(path));
  } catch {
    return path;
  }
}

/** Returns whether there is a file at a path. */
export function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}
