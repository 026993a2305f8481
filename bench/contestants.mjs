/**
 * Who is measured, each at its best settings. `page` names a module of contestants/ that runs in the browser, with its
 * `options`; `native` a way to run on the machine itself. `isolated` asks for a cross-origin isolated page.
 */
const ours = (name, title, options = {}) => ({ name, title, page: "ours", options });
const ffmpegWasm = (name, title, core, more = {}) => ({ name, title, page: "ffmpegWasm", options: { core, ...more } });
const FAST = ["-aac_coder", "fast"];

export const CONTESTANTS = [
  ours("ours-1", "Secuencia, 1 worker", { workers: 1 }),
  ours("ours-2", "Secuencia, 2 workers", { workers: 2 }),
  ours("ours-n", "Secuencia, workers as it chooses"),
  ours("ours-draft", "Secuencia, a draft", { quality: "draft" }),
  ffmpegWasm("ffmpeg", "ffmpeg.wasm", "@ffmpeg/core"),
  ffmpegWasm("ffmpeg-fast", "ffmpeg.wasm, `-aac_coder fast`", "@ffmpeg/core", { encoder: FAST }),
  { ...ffmpegWasm("ffmpeg-mt", "ffmpeg.wasm, threads", "@ffmpeg/core-mt"), isolated: true },
  { name: "mediabunny", title: "mediabunny with its AAC encoder, in a worker", page: "mediabunny", options: {} },
  { name: "offline", title: "OfflineAudioContext and that encoder", page: "offlineAudio", options: {} },
  { name: "native-ours", title: "natively: the same crate, one thread", native: "crate", options: {} },
  { name: "native-ffmpeg", title: "natively: ffmpeg", native: "ffmpeg", options: {} },
  {
    name: "native-ffmpeg-fast",
    title: "natively: ffmpeg, `-aac_coder fast`",
    native: "ffmpeg",
    options: { encoder: FAST },
  },
];

/** Those that ONLY=name,name asks for; all without it. */
export function chosen({ among = () => true } = {}) {
  const names = process.env.ONLY?.split(",");
  return CONTESTANTS.filter((contestant) => among(contestant) && (names?.includes(contestant.name) ?? true));
}
