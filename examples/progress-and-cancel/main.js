// Shows how far a job is and how long the rest takes, and cancels it on demand.
import { openLibrary } from "../../secuencia/index.js";

const element = (id) => document.getElementById(id);
// A click may come before the library is open, and waits for it.
const opening = openLibrary({ database: "example-progress" });

element("export").onclick = async () => {
  const abort = new AbortController();
  element("cancel").onclick = () => abort.abort();
  element("cancel").disabled = false;
  element("export").disabled = true;
  // At most ten reports come in a second, and `completed` never goes back within a call.
  const onProgress = ({ completed, message, secondsLeft }) => {
    element("progress").value = completed;
    element("status").textContent =
      secondsLeft === undefined ? message : `${message}: ${Math.ceil(secondsLeft)} s left`;
  };
  const job = { signal: abort.signal, onProgress };
  try {
    const library = await opening;
    // Each call goes from 0 to 100 by itself; the message says which one it is.
    const added = await library.addAssets(element("files").files, job);
    for (const { error } of added) if (error) throw error;
    const clips = added.map(({ asset }) => asset.id);
    const timeline = await library.buildTimeline("My Script", clips, job);
    const { file, name, stats } = await library.exportAudio(timeline.id, job);
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
