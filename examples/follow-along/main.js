// Exports audio files with what is said in them, and shows a player that marks the line being spoken.
import { followAlong } from "../../secuencia/follow-along.js";
import { openLibrary } from "../../secuencia/index.js";

const element = (id) => document.getElementById(id);
// A click may come before the library is open, and waits for it.
const opening = openLibrary({ database: "example-follow-along" });
let player;

element("export").onclick = async () => {
  element("export").disabled = true;
  try {
    const library = await opening;
    const lines = element("lines").value.split("\n");
    const clips = [];
    for (const [index, file] of [...element("files").files].entries()) {
      // “ODETTE: Who knocks?” is a voice and its text.
      const [, voice = "", text] = /^(?:([^:]{1,30}):)?(.*)$/.exec(lines[index] ?? "");
      clips.push((await library.addAsset(file, { voice, text: text.trim() })).id);
    }
    const timeline = await library.buildTimeline("My Script", clips, { gapSeconds: 0.25 });
    const { file, sidecars, chapters } = await library.exportAudio(timeline.id, {
      sidecars: ["webvtt"],
      chapters: "clips",
    });
    const webvtt = sidecars.find(({ kind }) => kind === "webvtt").text;
    player?.destroy();
    player = followAlong(element("player"), { audio: file, webvtt, chapters, title: "My Script" });
    element("status").textContent = "Press play, or a line.";
  } catch (error) {
    element("status").textContent = error.message;
  }
  element("export").disabled = false;
};
