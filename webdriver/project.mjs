/**
 * Projects on disk, with the audio files and pictures that they list: the files that a user would choose in the page.
 */
import { openAsBlob, writeFileSync } from "node:fs";
import { basename, dirname, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { openProject } from "../package/archive.ts";
import { asOnDisk, inFolder, isFile, readText } from "../package/node/project-folder.ts";
import { otioToTimeline } from "../package/otio.ts";
import { matchFiles, ProjectFileError, parseProjectFile, picturesOf } from "../package/project.ts";
import { zip } from "../package/zip.ts";

/**
 * Reads a project in any of its forms, and finds its files.
 *
 * @param {string} path a project file, a saved project, or a timeline (.otio)
 * @param {object} [settings] overrides for the project's own; not allowed for a timeline
 * @returns {Promise<{ files: string[], content: string | Blob | undefined }>} absolute paths, the project's own first,
 *   and that file's content with the settings
 * @throws {ProjectFileError} or another error, in sentences
 */
export async function readAnyProject(path, settings = {}) {
  const isChanged = Object.keys(settings).length > 0;
  if (/\.otio$/i.test(path)) {
    if (isChanged) throw new ProjectFileError(["A timeline takes no settings: save it as a project in the page."]);
    return { files: [resolve(path), ...mediaOf(path)], content: undefined };
  }
  if (!/\.(secuencia|zip)$/i.test(path)) {
    const { files, json } = readProject(path, settings);
    return { files, content: json };
  }
  if (!isFile(path)) throw new ProjectFileError([`The project cannot be read: there is no file “${path}”.`]);
  const archive = await openProject(await openAsBlob(path));
  const project = parseProjectFile(JSON.stringify({ ...parseProjectFile(archive.json), ...settings }));
  if (!isChanged) return { files: [resolve(path)], content: undefined };
  const others = archive.paths.filter((inside) => !inside.endsWith(".json"));
  const contents = await Promise.all(
    others.map(async (inside) => ({ path: inside, content: await archive.file(inside) })),
  );
  const json = new Blob([JSON.stringify(project)]);
  return { files: [resolve(path)], content: await zip([{ path: "project.json", content: json }, ...contents]) };
}

/** Returns the audio files that a timeline plays, from their URLs or from the timeline's folder. */
function mediaOf(path) {
  const { media } = otioToTimeline(readText(path));
  const found = media.map(({ url = "", name }) => {
    const beside = asOnDisk(resolve(dirname(path), name));
    const said = URL.canParse(url) ? url : new URL(url, pathToFileURL(resolve(path))).href;
    return said.startsWith("file:") && isFile(fileURLToPath(said)) ? fileURLToPath(said) : beside;
  });
  const missing = found.filter((file) => !isFile(file)).map((file) => `There is no audio file “${file}”.`);
  if (missing.length > 0) throw new ProjectFileError(missing);
  return [...new Set(found)];
}

/**
 * Reads a project file, and finds its audio and pictures.
 *
 * @param {string} path the JSON file
 * @param {object} [settings] overrides for the file's own
 * @returns {{ name: string, json: string, files: string[] }} the project's name; the file with the settings; and
 *   absolute paths: the JSON file, then each other file once
 * @throws {ProjectFileError} with every fault that shows without decoding
 */
export function readProject(path, settings = {}) {
  let json = readText(path);
  let project = parseProjectFile(json);
  if (Object.keys(settings).length > 0) {
    json = JSON.stringify({ ...project, ...settings });
    project = parseProjectFile(json);
  }
  const { pathOf } = inFolder(project, dirname(path));
  const paths = project.clips.map(({ file }) => pathOf(file));
  const pictures = picturesOf(project).map(pathOf);
  // The page identifies files by name alone, so report name clashes here, before starting a browser.
  matchFiles(
    project,
    [...new Set(paths)].map((file) => ({ name: basename(file) })),
  );
  return { name: project.name, json, files: [...new Set([resolve(path), ...paths, ...pictures])] };
}

/**
 * Writes a project file that plays one audio file repeatedly: a long project in few bytes.
 *
 * @returns {string[]} the paths to choose in the page
 */
export function writeRepeatingProject(path, { name, audio, times }) {
  const clips = Array.from({ length: times }, () => ({ file: basename(audio) }));
  writeFileSync(path, JSON.stringify({ name, clips }));
  return [path, audio];
}
