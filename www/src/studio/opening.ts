/** The page's first seconds: the project as it was left, or the sample on a first visit. */
import { batch } from "@preact/signals";
import { parseProjectFile } from "../project/file.ts";
import type { Project } from "../project/model.ts";
import { arrive, projectFrom } from "./adding.ts";
import { keepProjectSaved, loadProject } from "./document.ts";
import { claimProject, heldAssets, removeUnusedAssets } from "./library.ts";
import { assets, isFilled, isOpen, problems, project } from "./state.ts";
import { measureStorage } from "./storage.ts";

/**
 * The sample's assets are called by their address here, so a clip of the sample whose audio never arrived, because the
 * page was closed too early, says itself where to get it.
 */
export const SAMPLE = "sample/";

/** Opens the project, lists it, and then sees to its audio. */
export async function openStudio(): Promise<void> {
  try {
    const isOurs = claimProject();
    const saved = await loadProject();
    // The sample is listed before there is any audio; a saved project has its audio, and is listed with it.
    if (!saved) project.value = await loadSample();
    const held = await heldAssets();
    let filled: Promise<void> | undefined;
    batch(() => {
      if (saved) project.value = saved;
      assets.value = held;
      filled = fetchSampleAudio();
      isOpen.value = true;
    });
    keepProjectSaved();
    if (!(await isOurs)) {
      tell("This project is open in another tab too. Work in one of them: the last to save wins.");
    }
    await removeUnusedAssets();
    await measureStorage();
    await filled;
    isFilled.value = true;
  } catch (error) {
    tell(`The studio could not open: ${(error as Error).message}`);
  }
}

async function loadSample(): Promise<Project> {
  const file = parseProjectFile(await (await fetchFile(`${SAMPLE}project.json`)).text());
  return projectFrom(file, (index) => `${SAMPLE}${file.clips[index]?.file}`);
}

async function fetchSampleAudio(): Promise<void> {
  const missing = project.value.clips.filter(({ assetId }) => assetId.startsWith(SAMPLE) && !assets.value.has(assetId));
  if (missing.length > 0) await arrive(missing.map((clip) => ({ ...clip, content: () => fetchFile(clip.assetId) })));
}

async function fetchFile(path: string): Promise<Blob> {
  const response = await fetch(path);
  if (!response.ok) throw new Error(`${path} could not be loaded (${response.status})`);
  return response.blob();
}

function tell(sentence: string): void {
  problems.value = [...problems.value, sentence];
}
