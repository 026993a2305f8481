/* Quantisation of four spectral lines at a time, for wasm with SIMD.
 *
 * Third-Party Modified Version of the Fraunhofer FDK AAC Codec Library for Android: this file, of 2026-12-01, is
 * compiled instead of the library's libAACenc/src/quantize.cpp, and includes that file, unchanged, under other names.
 * It is under the library's licence, LICENSES/FDK-AAC.txt.
 *
 * The encoder's search for scale factors (sf_estim.cpp) quantises each line several times, and back. This file computes
 * the library's numbers, to the bit, in other ways:
 *
 * - The library finds a number's exponent and leading nine bits by counting zeros and shifting. Here they come from
 *   the number as a float.
 * - The two factors that they select are multiplied in advance.
 * - The inverse of a small quantised value is looked up, and shifted by its gain.
 * - The search needs no values, only their distortion (band.h). If a band's values are below LEVELS, its lines are
 *   compared with the least line of each value, and the steps between the values' inverses are summed.
 * - The squared error, which the library normalises, squares and shifts back, is one product shifted once.
 *
 * Other cases (values above SMALL, gains outside the tables) are left to the library's own functions. */

#define FDKaacEnc_QuantizeSpectrum portable_QuantizeSpectrum
#include FDK_ORIGINAL
#undef FDKaacEnc_QuantizeSpectrum

#include "band.h"

#include <wasm_simd128.h>

namespace {

/* Lines that are processed together. Every band's width is a multiple of it. */
const INT LANES = 4;

/* Quantised values below this have their inverse in a table. */
const INT SMALL = 128;

/* At lower gains the library shifts inverses by more than a word's bits, with undefined results. */
const INT LEAST_GAIN = -120;

/* Quantised values below this are found by comparing. */
const INT LEVELS = 16;

/* The number of gains, from LEAST_GAIN on, whose levels are in a table. */
const INT GAINS = 256;

/* The library drops the lowest bits of the squares of errors from this on. */
const INT LEAST_LARGE_ERROR = 1 << 29;

struct Tables {
  /* Quantisation: the value to the power of 3/4, times 2^30, for an exponent modulo 4 and nine bits of mantissa. */
  LONG power[4 * MANT_SIZE];
  /* Inverse quantisation: each value to the power of 4/3, for a gain modulo 4, before the shift by the gain's octave. */
  INT64 inverse[4][SMALL];
  /* Without and with a dead zone: for each gain, the largest scaled magnitudes whose values are below 1, 2, 3 and
   * so on. */
  INT below[2][GAINS][LEVELS];
  /* For each gain, by how much the inverses of 1, 2, 3 and so on exceed their predecessors'. */
  INT steps[GAINS][LEVELS];
  /* For each gain, how many of these inverses are below LEAST_LARGE_ERROR. */
  INT usable[GAINS];
  bool are_made;
};

Tables tables;

/* A number's exponent, with this bias, and leading nine bits: the upper bits of a float. */
inline INT place_offset(INT gain) { return (((-gain) >> 2) + 2 - 30 - 127) * MANT_SIZE; }

inline INT rounding_of(INT has_dead_zone) {
  return (has_dead_zone ? FL2FXCONST_DBL(0.23f) : FL2FXCONST_DBL(-0.0946f + 0.5f)) >> 16;
}

/* Returns the least number above zero whose place as a float is not below this one. */
INT least_at(INT place) {
  const INT exponent = (place >> MANT_DIGITS) - 127, mantissa = MANT_SIZE + (place & (MANT_SIZE - 1));
  if (exponent < 0) return 1;
  if (exponent > 30) return FDK_INT_MAX;
  const INT shift = exponent - MANT_DIGITS;
  return shift >= 0 ? mantissa << shift : (mantissa + (1 << -shift) - 1) >> -shift;
}

void make_levels() {
  for (INT has_dead_zone = 0; has_dead_zone < 2; has_dead_zone++) {
    /* Values grow with the place. The lowest place here has seven octaves to shift. */
    INT place = -3 * 4 * MANT_SIZE;
    for (INT value = 1; value <= LEVELS; value++) {
      const auto value_at = [&](INT place) {
        const INT power = tables.power[place & (4 * MANT_SIZE - 1)] >> 3 * (4 - (place >> (MANT_DIGITS + 2)));
        return (power + rounding_of(has_dead_zone)) >> 15;
      };
      while (value_at(place) < value) place++;
      for (INT row = 0; row < GAINS; row++)
        tables.below[has_dead_zone][row][value - 1] = least_at(place - place_offset(LEAST_GAIN + row)) - 1;
    }
  }
  for (INT row = 1; row < GAINS; row++) {
    const INT gain = LEAST_GAIN + row, octaves = -(gain >> 2);
    INT64 last = 0;
    for (INT value = 1; value <= LEVELS; value++) {
      const INT64 power = tables.inverse[gain & 3][value];
      const INT64 inverse = octaves >= 0 ? power >> octaves : power << -octaves;
      if (inverse >= LEAST_LARGE_ERROR) break;
      tables.steps[row][value - 1] = inverse - last;
      tables.usable[row] = value;
      last = inverse;
    }
  }
}

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
  make_levels();
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
    exponent = splat(place_offset(gain));
    rounding = splat(rounding_of(has_dead_zone));
  }

  /* Returns line * factor >> 16, from the line's upper and lower half. */
  v128_t scale(v128_t lines) const {
    const v128_t lower = wasm_i32x4_mul(wasm_v128_and(lines, splat(0xffff)), factor);
    return wasm_i32x4_add(wasm_i32x4_dot_i16x8(lines, factor_above), wasm_i32x4_shr(lower, 16));
  }

  /* Returns false, without a result, if a line is too large to be coded. */
  bool quantise(v128_t lines, Quantised &result) const {
    const v128_t scaled = scale(lines);
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

/* Sums over the lines of a band. */
struct Sums {
  v128_t distortion = splat(0), energy = splat(0);

  template <bool HAS_ENERGY>
  void add_energy(v128_t restored) {
    if (!HAS_ENERGY) return;
    const v128_t low = wasm_u64x2_extmul_low_u32x4(restored, restored);
    const v128_t high = wasm_u64x2_extmul_high_u32x4(restored, restored);
    energy = wasm_i32x4_add(energy, wasm_i32x4_shl(wasm_i32x4_shuffle(low, high, 1, 3, 5, 7), 1));
  }
};

/* A band's quantisation at one gain, and restoration at another, by comparing with levels. */
class Levels {
  const INT *below, *steps;
  INT count;
  Quantiser quantiser;

 public:
  Levels(const Band &band, INT gain, INT restoring_gain, INT has_dead_zone)
      : count(LEVELS), quantiser(gain, has_dead_zone) {
    const UINT row = gain - LEAST_GAIN, restoring_row = restoring_gain - LEAST_GAIN;
    if (row - 1 >= GAINS - 1 || restoring_row - 1 >= GAINS - 1 || band.largest >= 2 * LEAST_LARGE_ERROR) return;
    below = tables.below[has_dead_zone != 0][row];
    steps = tables.steps[restoring_row];
    const INT factor = FDKaacEnc_quantTableQ[(-gain) & 3];
    const v128_t largest = splat(((INT64)band.largest * factor + 0xffff) >> 16);
    const v128_t low = wasm_i16x8_narrow_i32x4(wasm_i32x4_gt(largest, wasm_v128_load(below)),
                                               wasm_i32x4_gt(largest, wasm_v128_load(below + 4)));
    const v128_t high = wasm_i16x8_narrow_i32x4(wasm_i32x4_gt(largest, wasm_v128_load(below + 8)),
                                                wasm_i32x4_gt(largest, wasm_v128_load(below + 12)));
    const INT needed = __builtin_popcount(wasm_i8x16_bitmask(wasm_i8x16_narrow_i16x8(low, high)));
    if (needed <= tables.usable[restoring_row]) count = needed;
  }

  bool suffice() const { return count < LEVELS; }

  template <bool HAS_ENERGY>
  void measure(const Band &band, Sums &sums) const {
    INT line = 0;
    for (; line + 4 * LANES <= band.count; line += 4 * LANES) add<4, HAS_ENERGY>(band.lines + line, sums);
    switch ((band.count - line) / LANES) {
      case 3: add<3, HAS_ENERGY>(band.lines + line, sums); break;
      case 2: add<2, HAS_ENERGY>(band.lines + line, sums); break;
      case 1: add<1, HAS_ENERGY>(band.lines + line, sums);
    }
  }

 private:
  template <INT VECTORS, bool HAS_ENERGY>
  void add(const FIXP_DBL *lines, Sums &sums) const {
    v128_t scaled[VECTORS], restored[VECTORS];
    for (INT i = 0; i < VECTORS; i++) {
      scaled[i] = wasm_i32x4_abs(quantiser.scale(wasm_v128_load(lines + i * LANES)));
      restored[i] = splat(0);
    }
    for (INT level = 0; level < count; level++) {
      const v128_t limit = wasm_v128_load32_splat(below + level), step = wasm_v128_load32_splat(steps + level);
      for (INT i = 0; i < VECTORS; i++) {
        const v128_t is_above = wasm_i32x4_gt(scaled[i], limit);
        restored[i] = wasm_i32x4_add(restored[i], wasm_v128_and(is_above, step));
      }
    }
    for (INT i = 0; i < VECTORS; i++) {
      /* The error is below LEAST_LARGE_ERROR, so this is squared_error. */
      const v128_t half = wasm_i32x4_abs(wasm_i32x4_shr(wasm_v128_load(lines + i * LANES), 1));
      const v128_t error = wasm_i32x4_abs(wasm_i32x4_sub(restored[i], half)), by_8 = wasm_i32x4_shl(error, 3);
      const v128_t low = wasm_u64x2_extmul_low_u32x4(error, by_8), high = wasm_u64x2_extmul_high_u32x4(error, by_8);
      sums.distortion = wasm_i32x4_add(sums.distortion, wasm_i32x4_shuffle(low, high, 1, 3, 5, 7));
      sums.add_energy<HAS_ENERGY>(restored[i]);
    }
  }
};

/* Returns false, without a result, if the library's functions are needed. */
template <bool HAS_ENERGY>
bool measured(const Band &band, INT gain, INT restoring_gain, INT has_dead_zone, Sums &sums) {
  const Levels levels(band, gain, restoring_gain, has_dead_zone);
  if (levels.suffice()) {
    levels.measure<HAS_ENERGY>(band, sums);
    return true;
  }
  if (gain <= LEAST_GAIN || restoring_gain <= LEAST_GAIN) return false;
  const Quantiser quantiser(gain, has_dead_zone);
  const InverseQuantiser inverse(restoring_gain);
  for (INT line = 0; line < band.count; line += LANES) {
    const v128_t lines = wasm_v128_load(band.lines + line);
    Quantised quantised;
    v128_t restored;
    if (!quantiser.quantise(lines, quantised) || !inverse.restore(quantised.magnitude, restored)) return false;
    sums.distortion = wasm_i32x4_add(sums.distortion, squared_error(restored, lines));
    sums.add_energy<HAS_ENERGY>(restored);
  }
  return true;
}

/* Room for the values of a band for which the library's functions are needed. */
SHORT values[1024];

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

FIXP_DBL band_distortion(const Band &band, INT gain, INT has_dead_zone) {
  Sums sums;
  if (!measured<false>(band, gain, gain, has_dead_zone, sums))
    return FDKaacEnc_calcSfbDist(band.lines, values, band.count, gain, has_dead_zone);
  return CalcLdData(lane_sum(sums.distortion));
}

void measure_band(const Band &band, INT gain, INT restoring_gain, INT has_dead_zone, FIXP_DBL &energy,
                  FIXP_DBL &distortion) {
  Sums sums;
  if (!measured<true>(band, gain, restoring_gain, has_dead_zone, sums)) {
    FDKaacEnc_quantizeLines(gain, band.count, band.lines, values, has_dead_zone);
    FDKaacEnc_calcSfbQuantEnergyAndDist(const_cast<FIXP_DBL *>(band.lines), values, band.count, restoring_gain, &energy,
                                        &distortion);
    return;
  }
  energy = CalcLdData(lane_sum(sums.energy)) + FL2FXCONST_DBL(0.03125f);
  distortion = CalcLdData(lane_sum(sums.distortion));
}
