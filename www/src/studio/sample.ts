/**
 * The sample project, which a first visit opens. Its audio is fetched over the network, if need be on a later visit.
 */
import { signal } from "@preact/signals";
import { parseProjectFile } from "secuencia/project.js";
import { type Project, projectFrom } from "../project/model.ts";
import { words } from "../words/words.ts";
import { arrive } from "./adding.ts";
import { assets, opened, project, whenLeft } from "./state.ts";

/**
 * The folder of the sample. Each of its assets has its address as its ID, so a sample clip whose audio never arrived
 * says where to fetch it.
 */
const SAMPLE = "sample/";

/** Whether an asset is one of the sample's. */
export function isOfSample(assetId: string): boolean {
  return assetId.startsWith(SAMPLE);
}

/** The reason why some of the sample's audio could not be loaded. */
export const sampleFault = signal<string | undefined>(undefined);

/** Loads the sample project, without its audio. */
export async function loadSample(): Promise<Project> {
  const file = parseProjectFile(await (await fetchFile(`${SAMPLE}project.json`)).text());
  return projectFrom(file, (index) => `${SAMPLE}${file.clips[index]?.file}`);
}

/** Fetches the missing audio of the sample's clips. A clip stays even if its audio cannot be fetched. */
export async function fetchSampleAudio(): Promise<void> {
  sampleFault.value = undefined;
  const missing = project.value.clips.filter(({ assetId }) => isOfSample(assetId) && !assets.value.has(assetId));
  if (missing.length === 0) return;
  const { id } = opened.peek();
  const onLost = (reason: string) => {
    if (opened.peek().id === id) sampleFault.value = reason;
  };
  await arrive(missing.map((clip) => ({ ...clip, content: () => fetchFile(clip.assetId), onLost })));
}

whenLeft(() => {
  sampleFault.value = undefined;
});

window.addEventListener("online", () => {
  if (sampleFault.value !== undefined) void fetchSampleAudio();
});

async function fetchFile(path: string): Promise<Blob> {
  const response = await fetch(path);
  if (!response.ok) throw new Error(words.value.reasons.notFetched(path, response.status));
  return response.blob();
}
