/**
 * Takes the files that the user picks or drops on the page: audio is added, a project in any of its formats is opened,
 * and a script opens the script dialog. While that dialog is open, it takes all files.
 */
import { batch } from "@preact/signals";
import { MOST_JSON_BYTES, matchFiles, matchPictures, ProjectFileError, parseProjectFile } from "secuencia/project.js";
import { inNaturalOrder } from "../natural-order.ts";
import { newClip } from "../project/model.ts";
import { words } from "../words/words.ts";
import { arrive } from "./adding.ts";
import { droppedFiles } from "./dropped.ts";
import { addClips } from "./editing.ts";
import { reportFailure, sentenceOf } from "./failure.ts";
import { PROJECT_FILE, SCRIPT_FILE } from "./file-types.ts";
import { openWith } from "./project-opening.ts";
import { openScript } from "./script-opening.ts";
import { isViewing, opening, reportProblems, scriptDialog } from "./state.ts";
import { askToPersist, hasRoomFor } from "./storage.ts";

/** Takes what is dropped: files, and folders of them. Call it from the event itself. */
export async function receiveDrop(dropped: DataTransfer): Promise<void> {
  const files = await droppedFiles(dropped).catch((error) => reportFailure(words.value.opening.folderFailed, error));
  if (files?.length === 0) reportProblems(words.value.opening.folderEmpty);
  if (files) await receiveFiles(files);
}

/** Takes picked or dropped files. Call it from the user's action: browsers then let the page store more. */
export async function receiveFiles(files: File[]): Promise<void> {
  if (files.length === 0 || isViewing.value) return;
  void askToPersist();
  if (scriptDialog.value || files.some(({ name }) => SCRIPT_FILE.test(name))) return openScript(files);
  const projectFiles = files.filter(({ name }) => PROJECT_FILE.test(name));
  const [projectFile] = projectFiles;
  // The page is busy from the click on: the browser may take a moment to say how much room there is.
  const name = (projectFile ?? files[0])?.name ?? "";
  opening.value = name;
  try {
    if (!(await hasRoomFor(files))) return;
    // Adding tells its own progress.
    if (!projectFile) return void addAudio(inNaturalOrder(files));
    if (projectFiles.length > 1) throw new ProjectFileError([words.value.opening.oneAtATime]);
    const others = files.filter((file) => file !== projectFile);
    await openProject(projectFile, others);
  } catch (error) {
    const faults = error instanceof ProjectFileError ? error.faults : [sentenceOf(error)];
    reportProblems(...faults.map((fault) => `${words.value.opening.failed(name)} ${fault}`));
  } finally {
    opening.value = undefined;
  }
}

/** Opens a project. The open one stays until everything that the new one needs is found. */
async function openProject(file: File, others: File[]): Promise<void> {
  // An archive is read in place. The other formats are text, which is read whole.
  if (!/\.(?:secuencia|zip)$/i.test(file.name) && file.size > MOST_JSON_BYTES) {
    throw new ProjectFileError([words.value.opening.tooLarge(file.size, MOST_JSON_BYTES)]);
  }
  if (/\.json$/i.test(file.name)) return openProjectFile(file, others);
  // The other formats are rare, so their readers are loaded on demand.
  if (/\.otio$/i.test(file.name)) return (await import("./timeline-files.ts")).openTimelineFile(file, others);
  return (await import("./project-archive.ts")).openArchive(file);
}

/** Adds a clip for each file at the end of the main lane, and offers what the files say of themselves. */
async function addAudio(files: File[]): Promise<void> {
  const added = files.map((file) => ({ file, clip: newClip({ assetId: crypto.randomUUID(), name: file.name }) }));
  await batch(() => {
    addClips(added.map(({ clip }) => clip));
    return arrive(added.map(({ clip, file }) => ({ ...clip, content: async () => file })));
  });
  const described = added.map(({ clip: { id: clipId, assetId }, file }) => ({ clipId, assetId, file }));
  // The audio has been added, even if a file is gone meanwhile, or the browser is offline.
  await import("./described.ts").then(({ offerFacts }) => offerFacts(described)).catch(() => {});
}

/** Opens a project file, with its audio and pictures among the files chosen with it. */
async function openProjectFile(projectFile: File, others: File[]): Promise<void> {
  const parsed = parseProjectFile(await projectFile.text());
  const found = matchFiles(parsed, others);
  const contents = new Map(parsed.clips.map(({ file }, index) => [file, found[index] as File]));
  await openWith(parsed, (path) => contents.get(path), matchPictures(parsed, others));
}
