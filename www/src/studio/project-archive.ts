/** Saves and opens a project as one file (.secuencia). Loaded on demand. */
import { ArchiveError, openProject, type PackOptions, packProject } from "secuencia/archive.js";
import { ProjectFileError, parseProjectFile, picturesOf } from "secuencia/project.js";
import { clipTitle, type Project } from "../project/model.ts";
import { words } from "../words/words.ts";
import { withReason } from "./failure.ts";
import { library } from "./library.ts";
import { openWith } from "./project-opening.ts";
import { assets, reportProblems } from "./state.ts";

/** The project with all its audio and pictures. */
export async function archiveOf(project: Project, options: PackOptions): Promise<Blob> {
  const gone = project.clips.filter(({ assetId }) => !assets.value.has(assetId));
  if (gone.length > 0) {
    const named = gone.slice(0, 3);
    reportProblems(words.value.saving.withoutAudio(named.map(clipTitle), gone.length - named.length));
  }
  const named = { ...project, name: project.name.trim() ? project.name : words.value.projects.untitled };
  return packProject(named, await library(), options);
}

/** Opens a project from one file. All of it is read first, and rejected if any part is damaged. */
export async function openArchive(file: File): Promise<void> {
  try {
    const archive = await openProject(file);
    const parsed = parseProjectFile(archive.json);
    const audio = await read(new Set(parsed.clips.map((clip) => clip.file)));
    const pictures = await read(new Set(picturesOf(parsed)));
    const { adding, opening: say } = words.value;
    const gone = picturesOf(parsed).filter((path) => !pictures.has(path));
    const notes = gone.map((path) => withReason(adding.failed(path), say.pictureNotInside));
    await openWith(parsed, (path) => audio.get(path), pictures, notes);

    async function read(paths: Iterable<string>): Promise<Map<string, File>> {
      const files = new Map<string, File>();
      for (const path of paths) if (archive.has(path)) files.set(path, await archive.file(path));
      return files;
    }
  } catch (error) {
    if (error instanceof ArchiveError) throw new ProjectFileError([error.message]);
    throw error;
  }
}
