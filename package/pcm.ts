/** Samples as a WAV file, which the engine reads like any other content. Nothing is rounded: the file has floats. */

/** Decoded audio: a `Float32Array` of equal length for each channel. */
export interface PcmAudio {
  /**
   * One channel, or left and right; or four: left, right, back left, back right; or six, as in 5.1: left, right,
   * centre, low frequencies, and both at the back. Full scale is -1 to 1.
   */
  channels: readonly Float32Array[];
  /** The sample rate, in hertz. */
  sampleRate: number;
}

/** The loudspeakers of each number of channels, as a mask of WAVEFORMATEXTENSIBLE; the order is Web Audio's too. */
const SPEAKERS = new Map([
  [1, 0x4],
  [2, 0x3],
  [4, 0x33],
  [6, 0x3f],
]);

/** KSDATAFORMAT_SUBTYPE_IEEE_FLOAT. */
const FLOAT = [3, 0, 0, 0, 0, 0, 0x10, 0, 0x80, 0, 0, 0xaa, 0, 0x38, 0x9b, 0x71];

const HEADER_BYTES = 68;
const FORMAT_BYTES = 40;
/** WAVE_FORMAT_EXTENSIBLE, which names the loudspeakers. */
const EXTENSIBLE = 0xfffe;
const SAMPLE_BYTES = 4;
/** The size of a WAV file is a number of 32 bits. */
const MOST_BYTES = 2 ** 32 - 1 - HEADER_BYTES;
/** Samples per part: few enough that writing one is no long task. */
const PART_SAMPLES = 2 ** 19;

/**
 * Returns the audio as a WAV file. Throws a `TypeError` that begins with `where` if it is none: without samples, with
 * channels of different lengths, of a number without a layout, or with values that are not numbers.
 */
export async function wavOf({ channels, sampleRate }: PcmAudio, where: string): Promise<Blob> {
  const frames = checked(channels, sampleRate, where);
  const parts: BlobPart[] = [header(channels.length, sampleRate, frames)];
  const framesInPart = Math.floor(PART_SAMPLES / channels.length);
  for (let start = 0; start < frames; start += framesInPart) {
    // The page stays responsive.
    if (start > 0) await new Promise((resolve) => setTimeout(resolve));
    const end = Math.min(frames, start + framesInPart);
    const part = new DataView(new ArrayBuffer((end - start) * channels.length * SAMPLE_BYTES));
    let at = 0;
    for (let frame = start; frame < end; frame++) {
      for (const [number, channel] of channels.entries()) {
        const sample = channel[frame] as number;
        if (!Number.isFinite(sample)) {
          throw new TypeError(`${where}: channel ${number} has ${sample} at frame ${frame}; samples must be finite`);
        }
        part.setFloat32(at, sample, true);
        at += SAMPLE_BYTES;
      }
    }
    // The browser may keep it on disk.
    parts.push(new Blob([part]));
  }
  return new Blob(parts, { type: "audio/wav" });
}

/** Checks the audio, and returns its number of frames. */
function checked(channels: readonly Float32Array[], sampleRate: number, where: string): number {
  const fail = (reason: string) => {
    throw new TypeError(`${where}: ${reason}`);
  };
  if (!Array.isArray(channels) || !channels.every(isFloats)) {
    fail("channels must be an array of Float32Arrays");
  }
  if (!SPEAKERS.has(channels.length)) fail(`there must be 1, 2, 4 or 6 channels, and not ${channels.length}`);
  if (!Number.isInteger(sampleRate) || sampleRate < 1 || sampleRate >= 2 ** 32) {
    fail(`sampleRate must be a whole number of hertz, and not ${sampleRate}`);
  }
  const [frames = 0] = channels.map((channel) => channel.length);
  const other = channels.find((channel) => channel.length !== frames);
  if (other) fail(`all channels must be of one length, and not of ${frames} and ${other.length} frames`);
  if (frames === 0) fail("there are no samples");
  if (frames * channels.length * SAMPLE_BYTES > MOST_BYTES) fail("there are more than 4 GiB of samples; split them");
  return frames;
}

/** The file up to its samples: a chunk of the format, and the head of the samples' chunk. */
function header(channels: number, sampleRate: number, frames: number): ArrayBuffer {
  const view = new DataView(new ArrayBuffer(HEADER_BYTES));
  const frameBytes = channels * SAMPLE_BYTES;
  const text = (at: number, letters: string) => {
    for (const [index, letter] of [...letters].entries()) view.setUint8(at + index, letter.charCodeAt(0));
  };
  text(0, "RIFF");
  view.setUint32(4, HEADER_BYTES - 8 + frames * frameBytes, true);
  text(8, "WAVEfmt ");
  view.setUint32(16, FORMAT_BYTES, true);
  view.setUint16(20, EXTENSIBLE, true);
  view.setUint16(22, channels, true);
  view.setUint32(24, sampleRate, true);
  view.setUint32(28, (sampleRate * frameBytes) % 2 ** 32, true);
  view.setUint16(32, frameBytes, true);
  view.setUint16(34, SAMPLE_BYTES * 8, true);
  // The extension: its size, the bits that are used, the loudspeakers and the form of the samples.
  view.setUint16(36, 22, true);
  view.setUint16(38, SAMPLE_BYTES * 8, true);
  view.setUint32(40, SPEAKERS.get(channels) as number, true);
  new Uint8Array(view.buffer).set(FLOAT, 44);
  text(60, "data");
  view.setUint32(64, frames * frameBytes, true);
  return view.buffer;
}

/** Whether it is a `Float32Array`, of this window or of another. */
function isFloats(channel: unknown): boolean {
  return Object.prototype.toString.call(channel) === "[object Float32Array]";
}
