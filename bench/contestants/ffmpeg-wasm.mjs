/**
 * ffmpeg.wasm: joins all clips in one filter graph, its only way to keep them exact. `options.core` names the package,
 * `options.encoder` adds arguments for the encoder.
 */
import { FFmpeg } from "/modules/@ffmpeg/ffmpeg/dist/esm/index.js";
import { ffmpegArguments } from "./filter-graph.mjs";

const OUTPUT = "out.m4a";

export async function prepare(job) {
  const { core, encoder = [] } = job.options;
  const ffmpeg = new FFmpeg();
  const file = (name) => new URL(`/modules/${core}/dist/esm/${name}`, location.href).href;
  await ffmpeg.load({
    coreURL: file("ffmpeg-core.js"),
    wasmURL: file("ffmpeg-core.wasm"),
    ...(core.endsWith("-mt") && { workerURL: file("ffmpeg-core.worker.js") }),
  });
  const log = [];
  ffmpeg.on("log", ({ message }) => log.push(message));

  return async () => {
    const names = job.clips.map((_, i) => `clip-${i}`);
    for (const [i, clip] of job.clips.entries()) {
      await ffmpeg.writeFile(names[i], new Uint8Array(await clip.arrayBuffer()));
    }
    const code = await ffmpeg.exec(ffmpegArguments(names, job, encoder, OUTPUT));
    if (code !== 0) throw new Error(`ffmpeg ended with ${code}: ${log.slice(-3).join(" ")}`);
    return { file: new Blob([await ffmpeg.readFile(OUTPUT)], { type: "audio/mp4" }) };
  };
}
