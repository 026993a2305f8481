// Announces files by a tone that the page makes, and exports all of it in one call. Nothing is kept.
import { exportClips } from "../../secuencia/index.js";

const element = (id) => document.getElementById(id);

/** Half a second of a tone, as samples. */
function tone(sampleRate = 44_100) {
  const samples = Float32Array.from(
    { length: sampleRate / 2 },
    (_, frame) => 0.2 * Math.sin((2 * Math.PI * 440 * frame) / sampleRate),
  );
  return { channels: [samples], sampleRate };
}

element("export").onclick = async () => {
  element("export").disabled = true;
  try {
    const [cover] = element("cover").files;
    const { file, name, durationSeconds } = await exportClips(
      [{ content: tone(), name: "Tone", fadeOut: 0.1 }, ...element("files").files], // or URLs, bytes, AudioBuffers, …
      {
        name: "Announced",
        gapSeconds: 0.5,
        chapters: "clips",
        tags: cover ? { covers: [cover] } : {},
        onProgress: ({ completed, message }) => {
          element("progress").value = completed;
          element("status").textContent = message;
        },
      },
    );
    const link = document.createElement("a");
    Object.assign(link, { href: URL.createObjectURL(file), download: name, textContent: "Download" });
    element("result").replaceChildren(link);
    element("status").textContent = `${name} lasts ${durationSeconds.toFixed(3)} s.`;
  } catch (error) {
    // Errors name the clip, such as "clips[2] (notes.txt): …".
    element("status").textContent = error.message;
  }
  element("export").disabled = false;
};
