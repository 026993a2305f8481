/* The energies by which the encoder finds attacks, for wasm with SIMD.
 *
 * Third-Party Modified Version of the Fraunhofer FDK AAC Codec Library for Android: this file, of 2026-12-01, is
 * compiled instead of the library's libAACenc/src/block_switch.cpp, and includes that file, unchanged, with one
 * function under another name. It is under the library's licence, LICENSES/FDK-AAC.txt.
 *
 * The library squares each sample, and each output of a high-pass filter, one after the other. Only the filter's
 * recursion needs that order: with d for the difference of two samples, its output is 2·u, where
 *
 *   u = (d·HIGH_PASS_1 >> 1) - (u·HIGH_PASS_0 >> 15).
 *
 * The differences and the squares are computed eight and four at a time, with the same roundings. No sum here can
 * overflow: the filter's output is at most 1.51 times as large as the largest sample, which is below 2^30. */

#include "block_switch.h"

#include <wasm_simd128.h>

/* The library's BlockSwitching becomes a member of this class. So it calls this class's function for the energies. */
struct Replaced {
  static int BlockSwitching(BLOCK_SWITCHING_CONTROL *control, const INT length, const int is_lfe,
                            const INT_PCM *samples);
  static void FDKaacEnc_CalcWindowEnergy(BLOCK_SWITCHING_CONTROL *control, INT length, const INT_PCM *samples);
};

#define FDKaacEnc_BlockSwitching Replaced::BlockSwitching
#include FDK_ORIGINAL
#undef FDKaacEnc_BlockSwitching

int FDKaacEnc_BlockSwitching(BLOCK_SWITCHING_CONTROL *control, const INT length, const int is_lfe,
                             const INT_PCM *samples) {
  return Replaced::BlockSwitching(control, length, is_lfe, samples);
}

void portable_CalcWindowEnergy(BLOCK_SWITCHING_CONTROL *control, INT length, const INT_PCM *samples) {
  FDKaacEnc_CalcWindowEnergy(control, length, samples);
}

namespace {

/* Samples in a window of AAC-LC. */
const INT WINDOW = 128;

/* How far the library shifts samples up before it filters them. */
const INT SAMPLE_SHIFT = DFRACT_BITS - SAMPLE_BITS - 1;

/* How far a sample's square is shifted down, and the upper half of an output's, where the library shifts them up before
 * the square and down after it. */
const INT SQUARE_SHIFT = BLOCK_SWITCH_ENERGY_SHIFT - 1, UPPER_SHIFT = BLOCK_SWITCH_ENERGY_SHIFT - 5;

/* The filter's coefficients. */
const INT HIGH_PASS_0 = FL2FXCONST_SGL(-0.5095), HIGH_PASS_1 = FL2FXCONST_SGL(0.7548);

inline FIXP_DBL energy(v128_t sums) {
  const ULONG sum = wasm_u32x4_extract_lane(sums, 0) + wasm_u32x4_extract_lane(sums, 1) +
                    wasm_u32x4_extract_lane(sums, 2) + wasm_u32x4_extract_lane(sums, 3);
  return sum < (ULONG)MAXVAL_DBL ? sum : MAXVAL_DBL;
}

}  // namespace

void Replaced::FDKaacEnc_CalcWindowEnergy(BLOCK_SWITCHING_CONTROL *control, INT length, const INT_PCM *samples) {
  if (length != WINDOW) {
    ::FDKaacEnc_CalcWindowEnergy(control, length, samples);
    return;
  }
  /* The differences of a window's samples, after the first coefficient; then the filter's outputs. */
  LONG filtered[WINDOW];
  INT64 output = control->iirStates[1] >> 1;
  v128_t last = wasm_i16x8_splat(control->iirStates[0] >> SAMPLE_SHIFT);
  for (UINT window = 0; window < control->nBlockSwitchWindows; window++, samples += WINDOW) {
    v128_t sums = wasm_i32x4_const_splat(0);
    for (INT i = 0; i < WINDOW; i += 8) {
      const v128_t x = wasm_v128_load(samples + i), before = wasm_i16x8_shuffle(last, x, 7, 8, 9, 10, 11, 12, 13, 14);
      const v128_t low = wasm_i32x4_extmul_low_i16x8(x, x), high = wasm_i32x4_extmul_high_i16x8(x, x);
      sums = wasm_i32x4_add(sums, wasm_i32x4_shr(low, SQUARE_SHIFT));
      sums = wasm_i32x4_add(sums, wasm_i32x4_shr(high, SQUARE_SHIFT));
      const v128_t factors = wasm_i32x4_splat(HIGH_PASS_1);
      const v128_t first = wasm_i32x4_sub(wasm_i32x4_extend_low_i16x8(x), wasm_i32x4_extend_low_i16x8(before));
      const v128_t second = wasm_i32x4_sub(wasm_i32x4_extend_high_i16x8(x), wasm_i32x4_extend_high_i16x8(before));
      wasm_v128_store(filtered + i, wasm_i32x4_shr(wasm_i32x4_mul(first, factors), 1));
      wasm_v128_store(filtered + i + 4, wasm_i32x4_shr(wasm_i32x4_mul(second, factors), 1));
      last = x;
    }
    control->windowNrg[1][window] = energy(sums);

    for (INT i = 0; i < WINDOW; i++) {
      output = filtered[i] - (output * HIGH_PASS_0 >> 15);
      filtered[i] = (LONG)output;
    }

    sums = wasm_i32x4_const_splat(0);
    for (INT i = 0; i < WINDOW; i += 4) {
      const v128_t u = wasm_v128_load(filtered + i);
      const v128_t low = wasm_i64x2_extmul_low_i32x4(u, u), high = wasm_i64x2_extmul_high_i32x4(u, u);
      sums = wasm_i32x4_add(sums, wasm_i32x4_shr(wasm_i32x4_shuffle(low, high, 1, 3, 5, 7), UPPER_SHIFT));
    }
    control->windowNrgF[1][window] = energy(sums);
  }
  control->iirStates[0] = samples[-1] << SAMPLE_SHIFT;
  control->iirStates[1] = (LONG)output * 2;
}
