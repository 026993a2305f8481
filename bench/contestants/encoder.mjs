/** Secuencia's encoder alone: encodes ready samples, first to last, on this one thread. */
import init, { Recording } from "/encoder/encoder.js";

export async function prepare({ pcm, rate, bitRate }) {
  await init();
  const samples = await (await fetch(`/material/${pcm}`)).arrayBuffer();
  const recording = new Recording(new Uint8Array(samples));
  return async () => ({ file: new Blob([recording.encode(rate, bitRate)], { type: "audio/mp4" }) });
}
