/** Audio files for tests: writes tones as input, and reads exported files with two independent programs. */
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { parseFile } from "music-metadata";

/** Writes a tone, or several in equal parts, after optional silence, as a mono 16-bit WAV file. Returns its path. */
export function writeTone(path, { frequency, seconds, sampleRate = 44_100, leadSeconds = 0 }) {
  const lead = Math.round(leadSeconds * sampleRate);
  const length = Math.round(seconds * sampleRate);
  const tones = [frequency].flat();
  const toneAt = (i) => tones[Math.floor(((i - lead) / length) * tones.length)];
  const samples = Int16Array.from({ length: lead + length }, (_, i) =>
    i < lead ? 0 : Math.round(16_000 * Math.sin((2 * Math.PI * toneAt(i) * i) / sampleRate)),
  );
  const header = Buffer.alloc(44);
  header.write("RIFF", 0);
  header.writeUInt32LE(36 + samples.byteLength, 4);
  header.write("WAVEfmt ", 8);
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(1, 20); // PCM
  header.writeUInt16LE(1, 22); // channels
  header.writeUInt32LE(sampleRate, 24);
  header.writeUInt32LE(sampleRate * 2, 28);
  header.writeUInt16LE(2, 32);
  header.writeUInt16LE(16, 34);
  header.write("data", 36);
  header.writeUInt32LE(samples.byteLength, 40);
  writeFileSync(path, Buffer.concat([header, Buffer.from(samples.buffer)]));
  return path;
}

/** Decodes one of a file's channels with ffmpeg, at the file's own sample rate. Samples are from -1 to 1. */
export function decode(path, channel = 0) {
  const args = ["-nostdin", "-v", "error", "-i", path, "-af", `pan=mono|c0=c${channel}`, "-f", "f32le", "-"];
  const bytes = execFileSync("ffmpeg", args, { maxBuffer: 1 << 30 });
  return new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);
}

/** Returns what music-metadata reads: `codec`, `duration` in seconds, `sampleRate`, `numberOfChannels`, `container`. */
export async function describe(path) {
  return (await parseFile(path, { duration: true })).format;
}

/** Returns the strength of a frequency in samples; 1 for a full-scale sine (Goertzel's filter). */
export function strengthAt(samples, frequency, sampleRate) {
  const turn = 2 * Math.cos((2 * Math.PI * frequency) / sampleRate);
  let [last, before] = [0, 0];
  for (const sample of samples) [last, before] = [sample + turn * last - before, last];
  return (2 * Math.sqrt(last * last + before * before - turn * last * before)) / samples.length;
}
