/**
 * PEAQ, the basic version (ITU-R BS.1387-1). It grades how much worse one signal sounds than another: the Objective
 * Difference Grade, from 0 (imperceptible) to -4 (very annoying). On the way it computes the noise-to-mask ratio.
 *
 * Numbers in brackets are the recommendation's formulas. Where it leaves a choice, this follows P. Kabal, "An
 * Examination and Interpretation of ITU-R BS.1387" (McGill, 2003). Both signals must be aligned, at 48 kHz, and have
 * sound from the first frame to the last: unlike the recommendation, this does not cut silence off the ends.
 * peaq.test.mjs compares it with another implementation.
 */
import { BANDS, Ear, FRAME, fading, INTERNAL_NOISE, loudness, noiseToMask, RATE, STEP } from "./ear.mjs";
import { Fft } from "./fft.mjs";

/** Half a second, in which the model settles [4.1]. */
const SETTLING_FRAMES = 24;
const LOUD_ENOUGH_SONE = 0.1;
const FRAMES_AFTER_LOUD = 3;
/** The energy of half a frame below which the harmonic structure is not analysed [4.8]. */
const LEAST_ENERGY = 8000 / 32_768 ** 2;
const LAGS = 256;
const DISTURBED = 10 ** 0.15;

/**
 * @param {Float32Array[]} reference channels, samples from -1 to 1
 * @param {Float32Array[]} test the same number of channels
 * @returns {{ odg: number, di: number, nmr: number, nmrOfFrames: number[], movs: number[] }} the grade; the distortion
 *   index; the noise-to-mask ratio in dB, of the whole and of each frame (frame `n` begins at sample `n * STEP`); and
 *   all model output variables, in the network's input order
 */
export function peaq(reference, test) {
  const channels = reference.map(() => new Channel());
  const detection = { most: 0, filtered: 0, steps: 0, frames: 0 };
  const length = Math.min(...[...reference, ...test].map((channel) => channel.length));
  const nmrOfFrames = [];
  let loudFrom = Infinity;
  for (let frame = 0; frame * STEP + FRAME <= length; frame += 1) {
    const range = [frame * STEP, frame * STEP + FRAME];
    const heard = channels.map((channel, c) =>
      channel.hear(reference[c].subarray(...range), test[c].subarray(...range)),
    );
    if (heard.some(({ loud }) => loud)) loudFrom = Math.min(loudFrom, frame);
    const isStructured = heard.some(({ energetic }) => energetic);
    const settled = frame >= SETTLING_FRAMES;
    const when = { settled, loud: settled && frame - FRAMES_AFTER_LOUD >= loudFrom, isStructured };
    const ratios = channels.map((channel, c) => channel.count(heard[c], when));
    nmrOfFrames.push(decibels(ratios.reduce((sum, ratio) => sum + ratio, 0) / ratios.length));
    detect(detection, heard);
  }
  const mean = (name) => channels.reduce((sum, { sums }) => sum + sums[name].value(), 0) / channels.length;
  const nmr = mean("nmr");
  const detected =
    detection.frames === 0 ? 0 : detection.steps === 0 ? -0.5 : Math.log10(detection.steps / detection.frames);
  const movs = [
    ...[mean("bandwidthOfReference"), mean("bandwidthOfTest"), nmr, mean("windowedModulation"), detected],
    ...[1000 * mean("structure"), mean("modulation"), mean("modulationFromLittle"), mean("noiseLoudness")],
    ...[detection.most, mean("disturbedFrames")],
  ];
  return { ...grade(movs), nmr, nmrOfFrames, movs };
}

const decibels = (ratio) => 10 * Math.log10(ratio);

/** A running weighted mean; `finish` turns it into the model's variable. */
class Mean {
  #sum = 0;
  #weights = 0;

  constructor(finish = (mean) => mean) {
    this.finish = finish;
  }

  add(value, weight = 1) {
    this.#sum += value * weight;
    this.#weights += weight;
  }

  value() {
    return this.#weights === 0 ? 0 : this.finish(this.#sum / this.#weights);
  }
}

/** One channel of both signals, and the sums of their differences. */
class Channel {
  #reference = new Ear();
  #test = new Ear();
  #adaptation = new Adaptation();
  #modulations = [new Modulation(), new Modulation()];
  #lastRoots = [];
  sums = {
    bandwidthOfReference: new Mean(),
    bandwidthOfTest: new Mean(),
    nmr: new Mean(decibels),
    disturbedFrames: new Mean(),
    modulation: new Mean(),
    modulationFromLittle: new Mean(),
    windowedModulation: new Mean(Math.sqrt),
    noiseLoudness: new Mean(Math.sqrt),
    structure: new Mean(),
  };

  hear(referenceFrame, testFrame) {
    const [reference, test] = [this.#reference.hear(referenceFrame), this.#test.hear(testFrame)];
    const adapted = this.#adaptation.next(reference.excitation, test.excitation);
    const modulations = [reference, test].map(({ unsmeared }, i) => this.#modulations[i].next(unsmeared));
    const loud = [reference, test].every(({ excitation }) => loudness(excitation) > LOUD_ENOUGH_SONE);
    const energetic = [referenceFrame, testFrame].some(
      (frame) => frame.subarray(STEP).reduce((sum, x) => sum + x * x, 0) >= LEAST_ENERGY,
    );
    return { reference, test, adapted, modulations, loud, energetic };
  }

  /** Adds a frame to the sums that apply to it. Returns the frame's noise-to-mask ratio. */
  count({ reference, test, adapted, modulations }, { settled, loud, isStructured }) {
    const { sums } = this;
    const ratios = noiseToMask(reference, test);
    const ratio = ratios.reduce((sum, inBand) => sum + inBand, 0) / BANDS;
    sums.nmr.add(ratio);
    sums.disturbedFrames.add(ratios.some((inBand) => inBand > DISTURBED) ? 1 : 0);
    const bandwidth = bandwidths(reference.spectrum, test.spectrum);
    if (bandwidth) {
      sums.bandwidthOfReference.add(bandwidth.reference);
      sums.bandwidthOfTest.add(bandwidth.test);
    }
    if (settled) this.#countModulation(...modulations);
    if (loud) sums.noiseLoudness.add(noiseLoudness(...adapted, ...modulations) ** 2);
    if (isStructured) sums.structure.add(harmonicStructure(reference.spectrum, test.spectrum));
    return ratio;
  }

  /** Adds a frame's modulation differences [62 to 65]. */
  #countModulation(reference, test) {
    const { sums } = this;
    let [plain, fromLittle, weight] = [0, 0, 0];
    for (let band = 0; band < BANDS; band += 1) {
      const [was, is] = [reference.modulation[band], test.modulation[band]];
      const difference = Math.abs(was - is);
      plain += difference / (1 + was);
      fromLittle += ((is >= was ? 1 : 0.1) * difference) / (0.01 + was);
      weight += reference.loudness[band] / (reference.loudness[band] + 100 * INTERNAL_NOISE[band] ** 0.3);
    }
    plain *= 100 / BANDS;
    sums.modulation.add(plain, weight);
    sums.modulationFromLittle.add((fromLittle * 100) / BANDS, weight);
    // The mean over a sliding window of four frames.
    this.#lastRoots.push(Math.sqrt(plain));
    if (this.#lastRoots.length === 4) {
      sums.windowedModulation.add((this.#lastRoots.reduce((sum, root) => sum + root, 0) / 4) ** 4);
      this.#lastRoots.shift();
    }
  }
}

const SLOW = fading(0.05);
const follow = (last, now) => last.map((value, band) => SLOW[band] * value + (1 - SLOW[band]) * now[band]);

/** Brings both excitations to one level and one timbre, because differences in these annoy little [42 to 53]. */
class Adaptation {
  #means = [new Float64Array(BANDS), new Float64Array(BANDS)];
  #products = new Float64Array(BANDS);
  #squares = new Float64Array(BANDS);
  #corrections = [new Float64Array(BANDS), new Float64Array(BANDS)];

  next(...excitations) {
    this.#means = this.#means.map((last, i) => follow(last, excitations[i]));
    const [meanReference, meanTest] = this.#means;
    const shared = meanReference.reduce((sum, value, band) => sum + Math.sqrt(value * meanTest[band]), 0);
    const level = (shared / meanTest.reduce((sum, value) => sum + value, 0)) ** 2;
    const reference = level > 1 ? excitations[0].map((value) => value / level) : excitations[0];
    const test = level > 1 ? excitations[1] : excitations[1].map((value) => value * level);
    const ratios = [new Float64Array(BANDS), new Float64Array(BANDS)];
    for (let band = 0; band < BANDS; band += 1) {
      this.#products[band] = SLOW[band] * this.#products[band] + test[band] * reference[band];
      this.#squares[band] = SLOW[band] * this.#squares[band] + reference[band] ** 2;
      const ratio = this.#products[band] / this.#squares[band];
      ratios[0][band] = Math.min(ratio, 1);
      ratios[1][band] = Math.min(1 / ratio, 1);
    }
    this.#corrections = this.#corrections.map((last, i) => follow(last, smooth(ratios[i])));
    return [reference, test].map((levelled, i) => levelled.map((value, band) => value * this.#corrections[i][band]));
  }
}

/** Returns the mean of each band and its neighbours: three below, four above. */
function smooth(values) {
  return values.map((_, band) => {
    const near = values.subarray(Math.max(0, band - 3), band + 5);
    return near.reduce((sum, value) => sum + value, 0) / near.length;
  });
}

/** Tracks how each band's loudness rises and falls [54 to 57]. */
class Modulation {
  #last = new Float64Array(BANDS);
  #loudness = new Float64Array(BANDS);
  #change = new Float64Array(BANDS);

  next(unsmeared) {
    const now = unsmeared.map((power) => power ** 0.3);
    const change = now.map((value, band) => (RATE / STEP) * Math.abs(value - this.#last[band]));
    this.#change = follow(this.#change, change);
    this.#loudness = follow(this.#loudness, now);
    this.#last = now;
    const modulation = this.#change.map((value, band) => value / (1 + this.#loudness[band] / 0.3));
    return { modulation, loudness: this.#loudness };
  }
}

/** Returns the loudness of added noise, partly masked by the reference [66 to 68]. */
function noiseLoudness(reference, test, referenceModulation, testModulation) {
  let sum = 0;
  for (let band = 0; band < BANDS; band += 1) {
    const wasMasked = 0.15 * referenceModulation.modulation[band] + 0.5;
    const isMasked = 0.15 * testModulation.modulation[band] + 0.5;
    const [was, is, quiet] = [reference[band], test[band], INTERNAL_NOISE[band]];
    const masking = Math.exp((-1.5 * (is - was)) / was);
    const added = Math.max(isMasked * is - wasMasked * was, 0) / (quiet + wasMasked * was * masking);
    sum += (quiet / isMasked) ** 0.23 * ((1 + added) ** 0.23 - 1);
  }
  return (24 / BANDS) * sum;
}

/** Returns the highest bins with a signal; `undefined` if the reference's is below 8.1 kHz [4.4]. */
function bandwidths(reference, test) {
  const floor = test.subarray(921, 1024).reduce((most, power) => Math.max(most, power), 0);
  let ofReference = 921;
  while (ofReference > 0 && !(reference[ofReference - 1] > 10 * floor)) ofReference -= 1;
  if (ofReference <= 346) return undefined;
  let ofTest = ofReference;
  while (ofTest > 0 && !(test[ofTest - 1] >= Math.sqrt(10) * floor)) ofTest -= 1;
  return { reference: ofReference, test: ofTest };
}

const LAG_WINDOW = Float64Array.from(
  { length: LAGS },
  (_, i) => (Math.sqrt(2 / 3) * (1 - Math.cos((2 * Math.PI * i) / (LAGS - 1)))) / LAGS,
);
const lagFft = new Fft(LAGS);

/** Measures whether the difference repeats along the spectrum, as that of a tone does [4.8]. */
function harmonicStructure(reference, test) {
  const difference = Float64Array.from({ length: 2 * LAGS }, (_, bin) => {
    return Math.log((test[bin] + Number.MIN_VALUE) / (reference[bin] + Number.MIN_VALUE));
  });
  const correlation = new Float64Array(LAGS);
  let [still, moving] = [0, 0];
  for (let i = 0; i < LAGS; i += 1) still += difference[i] ** 2;
  if (still === 0) return 0;
  moving = still;
  for (let lag = 0; lag < LAGS; lag += 1) {
    let product = 0;
    for (let i = 0; i < LAGS; i += 1) product += difference[i] * difference[i + lag];
    correlation[lag] = product / Math.sqrt(still * moving);
    moving += difference[lag + LAGS] ** 2 - difference[lag] ** 2;
  }
  const mean = correlation.reduce((sum, value) => sum + value, 0) / LAGS;
  const power = new Float64Array(LAGS / 2 + 1);
  lagFft.power(
    correlation.map((value, lag) => (value - mean) * LAG_WINDOW[lag]),
    power,
  );
  // The highest peak after the first valley.
  return power.reduce((most, value, i) => (i > 0 && value > power[i - 1] ? Math.max(most, value) : most), 0);
}

/** Adds a frame's probability of detection and its steps above the threshold, by each band's worse ear [73 to 82]. */
function detect(detection, heard) {
  let unnoticed = 1;
  let steps = 0;
  for (let band = 0; band < BANDS; band += 1) {
    let [likelihood, distance] = [0, 0];
    for (const { reference, test } of heard) {
      const [was, is] = [reference, test].map(({ excitation }) => decibels(excitation[band]));
      const level = 0.3 * Math.max(was, is) + 0.7 * is;
      const step = level > 0 ? detectionStep(level) : 1e30;
      likelihood = Math.max(likelihood, 1 - 0.5 ** (((was - is) / step) ** (was > is ? 4 : 6)));
      distance = Math.max(distance, Math.abs(Math.trunc(was - is)) / step);
    }
    unnoticed *= 1 - likelihood;
    steps += distance;
  }
  if (1 - unnoticed > 0.5) {
    detection.steps += steps;
    detection.frames += 1;
  }
  detection.filtered = 0.9 * detection.filtered + 0.1 * (1 - unnoticed);
  detection.most = Math.max(detection.most, detection.filtered);
}

/** Returns the change in dB that a listener notices half the time, for an excitation's level [74]. */
function detectionStep(level) {
  return (
    5.95072 * (6.39468 / level) ** 1.71332 +
    9.01033e-11 * level ** 4 +
    5.05622e-6 * level ** 3 -
    0.00102438 * level ** 2 +
    0.0550197 * level -
    0.198719
  );
}

/** Each variable's minimum, maximum and weights in the network's three nodes (6.2). */
const NETWORK = [
  [393.916656, 921, [-0.502657, 0.436333, 1.219602]],
  [361.965332, 881.131226, [4.307481, 3.246017, 1.123743]],
  [-24.045116, 16.21203, [4.984241, -2.211189, -0.192096]],
  [1.110661, 107.137772, [0.051056, -1.762424, 4.331315]],
  [-0.206623, 2.886017, [2.32158, 1.789971, -0.75456]],
  [0.074318, 13.933351, [-5.303901, -3.452257, -10.814982]],
  [1.113683, 63.257874, [2.730991, -6.111805, 1.519223]],
  [0.950345, 1145.018555, [0.62495, -1.331523, -5.955151]],
  [0.029985, 14.81974, [3.102889, 0.87126, -5.922878]],
  [0.000101, 1, [-1.051468, -0.939882, -0.142913]],
  [0, 1, [-1.804679, -0.50361, -0.620456]],
];
const NODE_BIAS = [-2.518254, 0.654841, -2.207228];
const NODE_WEIGHT = [-3.817048, 4.107138, 4.629582];
const BIAS = -0.307594;

const sigmoid = (x) => 1 / (1 + Math.exp(-x));

/** Combines the variables into one grade [6.2]. */
function grade(movs) {
  const nodes = NODE_BIAS.map((bias, node) =>
    NETWORK.reduce((sum, [least, most, weights], i) => {
      const scaled = Math.min(1, Math.max(0, (movs[i] - least) / (most - least)));
      return sum + weights[node] * scaled;
    }, bias),
  );
  const di = nodes.reduce((sum, node, i) => sum + NODE_WEIGHT[i] * sigmoid(node), BIAS);
  return { odg: -3.98 + 4.2 * sigmoid(di), di };
}
