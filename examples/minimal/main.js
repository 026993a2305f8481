// Joins audio files to one M4A, with half a second of silence between them.
import { openLibrary } from "../../secuencia/index.js";

const element = (id) => document.getElementById(id);
// Pages of the same origin share one database unless they name their own.
// A click may come before the library is open, and waits for it.
const opening = openLibrary({ database: "example-minimal" });

element("export").onclick = async () => {
  element("export").disabled = true;
  try {
    const library = await opening;
    const clips = [];
    for (const file of element("files").files) clips.push((await library.addAsset(file)).id);
    const timeline = await library.buildTimeline("Joined", clips, { gapSeconds: 0.5 });
    const { file, name, durationSeconds } = await library.exportAudio(timeline.id);
    const link = document.createElement("a");
    Object.assign(link, { href: URL.createObjectURL(file), download: name, textContent: "Download" });
    element("result").replaceChildren(link);
    element("status").textContent = `${name} lasts ${durationSeconds.toFixed(3)} s.`;
  } catch (error) {
    // Every failure is a sentence for the user.
    element("status").textContent = error.message;
  }
  element("export").disabled = false;
};
