/**
 * Music that is hard to encode and free of rights: plucked strings on four chords, a bass drum and a shaker, identical
 * on every run. Plucks and the shaker have sharp attacks, which expose an encoder's pre-echo. Strings are tonal.
 */

/** Semitones relative to A above middle C: A minor, F, C and G, each with a seventh, as in the sample's music. */
const CHORDS = [
  [-24, -12, -9, -5, -2],
  [-28, -16, -12, -9, -5],
  [-21, -14, -9, -5, 2],
  [-26, -14, -10, -7, -2],
];
const BEAT_SECONDS = 0.24;
const BEATS_PER_CHORD = 16;
/** The peak amplitude, low enough that a limiter at -1 dBTP stays idle. */
const PEAK = 0.7;

/** Returns the music as a 16-bit stereo WAV file. */
export function musicWav(seconds, rate) {
  const random = noise(1);
  const mix = [new Float64Array(seconds * rate), new Float64Array(seconds * rate)];
  for (let beat = 0; beat * BEAT_SECONDS < seconds; beat += 1) {
    const start = Math.round(beat * BEAT_SECONDS * rate);
    const chord = CHORDS[Math.floor(beat / BEATS_PER_CHORD) % CHORDS.length];
    const note = chord[(beat * 3) % chord.length] + (beat % 4 === 3 ? 12 : 0);
    pan(mix, start, pluck(440 * 2 ** (note / 12), 1.6, rate, random), ((beat * 5) % 9) / 8);
    pan(mix, start, shaker(rate, random), beat % 2 ? 0.7 : 0.3, beat % 2 ? 0.25 : 0.12);
    if (beat % 4 === 0) pan(mix, start, drum(rate), 0.5, 0.9);
    if (beat % BEATS_PER_CHORD === 0)
      pan(mix, start, pluck(110 * 2 ** (chord[0] / 12 + 1), 3.5, rate, random), 0.5, 1.1);
  }
  return wav(mix, rate);
}

/** Synthesizes a plucked string (Karplus and Strong): a burst of noise circulates in a delay line that softens it. */
function pluck(frequency, seconds, rate, random) {
  const line = Float64Array.from({ length: Math.round(rate / frequency) }, random);
  return Float64Array.from({ length: Math.round(seconds * rate) }, (_, i) => {
    const at = i % line.length;
    const now = line[at];
    line[at] = 0.498 * (now + line[(at + 1) % line.length]);
    return now * 0.5;
  });
}

/** Synthesizes a shake: high noise that decays in a twentieth of a second. */
function shaker(rate, random) {
  let last = 0;
  return Float64Array.from({ length: Math.round(0.12 * rate) }, (_, i) => {
    const now = random();
    const high = now - last;
    last = now;
    return high * Math.exp((-i / rate) * 50);
  });
}

/** Synthesizes a bass drum: a sine that falls from 120 to 45 Hz. */
function drum(rate) {
  let phase = 0;
  return Float64Array.from({ length: Math.round(0.3 * rate) }, (_, i) => {
    phase += (2 * Math.PI * (45 + 75 * Math.exp((-i / rate) * 40))) / rate;
    return Math.sin(phase) * Math.exp((-i / rate) * 12);
  });
}

/** Adds a sound at a place from 0 (left) to 1 (right). */
function pan([left, right], start, sound, place, gain = 0.6) {
  const length = Math.min(sound.length, left.length - start);
  for (let i = 0; i < length; i += 1) {
    left[start + i] += sound[i] * gain * Math.cos((place * Math.PI) / 2);
    right[start + i] += sound[i] * gain * Math.sin((place * Math.PI) / 2);
  }
}

/** Returns a generator of white noise from -1 to 1, the same for the same seed (a linear congruential generator). */
function noise(seed) {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 31 - 1;
  };
}

function wav(channels, rate) {
  const frames = channels[0].length;
  const peak = channels.flat().reduce((most, channel) => channel.reduce((m, x) => Math.max(m, Math.abs(x)), most), 0);
  const bytes = Buffer.alloc(44 + frames * 4);
  bytes.write("RIFF", 0);
  bytes.writeUInt32LE(36 + frames * 4, 4);
  bytes.write("WAVEfmt ", 8);
  bytes.writeUInt32LE(16, 16);
  bytes.writeUInt16LE(1, 20);
  bytes.writeUInt16LE(2, 22);
  bytes.writeUInt32LE(rate, 24);
  bytes.writeUInt32LE(rate * 4, 28);
  bytes.writeUInt16LE(4, 32);
  bytes.writeUInt16LE(16, 34);
  bytes.write("data", 36);
  bytes.writeUInt32LE(frames * 4, 40);
  for (let i = 0; i < frames; i += 1) {
    channels.forEach(
      (channel, c) => void bytes.writeInt16LE(Math.round((channel[i] / peak) * PEAK * 32_767), 44 + i * 4 + c * 2),
    );
  }
  return bytes;
}
