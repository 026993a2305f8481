/** Decodes the clips one by one with mediabunny, sets each clip's timestamps, and encodes the row. */
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
      // An MP3's last packet extends past the clip's end. Untrimmed, it would delay all later clips.
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
