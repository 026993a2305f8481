// Saves an export into a folder, with captions for players, subtitles, and labels for Audacity beside it.
import { openLibrary } from "../../secuencia/index.js";

const element = (id) => document.getElementById(id);
// A click may come before the library is open, and waits for it.
const opening = openLibrary({ database: "example-folder" });

if (!("showDirectoryPicker" in window)) {
  element("export").disabled = true;
  element("status").textContent =
    "This browser cannot open folders: export without a destination, and offer downloads.";
}

element("export").onclick = async () => {
  let destination;
  try {
    // First of all: a browser opens this dialog only from the click itself.
    destination = await showDirectoryPicker({ mode: "readwrite" });
  } catch (error) {
    if (error.name === "AbortError") return; // The dialog was dismissed.
    throw error;
  }
  element("export").disabled = true;
  try {
    const library = await opening;
    const clips = [];
    for (const file of element("files").files) {
      clips.push((await library.addAsset(file, { text: file.name.replace(/\.\w+$/, "") })).id);
    }
    const timeline = await library.buildTimeline("My Script", clips, { gapSeconds: 0.25 });
    const { saved, warnings } = await library.exportAudio(timeline.id, {
      destination,
      sidecars: ["webvtt", "srt", "labels"],
    });
    element("saved").replaceChildren(
      ...saved.map((name) => Object.assign(document.createElement("li"), { textContent: name })),
    );
    element("status").textContent = ["Saved.", ...warnings.map(({ message }) => message)].join(" ");
  } catch (error) {
    // Nothing is left in the folder.
    element("status").textContent = error.message;
  }
  element("export").disabled = false;
};
