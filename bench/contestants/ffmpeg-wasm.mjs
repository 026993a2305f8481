/**
 * ffmpeg.wasm: all clips through one filter graph, the only way in which they come out exactly. `options.core` names the
 * package, `options.encoder` adds to the encoder's arguments.
 */
import { FFmpeg } from "/modules/@ffmpeg/ffmpeg/dist/esm/index.js";

const OUTPUT = "out.m4a";

export async function prepare({ clips, clipSeconds, rate, bitRate, options: { core, encoder = [] } }) {
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
    const names = clips.map((_, i) => `clip-${i}`);
    for (const [i, clip] of clips.entries()) {
      await ffmpeg.writeFile(names[i], new Uint8Array(await clip.arrayBuffer()));
    }
    const code = await ffmpeg.exec([
      ...names.flatMap((name) => ["-i", name]),
      ...["-filter_complex", graph(clips.length, clipSeconds, rate), "-map", "[out]"],
      ...["-c:a", "aac", "-b:a", `${bitRate}`, ...encoder, "-movflags", "+faststart", OUTPUT],
    ]);
    if (code !== 0) throw new Error(`ffmpeg ended with ${code}: ${log.slice(-3).join(" ")}`);
    return { file: new Blob([await ffmpeg.readFile(OUTPUT)], { type: "audio/mp4" }) };
  };
}

/** Clips in one format, each cut to its length, in a row. */
function graph(count, clipSeconds, rate) {
  const inputs = Array.from({ length: count }, (_, i) => i);
  const one = `aformat=sample_rates=${rate}:channel_layouts=stereo,atrim=end_sample=${clipSeconds * rate}`;
  const cut = inputs.map((i) => `[${i}:a]${one}[c${i}]`).join(";");
  return `${cut};${inputs.map((i) => `[c${i}]`).join("")}concat=n=${count}:v=0:a=1[out]`;
}
