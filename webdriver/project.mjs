/** Project files on disk, with the audio files and pictures that they list: what a user would choose together in the page. */
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { basename, dirname, resolve } from "node:path";
import { picturesOf } from "../www/src/project/about.ts";
import { matchFiles, ProjectFileError, parseProjectFile } from "../www/src/project/file.ts";

/**
 * Reads a project file and finds its audio and its pictures.
 *
 * @param {string} path the JSON file
 * @param {object} [settings] in the place of the file's own
 * @returns {{ name: string, json: string, files: string[] }} the project's name, the file with the settings, and absolute
 *   paths: the JSON file and each other file once
 * @throws {ProjectFileError} with every fault that shows without decoding
 */
export function readProject(path, settings = {}) {
  let json = read(path);
  let project = parseProjectFile(json);
  if (Object.keys(settings).length > 0) {
    json = JSON.stringify({ ...project, ...settings });
    project = parseProjectFile(json);
  }
  const paths = project.clips.map(({ file }) => resolve(dirname(path), file));
  const pictures = picturesOf(project).map((file) => resolve(dirname(path), file));
  const missing = (files, what) =>
    [...new Set(files)].filter((file) => !isFile(file)).map((file) => `There is no ${what} “${file}”.`);
  const faults = [...missing(paths, "audio file"), ...missing(pictures, "picture")];
  if (faults.length > 0) throw new ProjectFileError(faults);
  // The page tells files apart by name alone: say so here, before a browser is started.
  matchFiles(
    project,
    paths.map((file) => ({ name: basename(file) })),
  );
  return { name: project.name, json, files: [...new Set([resolve(path), ...paths, ...pictures])] };
}

function read(path) {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    throw new ProjectFileError([`The project file cannot be read: ${error.message}.`]);
  }
}

function isFile(path) {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}

/**
 * Writes a project file that plays one audio file again and again: a long project of few bytes.
 *
 * @returns {string[]} the paths to choose in the page
 */
export function writeRepeatingProject(path, { name, audio, times }) {
  const clips = Array.from({ length: times }, () => ({ file: basename(audio) }));
  writeFileSync(path, JSON.stringify({ name, clips }));
  return [path, audio];
}
