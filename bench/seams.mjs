/**
 * Seams: whether the places where Secuencia joined its segments are worse than other places. It exports ten minutes of
 * each passage of "Quality" (PASSAGES), and compares the noise-to-mask ratio of PEAQ's frames, also with one encode of
 * the whole.
 *
 * Figures are `{ passages: { [passage]: { ours, whole } } }`, both as `judge` returns them.
 */
import { CONTESTANTS } from "./contestants.mjs";
import { mean, percentile } from "./figures.mjs";
import { judge, PASSAGES } from "./quality.mjs";
import { table } from "./table.mjs";

const SECONDS = 600;

/**
 * The frames that can hear a seam, relative to the packet at which the stream is cut. PEAQ has one frame per packet
 * length. Priming moves a seam two or three packets earlier in the audio, `src/export/seam.rs` up to four later, and a
 * transform spans two.
 */
const NEAR = [-3, 5];
/** The largest distance of comparison places after the seams, in packets. */
const FURTHEST = 600;

export const title = "Seams";

export async function run(keep) {
  const [ours, whole] = ["ours-n", "native-encoder"].map((one) => CONTESTANTS.find(({ name }) => name === one));
  const passages = {};
  for (const name of PASSAGES) {
    passages[name] = { ours: await judge(ours, name, SECONDS), whole: await judge(whole, name, SECONDS) };
    keep({ passages });
    console.log(`Seams, ${name}: ${shareOfWorse(passages[name]).toFixed(2)} of other places are worse`);
  }
}

/** Returns the frames near seams, or near places `behind` packets after them. */
function framesNear({ whole }, behind = 0) {
  const width = NEAR[1] - NEAR[0] + 1;
  const frames = whole.seams.flatMap((seam) => Array.from({ length: width }, (_, i) => seam + behind + NEAR[0] + i));
  return frames.filter((frame) => frame < whole.nmrOfFrames.length);
}

const at = (frames, values) => frames.map((frame) => values[frame]);

/** Returns the share of comparison places whose mean error is greater than at the seams. */
export function shareOfWorse(figures) {
  const errors = figures.ours.nmrOfFrames;
  const seams = framesNear(figures);
  const isNear = new Set(seams);
  const others = Array.from({ length: FURTHEST }, (_, i) => framesNear(figures, i + 1))
    .map((frames) => frames.filter((frame) => !isNear.has(frame)))
    .filter((frames) => frames.length > seams.length / 2);
  const atSeams = mean(at(seams, errors));
  return others.filter((frames) => mean(at(frames, errors)) > atSeams).length / others.length;
}

/** Returns, for each frame at a seam, its error minus that of the whole encode, in dB. */
export const againstWhole = (figures) => at(framesNear(figures), difference(figures));

const difference = ({ ours, whole }) => ours.nmrOfFrames.map((nmr, frame) => nmr - whole.nmrOfFrames[frame]);

export function section({ passages }) {
  const rows = (valuesOf) =>
    Object.entries(passages).flatMap(([name, figures]) => {
      const [seams, values] = [framesNear(figures), valuesOf(figures)];
      const isNear = new Set(seams);
      const elsewhere = values.filter((_, frame) => !isNear.has(frame));
      return [
        { name, place: "at seams", values: at(seams, values) },
        { name, place: "elsewhere", values: elsewhere },
      ];
    });
  const worse = ({ name, place }) =>
    place === "at seams" ? `${(100 * shareOfWorse(passages[name])).toFixed(0)} %` : "";
  const error = table(
    [...COLUMNS, ["other places that are worse", worse]],
    rows(({ ours }) => ours.nmrOfFrames),
  );
  const against = table(COLUMNS, rows(difference));
  return `${INTRODUCTION}\n\n### The error\n\n${error}\n\n### Less the error of the whole encode\n\n${against}`;
}

const COLUMNS = [
  ["dB", ({ name, place }) => `${name.replace("-", ", ")}, ${place}`],
  ["frames", ({ values }) => values.length],
  ["mean", ({ values }) => mean(values).toFixed(2)],
  ...[5, 25, 50, 75, 95, 99].map((percent) => [`${percent} %`, ({ values }) => percentile(values, percent).toFixed(2)]),
  ["worst", ({ values }) => Math.max(...values).toFixed(2)],
];

const INTRODUCTION = `Ten minutes of speech and of music, as in "Quality", by workers as Secuencia chooses: the
noise-to-mask ratio, in dB, of each of PEAQ's frames, ${NEAR[1] - NEAR[0] + 1} of which lie around the end of each
segment. Percentiles of these frames, and of all others.

*Other places that are worse*: as many frames around places that lie 1 to ${FURTHEST} packets behind each seam, as far from
each other as the seams are: the share of these ${FURTHEST} sets with a greater mean. Were seams like any other place, it
would be anything from 0 to 100 %. *The whole encode* is what one encoder makes of the same samples in one go; single
frames differ because it spends its bits a little differently from where it began.`;
