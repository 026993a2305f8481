/* Quantisation of four spectral lines at a time, for wasm with SIMD.
 *
 * Third-Party Modified Version of the Fraunhofer FDK AAC Codec Library for Android: this file, of 2026-11-24, is
 * compiled instead of the library's libAACenc/src/quantize.cpp, and includes that file, unchanged, under other names.
 * It is under the library's licence, LICENSES/FDK-AAC.txt.
 *
 * The encoder's search for scale factors quantises each line about three times, and back. That took a quarter of the
 * encoder's time. This file computes the library's numbers, to the bit, in other ways:
 *
 * - The library finds a number's exponent and leading nine bits by counting zeros and shifting. Here they come from
 *   the number as a float.
 * - The two factors that they select are multiplied in advance.
 * - The inverse of a small quantised value is looked up, and shifted by its gain.
 * - The squared error, which the library normalises, squares and shifts back, is one product shifted once.
 *
 * Other cases (values above SMALL, gains below LEAST_GAIN) are left to the library's own functions. */

#define FDKaacEnc_QuantizeSpectrum portable_QuantizeSpectrum
#define FDKaacEnc_calcSfbDist portable_calcSfbDist
#define FDKaacEnc_calcSfbQuantEnergyAndDist portable_calcSfbQuantEnergyAndDist
#include FDK_ORIGINAL
#undef FDKaacEnc_QuantizeSpectrum
#undef FDKaacEnc_calcSfbDist
#undef FDKaacEnc_calcSfbQuantEnergyAndDist

#include <wasm_simd128.h>

namespace {

/* Lines that are processed together. Every band's width is a multiple of it. */
const INT LANES = 4;

/* Quantised values below this have their inverse in a table. */
const INT SMALL = 128;

/* At lower gains the library shifts inverses by more than a word's bits, with undefined results. */
const INT LEAST_GAIN = -120;

struct Tables {
  /* Quantisation: the value to the power of 3/4, times 2^30, for an exponent modulo 4 and nine bits of mantissa. */
  LONG power[4 * MANT_SIZE];
  /* Inverse quantisation: each value to the power of 4/3, for a gain modulo 4, before the shift by the gain's octave. */
  INT64 inverse[4][SMALL];
  bool are_made;
};

Tables tables;

void make_tables() {
  for (INT exponent = 0; exponent < 4; exponent++)
    for (INT mantissa = 0; mantissa < MANT_SIZE; mantissa++)
      tables.power[exponent * MANT_SIZE + mantissa] =
          fMultDiv2(FDKaacEnc_mTab_3_4[mantissa], FDKaacEnc_quantTableE[exponent]);
  for (INT gain = 0; gain < 4; gain++)
    for (INT value = 1; value < SMALL; value++) {
      const INT zeros = CountLeadingBits(value), exponent = DFRACT_BITS - 1 - zeros;
      const INT mantissa = ((value << zeros) >> (DFRACT_BITS - 2 - MANT_DIGITS)) & ~MANT_SIZE;
      const INT64 power =
          fMult(FDKaacEnc_mTab_4_3Elc[mantissa], FDKaacEnc_specExpMantTableCombElc[gain][exponent]);
      tables.inverse[gain][value] = power << (FDKaacEnc_specExpTableComb[gain][exponent] - 1);
    }
  tables.are_made = true;
}

inline v128_t splat(INT value) { return wasm_i32x4_splat(value); }

inline INT lane_sum(v128_t v) {
  return wasm_i32x4_extract_lane(v, 0) + wasm_i32x4_extract_lane(v, 1) + wasm_i32x4_extract_lane(v, 2) +
         wasm_i32x4_extract_lane(v, 3);
}

/* Quantised lines: magnitudes, and all ones where the line is negative. */
struct Quantised {
  v128_t magnitude, negative;

  void store(SHORT *spectrum) const {
    const v128_t values = wasm_i32x4_sub(wasm_v128_xor(magnitude, negative), negative);
    wasm_v128_store64_lane(spectrum, wasm_i16x8_narrow_i32x4(values, values), 0);
  }
};

/* FDKaacEnc_quantizeLines at one gain. */
class Quantiser {
  v128_t factor, factor_above, exponent, rounding;

 public:
  Quantiser(INT gain, INT has_dead_zone) {
    if (!tables.are_made) make_tables();
    factor = splat(FDKaacEnc_quantTableQ[(-gain) & 3]);
    factor_above = wasm_i32x4_shl(factor, 16);
    /* A float's exponent has a bias of 127; the library counts down from 30 bits. */
    exponent = splat((((-gain) >> 2) + 2 - 30 - 127) << MANT_DIGITS);
    rounding = splat((has_dead_zone ? FL2FXCONST_DBL(0.23f) : FL2FXCONST_DBL(-0.0946f + 0.5f)) >> 16);
  }

  /* Returns false, without a result, if a line is too large to be coded. */
  bool quantise(v128_t lines, Quantised &result) const {
    /* line * factor >> 16, from the line's upper and lower half. */
    const v128_t lower = wasm_i32x4_mul(wasm_v128_and(lines, splat(0xffff)), factor);
    const v128_t scaled = wasm_i32x4_add(wasm_i32x4_dot_i16x8(lines, factor_above), wasm_i32x4_shr(lower, 16));
    /* Bits that a float does not hold are dropped, or it would be rounded up. */
    const v128_t magnitude = wasm_i32x4_abs(scaled), is_long = wasm_i32x4_gt(magnitude, splat((1 << 24) - 1));
    const v128_t bits = wasm_f32x4_convert_i32x4(wasm_v128_andnot(magnitude, wasm_u32x4_shr(is_long, 24)));

    /* Exponent and leading bits in one number. Zero's exponent is so low that nothing remains after the shift. */
    const v128_t place = wasm_i32x4_add(wasm_u32x4_shr(bits, 23 - MANT_DIGITS), exponent);
    const v128_t index = wasm_v128_and(place, splat(4 * MANT_SIZE - 1));
    v128_t power = wasm_v128_load32_zero(tables.power + wasm_i32x4_extract_lane(index, 0));
    power = wasm_v128_load32_lane(tables.power + wasm_i32x4_extract_lane(index, 1), power, 1);
    power = wasm_v128_load32_lane(tables.power + wasm_i32x4_extract_lane(index, 2), power, 2);
    power = wasm_v128_load32_lane(tables.power + wasm_i32x4_extract_lane(index, 3), power, 3);

    /* Four steps of the exponent are a shift of three bits. More than 15 bits leave nothing that rounds to 1. */
    const v128_t octaves = wasm_i32x4_sub(splat(4), wasm_i32x4_shr(place, MANT_DIGITS + 2));
    const v128_t threes = wasm_i32x4_min(octaves, splat(7));
    if (wasm_i32x4_bitmask(threes)) return false;
    power = shifted_if(power, 3, threes, 0);
    power = shifted_if(power, 6, threes, 1);
    power = shifted_if(power, 12, threes, 2);
    result.magnitude = wasm_i32x4_shr(wasm_i32x4_add(power, rounding), 15);
    result.negative = wasm_i32x4_shr(scaled, 31);
    return true;
  }

 private:
  /* Shifts the lanes whose count has this bit set. */
  static v128_t shifted_if(v128_t lanes, INT by, v128_t counts, INT bit) {
    const v128_t is_set = wasm_i32x4_shr(wasm_i32x4_shl(counts, 31 - bit), 31);
    return wasm_v128_bitselect(wasm_i32x4_shr(lanes, by), lanes, is_set);
  }
};

/* FDKaacEnc_invQuantizeLines at one gain, without the sign. */
class InverseQuantiser {
  const INT64 *inverse;
  INT octaves;

 public:
  explicit InverseQuantiser(INT gain) {
    if (!tables.are_made) make_tables();
    inverse = tables.inverse[gain & 3];
    octaves = -(gain >> 2);
  }

  /* Returns false, without a result, if a value is not below SMALL. */
  bool restore(v128_t values, v128_t &lines) const {
    if (wasm_v128_any_true(wasm_i32x4_gt(values, splat(SMALL - 1)))) return false;
    v128_t low = wasm_v128_load64_zero(inverse + wasm_i32x4_extract_lane(values, 0));
    low = wasm_v128_load64_lane(inverse + wasm_i32x4_extract_lane(values, 1), low, 1);
    v128_t high = wasm_v128_load64_zero(inverse + wasm_i32x4_extract_lane(values, 2));
    high = wasm_v128_load64_lane(inverse + wasm_i32x4_extract_lane(values, 3), high, 1);
    /* Values too large for a line lose their upper bits, and may get a sign by that. */
    lines = wasm_i32x4_abs(wasm_i32x4_shuffle(shifted(low), shifted(high), 0, 2, 4, 6));
    return true;
  }

 private:
  v128_t shifted(v128_t powers) const {
    return octaves >= 0 ? wasm_u64x2_shr(powers, octaves) : wasm_i64x2_shl(powers, -octaves);
  }
};

/* Returns each line's squared error. The library shifts the error up by s bits, squares it, keeps 31 bits, and shifts
 * these down by 2(s - 1) bits. If s is at least 2, this is the square shifted by 29; otherwise the lowest bits are
 * missing. */
inline v128_t squared_error(v128_t restored, v128_t lines) {
  const v128_t error = wasm_i32x4_abs(wasm_i32x4_sub(restored, wasm_i32x4_abs(wasm_i32x4_shr(lines, 1))));
  const v128_t low = wasm_u64x2_extmul_low_u32x4(error, error), high = wasm_u64x2_extmul_high_u32x4(error, error);
  const v128_t square = wasm_i32x4_shuffle(wasm_u64x2_shr(low, 29), wasm_u64x2_shr(high, 29), 0, 2, 4, 6);
  const v128_t one_bit = wasm_u32x4_shr(wasm_i32x4_gt(error, splat((1 << 29) - 1)), 31);
  const v128_t three_bits = wasm_u32x4_shr(wasm_i32x4_gt(error, splat((1 << 30) - 1)), 29);
  return wasm_v128_andnot(square, wasm_v128_or(one_bit, three_bits));
}

}  // namespace

void FDKaacEnc_QuantizeSpectrum(INT sfbCnt, INT maxSfbPerGroup, INT sfbPerGroup, const INT *sfbOffset,
                                const FIXP_DBL *mdctSpectrum, INT globalGain, const INT *scalefactors,
                                SHORT *quantizedSpectrum, INT dZoneQuantEnable) {
  for (INT group = 0; group < sfbCnt; group += sfbPerGroup)
    for (INT sfb = group; sfb < group + maxSfbPerGroup; sfb++) {
      const INT gain = globalGain - scalefactors[sfb], end = sfbOffset[sfb + 1];
      const Quantiser quantiser(gain, dZoneQuantEnable);
      Quantised quantised;
      INT line = sfbOffset[sfb];
      while (line + LANES <= end && quantiser.quantise(wasm_v128_load(mdctSpectrum + line), quantised)) {
        quantised.store(quantizedSpectrum + line);
        line += LANES;
      }
      FDKaacEnc_quantizeLines(gain, end - line, mdctSpectrum + line, quantizedSpectrum + line, dZoneQuantEnable);
    }
}

FIXP_DBL FDKaacEnc_calcSfbDist(const FIXP_DBL *mdctSpectrum, SHORT *quantSpectrum, INT noOfLines, INT gain,
                               INT dZoneQuantEnable) {
  const Quantiser quantiser(gain, dZoneQuantEnable);
  const InverseQuantiser inverse(gain);
  v128_t distortion = splat(0);
  INT line = gain > LEAST_GAIN ? 0 : noOfLines;
  for (; line + LANES <= noOfLines; line += LANES) {
    const v128_t lines = wasm_v128_load(mdctSpectrum + line);
    Quantised quantised;
    v128_t restored;
    if (!quantiser.quantise(lines, quantised) || !inverse.restore(quantised.magnitude, restored)) break;
    quantised.store(quantSpectrum + line);
    distortion = wasm_i32x4_add(distortion, squared_error(restored, lines));
  }
  if (line != noOfLines || gain <= LEAST_GAIN)
    return portable_calcSfbDist(mdctSpectrum, quantSpectrum, noOfLines, gain, dZoneQuantEnable);
  return CalcLdData(lane_sum(distortion));
}

void FDKaacEnc_calcSfbQuantEnergyAndDist(FIXP_DBL *mdctSpectrum, SHORT *quantSpectrum, INT noOfLines, INT gain,
                                         FIXP_DBL *en, FIXP_DBL *dist) {
  const InverseQuantiser inverse(gain);
  v128_t energy = splat(0), distortion = splat(0);
  INT line = gain > LEAST_GAIN ? 0 : noOfLines;
  for (; line + LANES <= noOfLines; line += LANES) {
    const v128_t values = wasm_i32x4_extend_low_i16x8(wasm_v128_load64_zero(quantSpectrum + line));
    v128_t restored;
    if (!inverse.restore(wasm_i32x4_abs(values), restored)) break;
    const v128_t low = wasm_u64x2_extmul_low_u32x4(restored, restored);
    const v128_t high = wasm_u64x2_extmul_high_u32x4(restored, restored);
    energy = wasm_i32x4_add(energy, wasm_i32x4_shl(wasm_i32x4_shuffle(low, high, 1, 3, 5, 7), 1));
    distortion = wasm_i32x4_add(distortion, squared_error(restored, wasm_v128_load(mdctSpectrum + line)));
  }
  if (line != noOfLines || gain <= LEAST_GAIN) {
    portable_calcSfbQuantEnergyAndDist(mdctSpectrum, quantSpectrum, noOfLines, gain, en, dist);
    return;
  }
  *en = CalcLdData(lane_sum(energy)) + FL2FXCONST_DBL(0.03125f);
  *dist = CalcLdData(lane_sum(distortion));
}
