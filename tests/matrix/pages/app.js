/** The code of every page in the matrix: it opens a library, exports two clips and tells the file's hash. */
import { openLibrary } from "secuencia";

/** Returns the file's SHA-256, and whether both modules came as files of their own. */
export async function run(options = {}) {
  const library = await openLibrary({ database: "matrix", ...options });
  const clips = [];
  for (const hertz of [220, 330]) clips.push((await library.addAsset(tone(hertz), { id: `${hertz}` })).id);
  const timeline = await library.buildTimeline("Two tones", clips, { gapSeconds: 0.25 });
  const { file } = await library.exportAudio(timeline.id);
  const hash = await crypto.subtle.digest("SHA-256", await file.arrayBuffer());
  await library.close();
  const modules = performance
    .getEntriesByType("resource")
    .filter(({ name, decodedBodySize }) => /\.wasm/.test(name) && decodedBodySize > 200_000);
  return {
    hash: [...new Uint8Array(hash)].map((byte) => byte.toString(16).padStart(2, "0")).join(""),
    modules: modules.length,
  };
}

/** Settles with what `run` gives, or with the error in words. */
export function outcomeOf(running) {
  return running.catch((error) => ({ error: `${error.code ?? error.name}: ${error.message}` }));
}

/** Shows an outcome where the matrix looks for it. */
export function show(outcome) {
  document.documentElement.dataset.outcome = JSON.stringify(outcome);
}

/** Makes three seconds of a triangle wave as 16-bit WAV. Whole numbers are the same in every browser. */
function tone(hertz) {
  const [rate, frames] = [44_100, 3 * 44_100];
  const wav = new DataView(new ArrayBuffer(44 + 2 * frames));
  const words = (at, text) => {
    for (const [index, letter] of [...text].entries()) wav.setUint8(at + index, letter.charCodeAt(0));
  };
  words(0, "RIFF");
  wav.setUint32(4, 36 + 2 * frames, true);
  words(8, "WAVEfmt ");
  wav.setUint32(16, 16, true);
  wav.setUint16(20, 1, true);
  wav.setUint16(22, 1, true);
  wav.setUint32(24, rate, true);
  wav.setUint32(28, 2 * rate, true);
  wav.setUint16(32, 2, true);
  wav.setUint16(34, 16, true);
  words(36, "data");
  wav.setUint32(40, 2 * frames, true);
  for (let at = 0; at < frames; at += 1) {
    const phase = (at * hertz * 4) % (4 * rate);
    const height = phase < 2 * rate ? phase - rate : 3 * rate - phase;
    wav.setInt16(44 + 2 * at, Math.trunc((height * 10_000) / rate), true);
  }
  return new Blob([wav], { type: "audio/wav" });
}
