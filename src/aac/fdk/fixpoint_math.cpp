/* Binary logarithms with fewer steps, and four at a time, for wasm with SIMD.
 *
 * Third-Party Modified Version of the Fraunhofer FDK AAC Codec Library for Android: this file, of 2026-12-01, is
 * compiled instead of the library's libFDK/src/fixpoint_math.cpp, and includes that file, unchanged, with two functions
 * under other names. It is under the library's licence, LICENSES/FDK-AAC.txt.
 *
 * The library takes ln(1 - y), for y up to 1/2, from ten terms of its series, and rounds each power of y and each term
 * down. So does this file, to the bit, with half of each power (which the library doubles after rounding, so nothing is
 * lost) and with constants that make each product's upper word the term. */

/* fdk_wasm.h keeps the library's function out of the header. Here it is wanted, for the test. */
#undef FUNCTION_fLog2
#define fLog2 portable_fLog2
#define LdDataVector portable_LdDataVector
#include FDK_ORIGINAL
#undef fLog2
#undef LdDataVector

#include <wasm_simd128.h>

namespace {

/* 1/ln(2) - 1, doubled. */
const FIXP_DBL LOG2_E = FL2FXCONST_DBL(2.0 * 0.4426950408889634073599246810019);

/* Returns half the logarithm of a number from 2^30, for 1/2, to 2^31 - 1. */
inline FIXP_DBL half_logarithm(FIXP_DBL number) {
  const INT64 y = 0x80000000LL - number;
  INT64 power = y * y >> 32, sum = -y >> 1;
  for (INT term = 1; term < LD_PRECISION; term++) {
    sum += ldCoeff[term] * power >> 15;
    power = power * y >> 31;
  }
  return sum + (sum * LOG2_E >> 32);
}

/* Returns the upper words of four products. */
inline v128_t upper(v128_t a, v128_t b) {
  return wasm_i32x4_shuffle(wasm_i64x2_extmul_low_i32x4(a, b), wasm_i64x2_extmul_high_i32x4(a, b), 1, 3, 5, 7);
}

inline v128_t half_logarithms(v128_t numbers) {
  const v128_t y = wasm_i32x4_sub(wasm_i32x4_const_splat(INT32_MIN), numbers), twice = wasm_i32x4_shl(y, 1);
  v128_t power = upper(y, y), sum = wasm_i32x4_shr(wasm_i32x4_neg(y), 1);
  for (INT term = 1; term < LD_PRECISION; term++) {
    sum = wasm_i32x4_add(sum, upper(power, wasm_i32x4_splat(ldCoeff[term] * (1 << 17))));
    /* Twice y may be 2^31, which as a signed factor would be negative. */
    power = wasm_i32x4_shuffle(wasm_u64x2_extmul_low_u32x4(power, twice), wasm_u64x2_extmul_high_u32x4(power, twice),
                               1, 3, 5, 7);
  }
  return wasm_i32x4_add(sum, upper(sum, wasm_i32x4_splat(LOG2_E)));
}

}  // namespace

FIXP_DBL fLog2(FIXP_DBL x_m, INT x_e, INT *result_e) {
  if (x_m <= 0) {
    *result_e = DFRACT_BITS - 1;
    return FL2FXCONST_DBL(-1.0f);
  }
  const INT norm = fNormz(x_m) - 1;
  const FIXP_DBL half = half_logarithm(x_m << norm);
  x_e -= norm;
  if (x_e == 0) {
    *result_e = 1;
    return half;
  }
  *result_e = DFRACT_BITS - fNorm((FIXP_DBL)x_e);
  return (half >> (*result_e - 1)) + ((FIXP_DBL)x_e << (DFRACT_BITS - 1 - *result_e));
}

FIXP_DBL fLog2(FIXP_DBL x_m, INT x_e) {
  if (x_m <= 0) return FL2FXCONST_DBL(-1.0f);
  if (x_e != 0) {
    INT result_e;
    const FIXP_DBL result = fLog2(x_m, x_e, &result_e);
    return scaleValue(result, result_e - LD_DATA_SHIFT);
  }
  const INT norm = fNormz(x_m) - 1;
  return (half_logarithm(x_m << norm) >> (LD_DATA_SHIFT - 1)) - (norm << (DFRACT_BITS - 1 - LD_DATA_SHIFT));
}

void LdDataVector(FIXP_DBL *srcVector, FIXP_DBL *destVector, INT number) {
  INT i = 0;
  for (; i + 4 <= number; i += 4) {
    const v128_t numbers = wasm_v128_load(srcVector + i);
    LONG shifted[4], octaves[4];
    wasm_v128_store(shifted, wasm_i32x4_max(numbers, wasm_i32x4_const_splat(1)));
    for (INT lane = 0; lane < 4; lane++) {
      octaves[lane] = fNormz(shifted[lane]) - 1;
      shifted[lane] <<= octaves[lane];
    }
    const v128_t logarithms =
        wasm_i32x4_sub(wasm_i32x4_shr(half_logarithms(wasm_v128_load(shifted)), LD_DATA_SHIFT - 1),
                       wasm_i32x4_shl(wasm_v128_load(octaves), DFRACT_BITS - 1 - LD_DATA_SHIFT));
    const v128_t is_positive = wasm_i32x4_gt(numbers, wasm_i32x4_const_splat(0));
    wasm_v128_store(destVector + i,
                    wasm_v128_bitselect(logarithms, wasm_i32x4_splat(FL2FXCONST_DBL(-1.0f)), is_positive));
  }
  for (; i < number; i++) destVector[i] = fLog2(srcVector[i], 0);
}
