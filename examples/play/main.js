// Plays audio files one after another, as an export would join them, and changes the gap while it plays.
import { openLibrary } from "../../secuencia/index.js";

const element = (id) => document.getElementById(id);
// Files may be chosen before the library is open, and wait for it.
const opening = openLibrary({ storage: "memory" });
let clips = [];
let player;

const draft = () => ({ clips, gapSeconds: element("gap").valueAsNumber || 0 });
const say = (text) => {
  element("status").textContent = text;
};

element("files").onchange = async () => {
  try {
    const library = await opening;
    await player?.close();
    const added = await library.addAssets(element("files").files);
    clips = added.filter(({ asset }) => asset).map(({ asset }) => asset.id);
    player = await library.player(draft());
    player.addEventListener("time", ({ detail }) => {
      element("position").value = detail;
      say(`${detail.toFixed(1)} s of ${player.durationSeconds.toFixed(1)} s`);
    });
    player.addEventListener("playing", ({ detail }) => {
      element("play").textContent = detail ? "Pause" : "Play";
    });
    player.addEventListener("error", ({ detail }) => say(detail.message));
    element("position").max = player.durationSeconds;
    for (const id of ["play", "position"]) element(id).disabled = false;
    say("Ready.");
  } catch (error) {
    say(error.message);
  }
};

element("play").onclick = () => {
  if (player.isPlaying) player.pause();
  else player.play().catch((error) => say(error.message));
};

element("position").oninput = () => player.seek(element("position").valueAsNumber);

element("gap").oninput = async () => {
  await player?.update(draft()).catch((error) => say(error.message));
  if (player) element("position").max = player.durationSeconds;
};
