/* The rotations before and after the FFT by which the encoder's MDCT is computed, four numbers at a time, for wasm with
 * SIMD.
 *
 * Third-Party Modified Version of the Fraunhofer FDK AAC Codec Library for Android: this file, of 2026-12-01, is
 * compiled instead of the library's libFDK/src/dct.cpp, and includes that file, unchanged, with one function under
 * another name. It is under the library's licence, LICENSES/FDK-AAC.txt.
 *
 * Each product is rounded down on its own before the addition, as in the library. */

#define dct_IV portable_dct_IV
#include FDK_ORIGINAL
#undef dct_IV

#include <wasm_simd128.h>

namespace {

/* Four numbers, ready to be multiplied: whole, and without their upper halves. */
struct Numbers {
  v128_t whole, lower;

  explicit Numbers(v128_t numbers)
      : whole(numbers), lower(wasm_v128_and(numbers, wasm_i32x4_const_splat(0xffff))) {}
};

/* Four factors of 16 bits: as they are, and in the upper halves. */
struct Factors {
  v128_t low, high;
};

/* Returns number * factor >> 16. */
inline v128_t product(const Numbers &numbers, const Factors &factors) {
  return wasm_i32x4_add(wasm_i32x4_dot_i16x8(numbers.whole, factors.high),
                        wasm_i32x4_shr(wasm_i32x4_mul(numbers.lower, factors.low), 16));
}

/* Cosines and sines, from the library's pairs of them. */
struct Rotation {
  Factors cosine, sine;

  explicit Rotation(v128_t pairs) {
    cosine.high = wasm_i32x4_shl(pairs, 16);
    cosine.low = wasm_i32x4_shr(cosine.high, 16);
    sine.low = wasm_i32x4_shr(pairs, 16);
    sine.high = wasm_i32x4_shl(sine.low, 16);
  }
};

/* Negates the lanes whose bits in `sign` are all ones. */
inline v128_t negate(v128_t lanes, v128_t sign) { return wasm_i32x4_sub(wasm_v128_xor(lanes, sign), sign); }

/* Combines numbers from both ends to complex numbers, rotates these, and halves them. */
void rotate_inputs(FIXP_DBL *data, INT length, const FIXP_WTP *twiddle) {
  FIXP_DBL *front = data, *back = data + length - 4;
  for (; front < back; front += 4, back -= 4, twiddle += 4) {
    const Rotation rotation(wasm_v128_load(twiddle));
    const v128_t ends = wasm_v128_load(back);
    const Numbers imaginary(wasm_v128_load(front)), real(wasm_i32x4_shuffle(ends, ends, 3, 2, 1, 0));
    const v128_t x = wasm_i32x4_shr(
        wasm_i32x4_sub(product(real, rotation.cosine), product(imaginary, rotation.sine)), 1);
    const v128_t y = wasm_i32x4_shr(
        wasm_i32x4_add(product(real, rotation.sine), product(imaginary, rotation.cosine)), 1);
    wasm_v128_store(front, wasm_i32x4_shuffle(y, x, 0, 4, 2, 6));
    wasm_v128_store(back, wasm_i32x4_shuffle(y, wasm_i32x4_neg(x), 3, 7, 1, 5));
  }
}

/* Rotates the i-th complex number and the i-th from the end, for two values of i, and puts the results in order. The
 * result of one is stored over half of the other that comes next at the end, so that one is read first. */
void rotate_outputs(FIXP_DBL *data, INT length, const FIXP_STP *sines, INT step) {
  const INT pairs = length / 4;
  FIXP_DBL *front = data + 2, *back = data + length - 4;
  const FIXP_DBL first = data[1];
  v128_t ends = wasm_v128_load(back);
  data[length - 1] = -first;
  const v128_t from_end = wasm_i32x4_const(-1, 0, -1, 0), from_start = wasm_i32x4_const(0, -1, 0, -1);
  const FIXP_STP *factors = sines + step;
  for (INT i = 1; i + 1 < pairs; i += 2, front += 4, back -= 4, factors += 2 * step) {
    const v128_t one = wasm_v128_load32_splat(factors), two = wasm_v128_load32_splat(factors + step);
    const Rotation rotation(wasm_i64x2_shuffle(one, two, 0, 2));
    const v128_t starts = wasm_v128_load(front), next_ends = wasm_v128_load(back - 4);
    const Numbers real(wasm_i32x4_shuffle(ends, starts, 2, 4, 0, 6));
    const Numbers imaginary(wasm_i32x4_shuffle(ends, starts, 3, 5, 1, 7));
    const v128_t x = wasm_i32x4_add(product(real, rotation.cosine),
                                    negate(product(imaginary, rotation.sine), from_end));
    const v128_t y = wasm_i32x4_add(product(real, rotation.sine),
                                    negate(product(imaginary, rotation.cosine), from_start));
    wasm_v128_store(front - 1, wasm_i32x4_shl(x, 1));
    wasm_v128_store(back - 1, wasm_i32x4_shl(wasm_i32x4_shuffle(y, y, 3, 2, 1, 0), 1));
    ends = next_ends;
  }

  /* The last pair, and the number in the middle. */
  FIXP_DBL x, y;
  cplxMult(&x, &y, wasm_i32x4_extract_lane(ends, 2), wasm_i32x4_extract_lane(ends, 3), *factors);
  front[-1] = x;
  back[2] = y;
  cplxMult(&x, &y, front[1], front[0], *factors);
  back[1] = -x;
  front[0] = y;
  x = fMult((FIXP_DBL)wasm_i32x4_extract_lane(ends, 0), WTC(0x5a82799a));
  y = fMult((FIXP_DBL)wasm_i32x4_extract_lane(ends, 1), WTC(0x5a82799a));
  back[0] = x + y;
  front[1] = x - y;
}

}  // namespace

void dct_IV(FIXP_DBL *pDat, int L, int *pDat_e) {
  if (L % 8 != 0) {
    portable_dct_IV(pDat, L, pDat_e);
    return;
  }
  const FIXP_WTP *twiddle;
  const FIXP_STP *sines;
  int step = 0;
  dct_getTables(&twiddle, &sines, &step, L);
  rotate_inputs(pDat, L, twiddle);
  fft(L / 2, pDat, pDat_e);
  rotate_outputs(pDat, L, sines, step);
  *pDat_e += 2;
}
