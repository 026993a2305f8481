// Shows how far a job is and how long the rest takes, and cancels it on demand.
import { openLibrary } from "../../secuencia/index.js";

const element = (id) => document.getElementById(id);
const library = await openLibrary({ database: "example-progress" });

element("export").onclick = async () => {
  const abort = new AbortController();
  element("cancel").onclick = () => abort.abort();
  element("cancel").disabled = false;
  element("export").disabled = true;
  // At most ten reports come in a second, and `completed` never goes back.
  const onProgress = ({ completed, message, secondsLeft }) => {
    element("progress").value = completed;
    element("status").textContent =
      secondsLeft === undefined ? message : `${message}: ${Math.ceil(secondsLeft)} s left`;
  };
  const job = { signal: abort.signal, onProgress };
  try {
    const clips = [];
    for (const file of element("files").files) clips.push((await library.addAsset(file, {}, job)).id);
    const timeline = await library.buildTimeline("My Script", clips, job); // 0 to 30 of 100
    const { file, name, stats } = await library.exportAudio(timeline.id, job); // 30 to 100
    const link = document.createElement("a");
    Object.assign(link, { href: URL.createObjectURL(file), download: name, textContent: "Download" });
    element("result").replaceChildren(link);
    element("status").textContent = `Done, ${stats.realTimeFactor.toFixed(0)} times as fast as it plays.`;
  } catch (error) {
    // A cancelled export leaves no file behind, and no part of one.
    element("status").textContent = error.name === "AbortError" ? "Cancelled." : error.message;
  }
  element("cancel").disabled = true;
  element("export").disabled = false;
};
