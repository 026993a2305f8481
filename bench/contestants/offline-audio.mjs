/** The browser's own mixer (OfflineAudioContext), followed by mediabunny's AAC encoder. */
import { registerAacEncoder } from "@mediabunny/aac-encoder";
import { AudioBufferSource, BufferTarget, Mp4OutputFormat, Output } from "mediabunny";

export async function prepare({ clips, clipSeconds, rate, bitRate }) {
  registerAacEncoder();
  return async () => {
    const context = new OfflineAudioContext(2, clips.length * clipSeconds * rate, rate);
    for (const [i, clip] of clips.entries()) {
      const node = new AudioBufferSourceNode(context, {
        buffer: await context.decodeAudioData(await clip.arrayBuffer()),
      });
      node.connect(context.destination);
      node.start(i * clipSeconds, 0, clipSeconds);
    }
    const target = new BufferTarget();
    const output = new Output({ format: new Mp4OutputFormat({ fastStart: "in-memory" }), target });
    const source = new AudioBufferSource({ codec: "aac", bitrate: bitRate });
    output.addAudioTrack(source);
    await output.start();
    await source.add(await context.startRendering());
    await output.finalize();
    return { file: new Blob([target.buffer], { type: "audio/mp4" }) };
  };
}
