/**
 * Computes the verdicts from the parts' figures: each bar, the measured value, and `isMet`, which is `undefined` where
 * nothing was measured.
 */
import { titleOf } from "./contestants.mjs";
import { mean } from "./figures.mjs";
import { partOfExport } from "./imports.mjs";
import { againstWhole, shareOfWorse } from "./seams.mjs";
import { timesAsLong, typical } from "./speed.mjs";
import { gain } from "./workers.mjs";

const MEBIBYTE = 2 ** 20;

/** @returns {{ bar: string, measured?: string, isMet?: boolean }[]} */
export function verdicts({ speed, imports, workers, length, quality, seams, live }) {
  const work = speed?.works["mp3-128"];
  return [
    faster(speed, "mp3-128", "ours-n", "ffmpeg", 10),
    faster(speed, "mp3-128", "ours-n", "ffmpeg-fast", 6),
    faster(speed, "mp3-128", "ours-n", "mediabunny", 15),
    ...better(quality, "ours-n"),
    faster(speed, "mp3-128", "ours-draft", "ffmpeg-fast", 8),
    ...better(quality, "ours-draft"),
    faster(speed, "mp3-256", "ours-n", "ffmpeg", 11),
    faster(speed, "mp3-256", "ours-n", "mediabunny", 13),
    faster(speed, "wav-128", "ours-n", "ffmpeg", 11),
    faster(speed, "wav-128", "ours-n", "mediabunny", 14),
    faster(speed, "mp3-128", "ours-1", "native-ffmpeg-fast", 2.5),
    adding(imports),
    secondWorker(workers, "first", "in a page's first export, of ten minutes"),
    secondWorker(workers, "second", "in its second"),
    secondWorker(workers, "again", "in its first on another visit"),
    secondWorker(workers, "hour", "in a page's first export, of an hour"),
    share(work, "Export by 1 worker, of the native export's speed on one thread", "native-ours", "ours-1"),
    share(work, "The encoder alone, of the native one's speed", "native-encoder", "encoder"),
    sameBytes(speed),
    ...lengths(length),
    ...seamErrors(seams),
    ...lively(length, live),
  ];
}

function bar(text, value, isMet, show) {
  return value === undefined ? { bar: text } : { bar: text, measured: show(value), isMet: isMet(value) };
}

/** Compares wall time, on ten minutes of clips: `work` is such as `mp3-128`. */
function faster(speed, work, name, other, least) {
  const [format, kilobits] = work.split("-");
  const peer = titleOf(other).replace(/^natively: (.*)/, "$1, natively");
  const clips = `${format.toUpperCase()} clips at ${kilobits} kb/s`;
  return bar(
    `${clips}: ${titleOf(name)}, at least ${least} times as fast as ${peer}`,
    timesAsLong(speed?.works[work], other, name),
    (times) => times >= least,
    (times) => `${times.toFixed(2)} times`,
  );
}

function secondWorker(workers, which, where) {
  return bar(
    `2 workers: at least 1.85 times as fast as 1, ${where}`,
    workers && gain(workers, which),
    (times) => times >= 1.85,
    (times) => `${times.toFixed(2)} times`,
  );
}

function adding(imports) {
  return bar(
    "Adding 60 MP3 clips to the library: at most 0.2 of the time of exporting them",
    imports && partOfExport(imports),
    (part) => part <= 0.2,
    (part) => part.toFixed(2),
  );
}

/** Compares with the best of all others' figures, for each sound. */
function better(quality, name) {
  return ["64", "128", "256"].map((kilobits) => {
    const text = `${titleOf(name)}: better PEAQ and noise-to-mask figures than all peers, ${kilobits} kb/s`;
    const passages = ["speech", "music"].map((sound) => [sound, quality?.passages[`${sound}-${kilobits}`]]);
    const margins = passages
      .filter(([, results]) => results?.[name])
      .map(([sound, results]) => {
        const others = Object.entries(results).filter(([other, { failure }]) => isOther(other) && !failure);
        const best = (read) => Math.max(...others.map(([, result]) => read(result)));
        const margin = (read) => read(results[name]) - best(read);
        return { sound, odg: margin(({ odg }) => odg), nmr: margin(({ nmr }) => -nmr) };
      });
    const show = () =>
      margins.map(({ sound, odg, nmr }) => `${sound} by ${odg.toFixed(2)} and ${nmr.toFixed(1)} dB`).join(", ");
    const isMet = () => margins.every(({ odg, nmr }) => odg > 0 && nmr > 0);
    return bar(text, margins.length === passages.length ? margins : undefined, isMet, show);
  });
}

const isOther = (name) => !name.startsWith("ours") && name !== "native-encoder";

function share(work, text, native, wasm) {
  const show = (value) => `${(100 * value).toFixed(0)} %`;
  return bar(`${text}: above 90 %`, timesAsLong(work, native, wasm), (value) => value > 0.9, show);
}

function sameBytes(speed) {
  const hashes = Object.values(speed?.works ?? {}).map(({ runs }) => {
    const rounds = ["ours-1", "ours-2", "ours-n"].flatMap((name) => runs[name]?.rounds ?? []);
    return { files: rounds.length, different: new Set(rounds.map(({ sha256 }) => sha256)).size };
  });
  const files = hashes.reduce((sum, one) => sum + one.files, 0);
  const isMet = () => hashes.every(({ different }) => different === 1);
  const show = () => `${isMet() ? "in all" : "not in all of"} ${files} files, of ${hashes.length} of the works`;
  return bar("1, 2 and N workers: the same bytes for each work", files > 0 ? files : undefined, isMet, show);
}

function lengths(length) {
  const find = (minutes) => length?.runs.find((run) => run.minutes === minutes && run.toDisk && run.rounds.length > 0);
  const [short, long] = [find(10), find(600)];
  const growth = (fact) => long && short && typical(long, fact) / typical(short, fact);
  const percent = (value) => `${((value - 1) * 100).toFixed(1).replace(/^(?=\d)/, "+")} %`;
  const withinTenth = (value) => value <= 1.1;
  const perMinute = growth("wallSeconds") && growth("wallSeconds") / 60;
  const minute = find(1);
  const start = minute && short && (10 * typical(minute, "wallSeconds")) / typical(short, "wallSeconds");
  const worst = (fact) => long && Math.max(...long.rounds.map(fact));
  const frames = (value) => `${value} frames too many`;
  return [
    bar(
      "One minute, a page's first export: at most 1.15 times a tenth of ten minutes'",
      start,
      (times) => times <= 1.15,
      (times) => `${times.toFixed(2)} times`,
    ),
    bar(
      "600 minutes: peak wasm memory per worker under 64 MiB",
      worst(({ peakWasmBytes }) => peakWasmBytes),
      (bytes) => bytes < 64 * MEBIBYTE,
      (bytes) => `${(bytes / MEBIBYTE).toFixed(1)} MiB`,
    ),
    bar("600 minutes: renderer memory within 10 % of 10 minutes'", growth("peakBytes"), withinTenth, percent),
    bar("600 minutes: wall time per minute within 10 % of 10 minutes'", perMinute, withinTenth, percent),
    bar(
      "600 minutes: exact length",
      worst(({ exact }) => Math.abs(exact.extraFrames)),
      (value) => value === 0,
      frames,
    ),
    bar(
      "600 minutes: `moov` first",
      long?.rounds[0].boxes,
      (boxes) => boxes.indexOf("moov") < boxes.indexOf("mdat"),
      (boxes) => boxes.map((box) => `\`${box}\``).join(" "),
    ),
  ];
}

function seamErrors(seams) {
  const passages = Object.entries(seams?.passages ?? {});
  const over = (values, pick) => (values.length > 0 ? pick(...values) : undefined);
  const worse = over(
    passages.map(([, figures]) => shareOfWorse(figures)),
    Math.min,
  );
  const more = over(
    passages.map(([, figures]) => mean(againstWhole(figures))),
    Math.max,
  );
  return [
    bar(
      "Seam error no worse than elsewhere: of other places, more than 1 % are worse, for each sound and bit rate",
      worse,
      (value) => value > 0.01,
      (value) => `at least ${(100 * value).toFixed(0)} %`,
    ),
    bar(
      "Seam error no worse than one encoder's for the whole: on average at most 0.1 dB, for each",
      more,
      (value) => value <= 0.1,
      (value) => `at most ${value.toFixed(2)} dB`,
    ),
  ];
}

function lively(length, live) {
  const worst = live && Math.max(...live.cancels.map(({ releasedMs }) => releasedMs));
  const watched = [...(live ? [live.watched] : []), ...(length?.runs ?? []).flatMap(({ rounds }) => rounds)];
  const tasks = watched.flatMap(({ longTasks }) => longTasks.map(({ ms }) => ms));
  const longest = (value) => (value === 0 ? `none in ${watched.length} exports` : `${value.toFixed(0)} ms`);
  return [
    bar(
      `Cancel: under 100 ms at the worst of ${live?.cancels.length ?? 50}`,
      worst,
      (value) => value < 100,
      (value) => `${value.toFixed(0)} ms`,
    ),
    bar(
      "No main-thread task over 50 ms",
      watched.length > 0 ? Math.max(0, ...tasks) : undefined,
      (value) => value <= 50,
      longest,
    ),
  ];
}
