/** Ten wishes, with this package. Each function is whole, so that a reader can copy it. */
import { type ExportResult, exportClips, openLibrary } from "secuencia";

// wish: Export Blobs
export async function exportBlobs(blobs: Blob[]): Promise<Blob | undefined> {
  return (await exportClips(blobs)).file;
}
// end

// wish: Export URLs
export async function exportUrls(urls: string[]): Promise<Blob | undefined> {
  return (await exportClips(urls)).file;
}
// end

// wish: Export AudioBuffers
export async function exportAudioBuffers(buffers: AudioBuffer[]): Promise<Blob | undefined> {
  return (await exportClips(buffers)).file;
}
// end

// wish: Upload the result
export async function upload(blobs: Blob[], address: string): Promise<Response> {
  const { writable, readable } = new TransformStream<Uint8Array, Uint8Array>();
  const answer = fetch(address, { method: "PUT", body: readable, duplex: "half" } as RequestInit);
  await exportClips(blobs, { destination: writable });
  return answer;
}
// end

// wish: Show progress
export function withProgress(blobs: Blob[], bar: HTMLProgressElement): Promise<ExportResult> {
  return exportClips(blobs, {
    onProgress: ({ completed }) => {
      bar.value = completed / 100;
    },
  });
}
// end

// wish: Cancel
export function cancellable(blobs: Blob[], button: HTMLButtonElement): Promise<ExportResult> {
  const abort = new AbortController();
  button.onclick = () => abort.abort();
  return exportClips(blobs, { signal: abort.signal });
}
// end

// wish: Queue exports
export async function queued(timelineIds: string[]): Promise<ExportResult[]> {
  const library = await openLibrary();
  return Promise.all(timelineIds.map((id) => library.exportAudio(id)));
}
// end

// wish: Delete everything that is kept
export async function deleteAll(): Promise<void> {
  await (await openLibrary()).clear();
}
// end

// wish: Show the space that is used
export async function usage(): Promise<number> {
  const { assets, images, timelines } = await (await openLibrary()).usage();
  return assets + images + timelines;
}
// end

// wish: A file for each chapter
export async function chapterFiles(timelineId: string): Promise<ExportResult[]> {
  return (await openLibrary()).exportChapters(timelineId);
}
// end
