// Makes an .m4b of audio files: each is a chapter, and the file has tags, a cover and an audiobook's loudness.
import { openLibrary } from "../../secuencia/index.js";

const element = (id) => document.getElementById(id);
// A click may come before the library is open, and waits for it.
const opening = openLibrary({ database: "example-finished-file" });

element("export").onclick = async () => {
  element("export").disabled = true;
  try {
    const library = await opening;
    const clips = [];
    for (const file of element("files").files) {
      // A chapter is called by its clip's name or text, or else by its file's name.
      clips.push((await library.addAsset(file, {}, { trimSilence: true })).id);
    }
    const [picture] = element("cover").files;
    const covers = picture ? [(await library.addImage(picture)).id] : [];
    const title = element("title").value;
    const timeline = await library.buildTimeline(title, clips, {
      gapSeconds: 1,
      tags: { title, artist: element("author").value, mediaType: "audiobook", covers },
    });
    const result = await library.exportAudio(timeline.id, {
      chapters: "clips",
      extension: "m4b",
      loudness: "audiobook",
    });
    element("chapters").replaceChildren(
      ...result.chapters.map((chapter) => {
        const item = document.createElement("li");
        item.textContent = `${chapter.title}, at ${chapter.startTime.toFixed(3)} s`;
        return item;
      }),
    );
    const link = document.createElement("a");
    Object.assign(link, { href: URL.createObjectURL(result.file), download: result.name, textContent: "Download" });
    element("result").replaceChildren(link);
    // A warning is a sentence about something that did not go as asked, such as a damaged clip.
    element("status").textContent = [`${result.name} is ready.`, ...result.warnings.map(({ message }) => message)].join(
      " ",
    );
  } catch (error) {
    element("status").textContent = error.message;
  }
  element("export").disabled = false;
};
