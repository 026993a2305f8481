/** Ten wishes, with mediabunny. Each function is whole, so that a reader can copy it. */
import {
  ALL_FORMATS,
  AudioBufferSink,
  AudioBufferSource,
  BlobSource,
  BufferTarget,
  Input,
  type InputAudioTrack,
  Mp4OutputFormat,
  Output,
  type Source,
  StreamTarget,
  type StreamTargetChunk,
  UrlSource,
} from "mediabunny";

const ENCODING = { codec: "aac", bitrate: 256_000 } as const;

// wish: shared
async function joined(
  sources: Source[],
  onProgress: (share: number) => void = () => {},
  signal?: AbortSignal,
): Promise<ArrayBuffer> {
  const output = new Output({ format: new Mp4OutputFormat(), target: new BufferTarget() });
  const audio = new AudioBufferSource(ENCODING);
  output.addAudioTrack(audio);
  await output.start();
  try {
    for (const [index, source] of sources.entries()) {
      const track = await new Input({ source, formats: ALL_FORMATS }).getPrimaryAudioTrack();
      if (!track) throw new Error(`Clip ${index} has no audio.`);
      // Clips of other rates and layouts must be resampled and mixed to those of the first one here.
      for await (const { buffer } of new AudioBufferSink(track).buffers()) {
        signal?.throwIfAborted();
        await audio.add(buffer);
      }
      onProgress((index + 1) / sources.length);
    }
    await output.finalize();
  } catch (error) {
    await output.cancel();
    throw error;
  }
  return output.target.buffer as ArrayBuffer;
}
// end

// wish: Export Blobs
export async function exportBlobs(blobs: Blob[]): Promise<Blob> {
  return new Blob([await joined(blobs.map((blob) => new BlobSource(blob)))], { type: "audio/mp4" });
}
// end

// wish: Export URLs
export async function exportUrls(urls: string[]): Promise<Blob> {
  return new Blob([await joined(urls.map((url) => new UrlSource(url)))], { type: "audio/mp4" });
}
// end

// wish: Export AudioBuffers
export async function exportAudioBuffers(buffers: AudioBuffer[]): Promise<Blob> {
  const output = new Output({ format: new Mp4OutputFormat(), target: new BufferTarget() });
  const audio = new AudioBufferSource(ENCODING);
  output.addAudioTrack(audio);
  await output.start();
  for (const buffer of buffers) await audio.add(buffer);
  await output.finalize();
  return new Blob([output.target.buffer as ArrayBuffer], { type: "audio/mp4" });
}
// end

// wish: Upload the result
export async function upload(blobs: Blob[], address: string): Promise<Response> {
  const { writable, readable } = new TransformStream<StreamTargetChunk, Uint8Array>({
    transform: ({ data }, controller) => controller.enqueue(data),
  });
  const format = new Mp4OutputFormat({ fastStart: "fragmented" });
  const output = new Output({ format, target: new StreamTarget(writable) });
  const audio = new AudioBufferSource(ENCODING);
  output.addAudioTrack(audio);
  const answer = fetch(address, { method: "PUT", body: readable, duplex: "half" } as RequestInit);
  await output.start();
  for (const blob of blobs) {
    const track = await new Input({ source: new BlobSource(blob), formats: ALL_FORMATS }).getPrimaryAudioTrack();
    for await (const { buffer } of new AudioBufferSink(track as InputAudioTrack).buffers()) await audio.add(buffer);
  }
  await output.finalize();
  return answer;
}
// end

// wish: Show progress
export function withProgress(blobs: Blob[], bar: HTMLProgressElement): Promise<ArrayBuffer> {
  const sources = blobs.map((blob) => new BlobSource(blob));
  return joined(sources, (share) => {
    bar.value = share;
  });
}
// end

// wish: Cancel
export function cancellable(blobs: Blob[], button: HTMLButtonElement): Promise<ArrayBuffer> {
  const abort = new AbortController();
  button.onclick = () => abort.abort();
  const sources = blobs.map((blob) => new BlobSource(blob));
  return joined(sources, () => {}, abort.signal);
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
export function chapterFiles(chapters: { title: string; blobs: Blob[] }[]): Promise<File[]> {
  const exported = chapters.map(async ({ title, blobs }, index) => {
    const name = `${String(index + 1).padStart(2, "0")} ${title.replaceAll(/[\\/:*?"<>|]/g, "-")}.m4a`;
    return new File([await exportBlobs(blobs)], name, { type: "audio/mp4" });
  });
  return Promise.all(exported);
}
// end
