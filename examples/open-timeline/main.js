// Exports a timeline that another editor wrote as OpenTimelineIO, with the audio files that it names.
import { openLibrary } from "../../secuencia/index.js";
import { otioToTimeline } from "../../secuencia/otio.js";

const element = (id) => document.getElementById(id);
// A click may come before the library is open, and waits for it.
const opening = openLibrary({ database: "example-timeline" });

element("export").onclick = async () => {
  element("export").disabled = true;
  try {
    const library = await opening;
    const files = [...element("files").files];
    const otio = files.find(({ name }) => name.endsWith(".otio"));
    if (!otio) throw new Error("Choose an .otio file, together with its audio files.");
    // The notes are sentences about what cannot be heard here, such as transitions.
    const { timeline, media, notes } = otioToTimeline(await otio.text());
    for (const { assetId, name } of media) {
      const file = files.find((one) => one.name === name);
      if (!file) throw new Error(`Choose “${name}” as well: the timeline plays it.`);
      await library.addAsset(file, { id: assetId, name });
    }
    await library.saveTimeline(timeline);
    const result = await library.exportAudio(timeline.id);
    element("notes").replaceChildren(
      ...notes.map((note) => Object.assign(document.createElement("li"), { textContent: note })),
    );
    const link = document.createElement("a");
    Object.assign(link, { href: URL.createObjectURL(result.file), download: result.name, textContent: "Download" });
    element("result").replaceChildren(link);
    element("status").textContent = `${result.name} lasts ${result.durationSeconds.toFixed(3)} s.`;
  } catch (error) {
    element("status").textContent = error.message;
  }
  element("export").disabled = false;
};
