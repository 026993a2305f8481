// Joins the picked files. `npm install secuencia` puts the package where the page's import map says.
import { exportClips } from "secuencia";

const element = (id) => document.getElementById(id);

element("export").onclick = async () => {
  element("export").disabled = true;
  try {
    const { file, durationSeconds } = await exportClips(element("files").files, {
      name: "Joined",
      gapSeconds: 0.25,
      onProgress: ({ message }) => {
        element("status").textContent = message;
      },
    });
    const link = document.createElement("a");
    Object.assign(link, { href: URL.createObjectURL(file), download: file.name, textContent: "Download" });
    element("result").replaceChildren(link);
    element("status").textContent = `${file.name} lasts ${durationSeconds.toFixed(3)} s.`;
  } catch (error) {
    element("status").textContent = error.message;
  }
  element("export").disabled = false;
};
