/* The SSE instructions that minimp3 uses, by wasm's SIMD. scripts/wasm-cc has minimp3 take its path for x86-64 with
 * this header in place of the compiler's. Each does what its namesake does, so the samples are those of a native build
 * to the bit. */
#pragma once
#include <wasm_simd128.h>

typedef v128_t __m128i;
typedef float __m128 __attribute__((__vector_size__(16)));
typedef double __m64;

#define _MM_SHUFFLE(d, c, b, a) ((d) << 6 | (c) << 4 | (b) << 2 | (a))
#define _mm_shuffle_ps(x, y, s) \
  ((__m128)wasm_i32x4_shuffle(x, y, (s) & 3, (s) >> 2 & 3, 4 + ((s) >> 4 & 3), 4 + ((s) >> 6 & 3)))
#define _mm_extract_epi16(x, lane) wasm_i16x8_extract_lane(x, lane)

static inline __m128 _mm_set1_ps(float x) { return (__m128)wasm_f32x4_splat(x); }
static inline __m128 _mm_loadu_ps(const float *from) { return (__m128)wasm_v128_load(from); }
static inline void _mm_storeu_ps(float *to, __m128 x) { wasm_v128_store(to, (v128_t)x); }
static inline void _mm_store_ss(float *to, __m128 x) { wasm_v128_store32_lane(to, (v128_t)x, 0); }
static inline void _mm_storel_pi(__m64 *to, __m128 x) { wasm_v128_store64_lane(to, (v128_t)x, 0); }
static inline __m128 _mm_add_ps(__m128 x, __m128 y) { return (__m128)wasm_f32x4_add((v128_t)x, (v128_t)y); }
static inline __m128 _mm_sub_ps(__m128 x, __m128 y) { return (__m128)wasm_f32x4_sub((v128_t)x, (v128_t)y); }
static inline __m128 _mm_mul_ps(__m128 x, __m128 y) { return (__m128)wasm_f32x4_mul((v128_t)x, (v128_t)y); }
static inline __m128 _mm_min_ps(__m128 x, __m128 y) { return (__m128)wasm_f32x4_pmin((v128_t)y, (v128_t)x); }
static inline __m128 _mm_max_ps(__m128 x, __m128 y) { return (__m128)wasm_f32x4_pmax((v128_t)y, (v128_t)x); }

/* Only the conversion to 16 bits has these, which is not linked. */
static inline __m128i _mm_cvtps_epi32(__m128 x) { return wasm_i32x4_trunc_sat_f32x4(wasm_f32x4_nearest((v128_t)x)); }
static inline __m128i _mm_packs_epi32(__m128i x, __m128i y) { return wasm_i16x8_narrow_i32x4(x, y); }
