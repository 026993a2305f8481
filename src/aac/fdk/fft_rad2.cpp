/* The encoder's FFT, two butterflies at a time, for wasm with SIMD.
 *
 * Third-Party Modified Version of the Fraunhofer FDK AAC Codec Library for Android: this file, of 2026-11-24, is
 * compiled instead of the library's libFDK/src/fft_rad2.cpp, and includes that file, unchanged, under another name. It
 * is under the library's licence, LICENSES/FDK-AAC.txt.
 *
 * It computes the same as the library, to the bit: each product is rounded down on its own before the addition. With c
 * and s for the magnitudes of a twiddle factor's cosine and sine, and products >> 16, the library turns x into
 *
 *   (xr·c + xi·s, xi·c - xr·s)      in the first half of a block, and
 *   (xi·c - xr·s, -(xi·s + xr·c))   in its second half,
 *
 * where both halves use the same j-th factor. So one table serves both halves, with c and s swapped. The first factor
 * of each half, 1 or 0, is exact: 1 is 2^15 here, not 2^15 - 1. */

#define dit_fft portable_dit_fft
#include FDK_ORIGINAL
#undef dit_fft

#include <wasm_simd128.h>

namespace {

/* The first stage that needs factors, and the last: the encoder's blocks have up to 2^9 complex numbers, and share one
 * table of sines. */
const INT FIRST_STAGE = 3;
const INT LAST_STAGE = 9;

/* Four factors from 0 to 2^15: as they are, and negative in the upper halves, since +2^15 does not fit there. */
struct Factor {
  v128_t low, high;

  void set(LONG first, LONG second) {
    low = wasm_i32x4_make(first, first, second, second);
    high = wasm_i32x4_shl(wasm_i32x4_neg(low), 16);
  }
};

/* c and s of two butterflies, each twice: for the real and the imaginary part. */
struct Factors {
  Factor c, s;
};

/* The factors for the first half of a block, stage by stage. */
struct Tables {
  Factors factors[(1 << (LAST_STAGE - 1)) / 2 - 1];
  bool are_made;
};

Tables tables;

void make_tables(const FIXP_STP *trigdata, INT trigDataSize) {
  Factors *next = tables.factors;
  for (INT stage = FIRST_STAGE; stage <= LAST_STAGE; stage++) {
    const INT half = 1 << (stage - 2), step = (trigDataSize << 2) >> stage;
    LONG c[2], s[2];
    for (INT j = 0; j < half; j++) {
      const bool is_mirrored = 2 * j > half;
      const FIXP_STP factor = trigdata[(is_mirrored ? half - j : j) * step];
      c[j & 1] = is_mirrored ? factor.v.im : factor.v.re;
      s[j & 1] = is_mirrored ? factor.v.re : factor.v.im;
      if (j == 0) c[0] = 1 << 15, s[0] = 0;
      if (2 * j == half) c[j & 1] = s[j & 1] = STC(0x5a82799a);
      if (j & 1) {
        next->c.set(c[0], c[1]);
        next->s.set(s[0], s[1]);
        next++;
      }
    }
  }
  tables.are_made = true;
}

/* Negates the lanes whose bits in `sign` are all ones. */
inline v128_t negate(v128_t lanes, v128_t sign) { return wasm_i32x4_sub(wasm_v128_xor(lanes, sign), sign); }

/* Returns number * factor >> 16, from the whole numbers, for the upper halves, and the lower halves alone. */
inline v128_t product(v128_t whole, v128_t lower, const Factor &factor) {
  return wasm_i32x4_sub(wasm_u32x4_shr(wasm_i32x4_mul(lower, factor.low), 16),
                        wasm_i32x4_dot_i16x8(whole, factor.high));
}

enum Half { FIRST, SECOND };

/* Computes two butterflies of a block's half, from `a` and `b`, in place. */
template <Half HALF>
inline void butterflies(FIXP_DBL *a, FIXP_DBL *b, const Factors &factors) {
  const v128_t u = wasm_i32x4_shr(wasm_v128_load(a), 1), x = wasm_v128_load(b);
  const v128_t lower = wasm_v128_and(x, wasm_i32x4_const_splat(0xffff));
  const v128_t straight = product(x, lower, HALF == FIRST ? factors.c : factors.s);
  const v128_t crossed = product(x, lower, HALF == FIRST ? factors.s : factors.c);
  const v128_t swapped = wasm_i32x4_shuffle(crossed, crossed, 1, 0, 3, 2);
  const v128_t turned = negate(swapped, wasm_i32x4_const(0, -1, 0, -1));
  const v128_t v = HALF == FIRST ? wasm_i32x4_add(turned, straight) : wasm_i32x4_sub(turned, straight);
  wasm_v128_store(a, wasm_i32x4_add(u, v));
  wasm_v128_store(b, wasm_i32x4_sub(u, v));
}

/* Computes the first two stages for four numbers. */
inline void radix_4(FIXP_DBL *x) {
  const v128_t front = wasm_v128_load(x), back = wasm_v128_load(x + 4);
  const v128_t first = wasm_i32x4_shuffle(front, back, 0, 1, 4, 5);
  const v128_t second = wasm_i32x4_shuffle(front, back, 2, 3, 6, 7);
  const v128_t sum = wasm_i32x4_shr(wasm_i32x4_add(first, second), 1), difference = wasm_i32x4_sub(sum, second);
  const v128_t sums = wasm_i32x4_shuffle(sum, sum, 0, 1, 0, 1);
  const v128_t further_sums = wasm_i32x4_shuffle(sum, sum, 2, 3, 2, 3);
  const v128_t differences = wasm_i32x4_shuffle(difference, difference, 0, 1, 0, 1);
  const v128_t further_differences = wasm_i32x4_shuffle(difference, difference, 3, 2, 3, 2);
  const v128_t even = wasm_i32x4_add(sums, negate(further_sums, wasm_i32x4_const(0, 0, -1, -1)));
  const v128_t odd = wasm_i32x4_add(differences, negate(further_differences, wasm_i32x4_const(0, -1, -1, 0)));
  wasm_v128_store(x, wasm_i64x2_shuffle(even, odd, 0, 2));
  wasm_v128_store(x + 4, wasm_i64x2_shuffle(even, odd, 1, 3));
}

}  // namespace

void dit_fft(FIXP_DBL *x, const INT ldn, const FIXP_STP *trigdata, const INT trigDataSize) {
  if (!tables.are_made) make_tables(trigdata, trigDataSize);
  const INT n = 1 << ldn;
  scramble(x, n);
  for (INT i = 0; i < n; i += 4) radix_4(x + 2 * i);

  const Factors *factors = tables.factors;
  for (INT stage = FIRST_STAGE; stage <= ldn; stage++) {
    const INT m = 1 << stage, pairs = m / 8;
    for (FIXP_DBL *block = x; block < x + 2 * n; block += 2 * m)
      for (INT pair = 0; pair < pairs; pair++) {
        FIXP_DBL *a = block + 4 * pair, *b = a + m;
        butterflies<FIRST>(a, b, factors[pair]);
        butterflies<SECOND>(a + m / 2, b + m / 2, factors[pair]);
      }
    factors += pairs;
  }
}
