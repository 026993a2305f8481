/** Ten wishes, with ffmpeg.wasm. Each function is whole, so that a reader can copy it. */
import { FFmpeg } from "@ffmpeg/ffmpeg";

// wish: shared
const ffmpeg = new FFmpeg();
async function joined(contents: Uint8Array[], signal?: AbortSignal): Promise<Uint8Array<ArrayBuffer>> {
  await ffmpeg.load();
  const names = contents.map((_, index) => `clip-${index}`);
  for (const [index, content] of contents.entries()) await ffmpeg.writeFile(names[index] as string, content);
  const inputs = names.flatMap((name) => ["-i", name]);
  const filter = `${names.map((_, index) => `[${index}:a]`).join("")}concat=n=${names.length}:v=0:a=1`;
  const encoding = ["-c:a", "aac", "-b:a", "256k", "-movflags", "+faststart"];
  const options = signal && { signal };
  const status = await ffmpeg.exec([...inputs, "-filter_complex", filter, ...encoding, "out.m4a"], undefined, options);
  if (status !== 0) throw new Error("ffmpeg failed: its log says why.");
  const file = (await ffmpeg.readFile("out.m4a")) as Uint8Array<ArrayBuffer>;
  for (const name of [...names, "out.m4a"]) await ffmpeg.deleteFile(name);
  return file;
}

const bytesOf = async (blob: Blob) => new Uint8Array(await blob.arrayBuffer());
// end

// wish: Export Blobs
export async function exportBlobs(blobs: Blob[]): Promise<Blob> {
  return new Blob([await joined(await Promise.all(blobs.map(bytesOf)))], { type: "audio/mp4" });
}
// end

// wish: Export URLs
export async function exportUrls(urls: string[]): Promise<Blob> {
  const contents = urls.map(async (url) => {
    const response = await fetch(url);
    if (!response.ok) throw new Error(`${url}: ${response.status}`);
    return bytesOf(await response.blob());
  });
  return new Blob([await joined(await Promise.all(contents))], { type: "audio/mp4" });
}
// end

// wish: Export AudioBuffers
export async function exportAudioBuffers(buffers: AudioBuffer[]): Promise<Blob> {
  const wavs = buffers.map((buffer) => {
    const { numberOfChannels, sampleRate, length } = buffer;
    const view = new DataView(new ArrayBuffer(44 + 4 * numberOfChannels * length));
    const text = (at: number, letters: string) => {
      for (let index = 0; index < letters.length; index += 1) view.setUint8(at + index, letters.charCodeAt(index));
    };
    text(0, "RIFF");
    view.setUint32(4, view.byteLength - 8, true);
    text(8, "WAVEfmt ");
    view.setUint32(16, 16, true);
    view.setUint16(20, 3, true); // samples are floats
    view.setUint16(22, numberOfChannels, true);
    view.setUint32(24, sampleRate, true);
    view.setUint32(28, 4 * numberOfChannels * sampleRate, true);
    view.setUint16(32, 4 * numberOfChannels, true);
    view.setUint16(34, 32, true);
    text(36, "data");
    view.setUint32(40, view.byteLength - 44, true);
    for (let channel = 0; channel < numberOfChannels; channel += 1) {
      for (const [frame, sample] of buffer.getChannelData(channel).entries()) {
        view.setFloat32(44 + 4 * (frame * numberOfChannels + channel), sample, true);
      }
    }
    return new Uint8Array(view.buffer);
  });
  return new Blob([await joined(wavs)], { type: "audio/mp4" });
}
// end

// wish: Upload the result
export async function upload(blobs: Blob[], address: string): Promise<Response> {
  // ffmpeg.wasm gives the file when it is whole.
  return fetch(address, { method: "PUT", body: await exportBlobs(blobs) });
}
// end

// wish: Show progress
export async function withProgress(blobs: Blob[], bar: HTMLProgressElement): Promise<Blob> {
  // It is the share of the first input's length, so it is only right for one clip.
  const show = ({ progress }: { progress: number }) => {
    bar.value = progress;
  };
  ffmpeg.on("progress", show);
  const file = await exportBlobs(blobs);
  ffmpeg.off("progress", show);
  return file;
}
// end

// wish: Cancel
export async function cancellable(blobs: Blob[], button: HTMLButtonElement): Promise<Uint8Array> {
  // The signal only stops waiting. To stop the work, end the worker: the next call loads it again.
  const abort = new AbortController();
  button.onclick = () => {
    abort.abort();
    ffmpeg.terminate();
  };
  return joined(await Promise.all(blobs.map(bytesOf)), abort.signal);
}
// end

// wish: Queue exports
let last: Promise<unknown> = Promise.resolve();
export function queued(blobs: Blob[]): Promise<Blob> {
  const turn = last.then(() => exportBlobs(blobs));
  last = turn.catch(() => {});
  return turn;
}
// end

// wish: Delete everything that is kept
export async function deleteAll(): Promise<void> {
  const folder = await navigator.storage.getDirectory();
  for await (const name of (folder as unknown as { keys(): AsyncIterable<string> }).keys()) {
    await folder.removeEntry(name, { recursive: true });
  }
}
// end

// wish: Show the space that is used
export async function usage(): Promise<number> {
  const folder = await navigator.storage.getDirectory();
  let bytes = 0;
  for await (const handle of (folder as unknown as { values(): AsyncIterable<FileSystemHandle> }).values()) {
    if (handle.kind === "file") bytes += (await (handle as FileSystemFileHandle).getFile()).size;
  }
  return bytes;
}
// end

// wish: A file for each chapter
export async function chapterFiles(chapters: { title: string; blobs: Blob[] }[]): Promise<File[]> {
  const files: File[] = [];
  for (const [index, { title, blobs }] of chapters.entries()) {
    const name = `${String(index + 1).padStart(2, "0")} ${title.replaceAll(/[\\/:*?"<>|]/g, "-")}.m4a`;
    files.push(new File([await exportBlobs(blobs)], name, { type: "audio/mp4" }));
  }
  return files;
}
// end
