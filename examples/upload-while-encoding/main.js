// Uploads an export while it is made, where the browser and the server can do that, and else once it is finished.
import { openLibrary } from "../../secuencia/index.js";

const element = (id) => document.getElementById(id);
// A click may come before the library is open, and waits for it.
const opening = openLibrary({ database: "example-upload" });

/** Whether the browser sends a stream as the body of a request. So far Chromium does, over HTTP/2 or 3 only. */
const sendsStreams = (() => {
  let isRead = false;
  const body = new ReadableStream();
  const { headers } = new Request("", {
    method: "POST",
    body,
    get duplex() {
      isRead = true;
      return "half";
    },
  });
  // A browser that does not know streams takes the body for text.
  return isRead && !headers.has("Content-Type");
})();

async function upload(library, timelineId, url) {
  const headers = { "Content-Type": "audio/mp4" };
  if (sendsStreams) {
    const { readable, writable } = new TransformStream();
    const request = new AbortController();
    const sending = fetch(url, { method: "POST", body: readable, duplex: "half", headers });
    // A failed request does not always cancel its stream: Chromium leaves it waiting if the server has HTTP/1.1 only.
    sending.catch((reason) => request.abort(reason));
    const exporting = library.exportAudio(timelineId, { destination: writable, signal: request.signal });
    const [sent, made] = await Promise.allSettled([sending, exporting]);
    if (sent.status === "fulfilled") return sent.value;
    const isRequests = made.reason === sent.reason || made.reason?.code === "export-failed";
    if (made.status === "rejected" && !isRequests) throw made.reason;
    // The server takes no stream, but it may take the finished file.
  }
  const { file } = await library.exportAudio(timelineId);
  return fetch(url, { method: "POST", body: file, headers });
}

element("export").onclick = async () => {
  element("export").disabled = true;
  element("status").textContent = "";
  try {
    const library = await opening;
    const clips = [];
    for (const file of element("files").files) clips.push((await library.addAsset(file)).id);
    const timeline = await library.buildTimeline("Upload", clips, { gapSeconds: 0.25 });
    const response = await upload(library, timeline.id, element("url").value);
    element("status").textContent = response.ok ? "Uploaded." : `The server answered ${response.status}.`;
  } catch (error) {
    element("status").textContent = error.message;
  }
  element("export").disabled = false;
};
