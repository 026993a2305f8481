/**
 * The FFT-based ear model of PEAQ's basic version (ITU-R BS.1387-1, 2.1; numbers in brackets are its formulas). It
 * turns a frame of samples into the excitation along the inner ear, in 109 bands a quarter of a critical band wide.
 *
 * Band edges and spreading follow P. Kabal, "An Examination and Interpretation of ITU-R BS.1387" (McGill, 2003), which
 * settles points that the recommendation leaves open.
 */
import { Fft } from "./fft.mjs";

export const RATE = 48_000;
export const FRAME = 2048;
export const STEP = FRAME / 2;
export const BANDS = 109;

/** The level of a sine at full scale, in dB SPL. */
const LISTENING_LEVEL = 92;
/** The amplitude that the window leaves of a sine between two bins. */
const WINDOW_LOSS = 0.84971762641205;
const BAND_WIDTH = 0.25;
const [LOWEST, HIGHEST] = [80, 18_000].map(bark);
/** The spread towards lower bands (27 dB per Bark), and the exponent for adding spreads. */
const LOWER_SLOPE = 10 ** (-2.7 * BAND_WIDTH);
const ADDITION = 0.4;
const LEAST_POWER = 1e-12;

function bark(hertz) {
  return 7 * Math.asinh(hertz / 650);
}

function hertz(bark) {
  return 650 * Math.sinh(bark / 7);
}

const perBand = (value) => Float64Array.from({ length: BANDS }, (_, band) => value(band));
const edge = (band) => Math.min(HIGHEST, LOWEST + band * BAND_WIDTH);

/** Each band's centre frequency, in hertz. */
const CENTRES = perBand((band) => hertz((edge(band) + edge(band + 1)) / 2));

/** The ear's internal noise, as power [13]. */
export const INTERNAL_NOISE = perBand((band) => 10 ** (0.1456 * (CENTRES[band] / 1000) ** -0.8));

/** The masking threshold's distance below the masker, as a factor of power [25]. */
const MASKING = perBand((band) => 10 ** (Math.max(3, 0.25 * band * BAND_WIDTH) / 10));

/** The transfer function of the outer and middle ear per bin, as a factor of power [7]. */
const EAR = Float64Array.from({ length: STEP + 1 }, (_, bin) => {
  const kilohertz = (bin * RATE) / FRAME / 1000;
  const decibels =
    -2.184 * kilohertz ** -0.8 + 6.5 * Math.exp(-0.6 * (kilohertz - 3.3) ** 2) - 0.001 * kilohertz ** 3.6;
  return bin === 0 ? 0 : 10 ** (decibels / 10);
});

/** A Hann window, scaled to preserve a signal's power [2]. */
const WINDOW = Float64Array.from(
  { length: FRAME },
  (_, i) => Math.sqrt(8 / 3) * 0.5 * (1 - Math.cos((2 * Math.PI * i) / (FRAME - 1))),
);
const LEVEL = 10 ** (LISTENING_LEVEL / 10) / ((8 / 3) * ((WINDOW_LOSS / 4) * (FRAME - 1)) ** 2);

/** Each band's first and last bin, and the share of each that belongs to the band. */
const EDGES = Array.from({ length: BANDS }, (_, band) => {
  const [low, high] = [hertz(edge(band)), hertz(edge(band + 1))].map((frequency) => (frequency * FRAME) / RATE);
  const [first, last] = [Math.round(low), Math.round(high)];
  const lower = Math.min(high, first + 0.5) - low;
  return { first, last, lower, upper: first === last ? 0 : high - (last - 0.5) };
});

/**
 * Returns each band's decay factor from one frame to the next [21, 41, 56].
 *
 * @param {number} slowest the time constant at 100 Hz, in seconds
 */
export function fading(slowest) {
  const fastest = 0.008;
  return perBand((band) => Math.exp(-STEP / RATE / (fastest + (100 / CENTRES[band]) * (slowest - fastest))));
}

const SMEARING = fading(0.03);
const UPPER_SLOPE = perBand((band) => 10 ** ((-2.4 - 23 / CENTRES[band]) * BAND_WIDTH));
const LOWER_SUM = perBand((band) => (1 - LOWER_SLOPE ** (band + 1)) / (1 - LOWER_SLOPE));
const SPREAD_OF_ONE = spread(new Float64Array(BANDS).fill(1), new Float64Array(BANDS).fill(1));

/** Sums a spectrum's power in each band. */
function intoBands(spectrum) {
  return perBand((band) => {
    const { first, last, lower, upper } = EDGES[band];
    let power = lower * spectrum[first] + upper * spectrum[last];
    for (let bin = first + 1; bin < last; bin += 1) power += spectrum[bin];
    return Math.max(power, LEAST_POWER);
  });
}

/** Spreads each band's power to the others. Upward spread grows with the level [17 to 20]. */
function spread(powers, norm) {
  const excited = new Float64Array(BANDS);
  const slopes = new Float64Array(BANDS);
  const own = new Float64Array(BANDS);
  for (let band = 0; band < BANDS; band += 1) {
    const slope = UPPER_SLOPE[band] * powers[band] ** (0.2 * BAND_WIDTH);
    const upperSum = (1 - slope ** (BANDS - band)) / (1 - slope);
    own[band] = (powers[band] / (LOWER_SUM[band] + upperSum - 1)) ** ADDITION;
    slopes[band] = slope ** ADDITION;
  }
  let below = 0;
  for (let band = BANDS - 1; band >= 0; band -= 1) {
    below = own[band] + LOWER_SLOPE ** ADDITION * below;
    excited[band] += below;
    for (let above = band + 1, rest = own[band] * slopes[band]; above < BANDS; above += 1, rest *= slopes[band]) {
      excited[above] += rest;
    }
  }
  return excited.map((value, band) => value ** (1 / ADDITION) / norm[band]);
}

const ABSOLUTE_THRESHOLD = perBand((band) => 10 ** (0.364 * (CENTRES[band] / 1000) ** -0.8));
const THRESHOLD_INDEX = perBand((band) => {
  const frequency = CENTRES[band];
  return 10 ** ((-2 - 2.05 * Math.atan(frequency / 4000) - 0.75 * Math.atan((frequency / 1600) ** 2)) / 10);
});

/** Returns the loudness of an excitation, in sone [58 to 61]. */
export function loudness(excitation) {
  const sum = excitation.reduce((total, power, band) => {
    const [quiet, index] = [ABSOLUTE_THRESHOLD[band], THRESHOLD_INDEX[band]];
    const inBand = (quiet / (index * 1e4)) ** 0.23 * ((1 - index + (index * power) / quiet) ** 0.23 - 1);
    return total + Math.max(1.07664 * inBand, 0);
  }, 0);
  return (24 / BANDS) * sum;
}

/** Returns each band's noise-to-mask ratio, from the difference of two frames [25, 26, 70]. */
export function noiseToMask(reference, test) {
  const noise = reference.weighted.map((power, bin) => (Math.sqrt(power) - Math.sqrt(test.weighted[bin])) ** 2);
  return intoBands(noise).map((power, band) => (power * MASKING[band]) / reference.excitation[band]);
}

/** One ear. It keeps the last excitation, because a loud sound masks the sounds after it. */
export class Ear {
  #fft = new Fft(FRAME);
  #windowed = new Float64Array(FRAME);
  #fading = new Float64Array(BANDS);

  /**
   * Processes the next frame.
   *
   * @returns {Record<"spectrum" | "weighted" | "unsmeared" | "excitation", Float64Array>} the power spectrum before
   *   and after the ear's transfer function, and the excitation before and after smearing in time
   */
  hear(frame) {
    for (let i = 0; i < FRAME; i += 1) this.#windowed[i] = frame[i] * WINDOW[i];
    const spectrum = new Float64Array(STEP + 1);
    this.#fft.power(this.#windowed, spectrum);
    for (let bin = 0; bin < spectrum.length; bin += 1) spectrum[bin] *= LEVEL;
    const weighted = spectrum.map((power, bin) => power * EAR[bin]);
    const noisy = intoBands(weighted).map((power, band) => power + INTERNAL_NOISE[band]);
    const unsmeared = spread(noisy, SPREAD_OF_ONE);
    this.#fading = this.#fading.map((last, band) => SMEARING[band] * last + (1 - SMEARING[band]) * unsmeared[band]);
    const excitation = this.#fading.map((fading, band) => Math.max(fading, unsmeared[band]));
    return { spectrum, weighted, unsmeared, excitation };
  }
}
