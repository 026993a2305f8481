/**
 * Seams: whether the places where Secuencia joined its segments are worse than others, in ten minutes of each passage of
 * "Quality" (PASSAGES), by the noise-to-mask ratio of each of PEAQ's frames; beside what one encoder makes of the whole.
 *
 * Figures are `{ passages: { [passage]: { ours, whole } } }`, both as `judge` gives them.
 */
import { CONTESTANTS } from "./contestants.mjs";
import { mean, percentile } from "./figures.mjs";
import { judge, PASSAGES } from "./quality.mjs";
import { table } from "./table.mjs";

const SECONDS = 600;

/** Keep in step: `PACKETS` in src/export/segment.rs. One of PEAQ's frames begins with each packet's length. */
const SEGMENT = 640;
/**
 * The frames in which a seam can be heard, from where a segment's first packet stands in the stream on. Priming puts it
 * two or three packets earlier in the audio, `src/export/seam.rs` up to four later, and a transform is two long.
 */
const NEAR = [-3, 5];

export const title = "Seams";

export async function run(keep) {
  const [ours, whole] = ["ours-n", "native-encoder"].map((one) => CONTESTANTS.find(({ name }) => name === one));
  const passages = {};
  for (const name of PASSAGES) {
    passages[name] = { ours: await judge(ours, name, SECONDS), whole: await judge(whole, name, SECONDS) };
    keep({ passages });
    console.log(
      `Seams, ${name}: ${shareOfWorse(passages[name].ours.nmrOfFrames).toFixed(2)} of other places are worse`,
    );
  }
}

/** The values near a grid like that of the seams, so many frames behind it. */
function near(values, behind = 0) {
  const seams = Array.from({ length: Math.floor(values.length / SEGMENT) }, (_, i) => (i + 1) * SEGMENT + behind);
  return seams.flatMap((seam) => values.slice(seam + NEAR[0], seam + NEAR[1] + 1));
}

/** How many of the grids that touch no seam have a greater mean than that of the seams, as a share. */
export function shareOfWorse(values) {
  const width = NEAR[1] - NEAR[0] + 1;
  const others = Array.from({ length: SEGMENT - 2 * width }, (_, i) => mean(near(values, width + i)));
  const atSeams = mean(near(values));
  return others.filter((other) => other > atSeams).length / others.length;
}

/** The error of each frame over that in the whole encode, in dB, at seams. */
export const againstWhole = ({ ours, whole }) => near(difference(ours, whole));

const difference = (ours, whole) => ours.nmrOfFrames.map((nmr, frame) => nmr - whole.nmrOfFrames[frame]);

export function section({ passages }) {
  const rows = (valuesOf) =>
    Object.entries(passages).flatMap(([name, figures]) => {
      const values = valuesOf(figures);
      const isNear = new Set(near(values.map((_, frame) => frame)));
      const elsewhere = values.filter((_, frame) => !isNear.has(frame));
      return [
        { name, place: "at seams", values: near(values) },
        { name, place: "elsewhere", values: elsewhere },
      ];
    });
  const worse = ({ name, place }) =>
    place === "at seams" ? `${(100 * shareOfWorse(passages[name].ours.nmrOfFrames)).toFixed(0)} %` : "";
  const error = table(
    [...COLUMNS, ["other grids that are worse", worse]],
    rows(({ ours }) => ours.nmrOfFrames),
  );
  const against = table(
    COLUMNS,
    rows(({ ours, whole }) => difference(ours, whole)),
  );
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
segment of ${SEGMENT} packets. Percentiles of these frames, and of all others.

*Other grids that are worse*: the same number of frames as at the seams, around places as far from each other, but any
other number of packets behind: the share of all such grids with a greater mean. Were seams no worse than elsewhere, it
would be anything from 0 to 100 %. *The whole encode* is what one encoder makes of the same samples in one go; single
frames differ because it spends its bits a little differently from where it began.`;
