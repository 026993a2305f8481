/** Decodes clip after clip with mediabunny, moves each to its place, and encodes the row. */
import { registerAacEncoder } from "@mediabunny/aac-encoder";
import {
  ALL_FORMATS,
  AudioSampleSink,
  AudioSampleSource,
  BlobSource,
  BufferTarget,
  Input,
  Mp4OutputFormat,
  Output,
} from "mediabunny";

registerAacEncoder();
postMessage("ready");

addEventListener("message", async ({ data }) => {
  try {
    postMessage(await encode(data));
  } catch (error) {
    postMessage({ failed: `${error}` });
  }
});

async function encode({ clips, clipSeconds, bitRate }) {
  const target = new BufferTarget();
  const output = new Output({ format: new Mp4OutputFormat({ fastStart: "in-memory" }), target });
  const source = new AudioSampleSource({ codec: "aac", bitrate: bitRate });
  output.addAudioTrack(source);
  await output.start();
  for (const [i, clip] of clips.entries()) {
    const input = new Input({ formats: ALL_FORMATS, source: new BlobSource(clip) });
    const track = await input.getPrimaryAudioTrack();
    let frames = 0;
    for await (const sample of new AudioSampleSink(track).samples(0, clipSeconds)) {
      // What an MP3's last packet has behind the clip's end would push all later clips back.
      const left = clipSeconds * sample.sampleRate - frames;
      const kept = sample.numberOfFrames > left ? sample.trim(0, left) : sample;
      kept.setTimestamp(i * clipSeconds + frames / sample.sampleRate);
      await source.add(kept);
      frames += kept.numberOfFrames;
      kept.close();
      sample.close();
      if (frames === clipSeconds * sample.sampleRate) break;
    }
  }
  await output.finalize();
  return new Blob([target.buffer], { type: "audio/mp4" });
}
