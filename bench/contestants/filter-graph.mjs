/** ffmpeg's arguments for clips in a row, shared by ffmpeg.wasm and native ffmpeg. */

/**
 * Returns arguments for one filter graph, which converts all clips to one format, cuts each to its length and joins
 * them.
 *
 * @param {string[]} inputs the clips' paths
 * @param {{ clipSeconds: number, rate: number, bitRate: number }} job
 * @param {string[]} encoder more arguments for the encoder
 */
export function ffmpegArguments(inputs, { clipSeconds, rate, bitRate }, encoder, output) {
  const one = `aformat=sample_rates=${rate}:channel_layouts=stereo,atrim=end_sample=${clipSeconds * rate}`;
  const cut = inputs.map((path, i) => `amovie=${path},${one}[c${i}]`).join(";");
  const row = `${inputs.map((_, i) => `[c${i}]`).join("")}concat=n=${inputs.length}:v=0:a=1[out]`;
  return [
    ...["-filter_complex", `${cut};${row}`, "-map", "[out]"],
    ...["-c:a", "aac", "-b:a", `${bitRate}`, ...encoder, "-movflags", "+faststart", output],
  ];
}
