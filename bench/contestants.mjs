/**
 * The exporters to measure, each at its best settings. `page` names a module of contestants/ that runs in the browser,
 * with its `options`. `native` names a way to run on the machine itself. `isolated` requests cross-origin isolation.
 */
const ours = (name, title, options = {}) => ({ name, title, page: "ours", options });
const ffmpegWasm = (name, title, core, more = {}) => ({ name, title, page: "ffmpegWasm", options: { core, ...more } });
const FAST = ["-aac_coder", "fast"];

export const CONTESTANTS = [
  ours("ours-1", "Secuencia, 1 worker", { workers: 1 }),
  ours("ours-2", "Secuencia, 2 workers", { workers: 2 }),
  ours("ours-n", "Secuencia, workers as it chooses"),
  ours("ours-draft", "Secuencia, a draft", { quality: "draft" }),
  ours("ours-clips", "Secuencia, `exportClips` from Blobs", { isOneCall: true }),
  ffmpegWasm("ffmpeg", "ffmpeg.wasm", "@ffmpeg/core"),
  ffmpegWasm("ffmpeg-fast", "ffmpeg.wasm, `-aac_coder fast`", "@ffmpeg/core", { encoder: FAST }),
  { ...ffmpegWasm("ffmpeg-mt", "ffmpeg.wasm, threads", "@ffmpeg/core-mt"), isolated: true },
  { name: "mediabunny", title: "mediabunny with its AAC encoder, in a worker", page: "mediabunny", options: {} },
  { name: "offline", title: "OfflineAudioContext and that encoder", page: "offlineAudio", options: {} },
  { name: "encoder", title: "Secuencia's encoder alone, 1 thread", page: "encoder", options: {} },
  { name: "node", title: "Secuencia in Node, from files", native: "node", options: {} },
  { name: "native-ours", title: "natively: the same crate, 1 thread", native: "crate", options: {} },
  { name: "native-encoder", title: "natively: its encoder alone, 1 thread", native: "encoder", options: {} },
  { name: "native-ffmpeg", title: "natively: ffmpeg", native: "ffmpeg", options: {} },
  {
    name: "native-ffmpeg-fast",
    title: "natively: ffmpeg, `-aac_coder fast`",
    native: "ffmpeg",
    options: { encoder: FAST },
  },
];

export const titleOf = (name) => CONTESTANTS.find((contestant) => contestant.name === name).title;

/** Returns the contestants with these names, limited to ONLY=name,name if it is set. */
export function chosen(names = CONTESTANTS.map(({ name }) => name)) {
  const asked = process.env.ONLY?.split(",") ?? names;
  return CONTESTANTS.filter(({ name }) => names.includes(name) && asked.includes(name));
}
