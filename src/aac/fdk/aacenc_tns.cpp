/* The autocorrelation of the spectrum for temporal noise shaping, four products at a time, for wasm with SIMD.
 *
 * Third-Party Modified Version of the Fraunhofer FDK AAC Codec Library for Android: this file, of 2026-12-01, is
 * compiled instead of the library's libAACenc/src/aacenc_tns.cpp, and includes that file, unchanged. It is under the
 * library's licence, LICENSES/FDK-AAC.txt.
 *
 * Each product is rounded down on its own before the addition, as in the library, so the order of additions does not
 * matter. */

#include "common_fix.h"

#include <wasm_simd128.h>

/* The library's function has this name too, but takes constant lines. Its callers' lines are not constant, so they call
 * this one. */
FIXP_DBL FDKaacEnc_CalcAutoCorrValue(FIXP_DBL *spectrum, INT start, INT stop, INT lag, INT scale) {
  v128_t sums = wasm_i32x4_const_splat(0);
  INT line = start;
  for (; line + 4 <= stop - lag; line += 4) {
    const v128_t a = wasm_v128_load(spectrum + line), b = wasm_v128_load(spectrum + line + lag);
    const v128_t low = wasm_i64x2_extmul_low_i32x4(a, b), high = wasm_i64x2_extmul_high_i32x4(a, b);
    /* Twice the upper half: the callers' lines are above -2^31, so the lower bit cannot overflow. */
    const v128_t upper = wasm_i32x4_shuffle(low, high, 1, 3, 5, 7);
    sums = wasm_i32x4_add(sums, wasm_i32x4_shr(upper, scale - 1));
  }
  FIXP_DBL sum = wasm_i32x4_extract_lane(sums, 0) + wasm_i32x4_extract_lane(sums, 1) +
                 wasm_i32x4_extract_lane(sums, 2) + wasm_i32x4_extract_lane(sums, 3);
  for (; line < stop - lag; line++) sum += fMult(spectrum[line], spectrum[line + lag]) >> scale;
  return sum;
}

#include FDK_ORIGINAL

FIXP_DBL portable_CalcAutoCorrValue(const FIXP_DBL *spectrum, INT start, INT stop, INT lag, INT scale) {
  return FDKaacEnc_CalcAutoCorrValue(spectrum, start, stop, lag, scale);
}
