/* The math functions that FDK calls because of fdk_wasm.h. The overloads for float matter: C++'s own math.h has them,
 * so the native build computes these roots in float, and our packets must match its packets. */
#pragma once

extern "C" float ldexpf(float fraction, int exponent); /* from Rust's compiler-builtins */

/* Splits a normal number into a fraction in [0.5, 1) and a power of two. FDK passes it the reciprocals of integers
 * and of their roots, which are never zero, subnormal or infinite. */
static inline float frexpf(float value, int *exponent) {
  unsigned bits;
  __builtin_memcpy(&bits, &value, sizeof bits);
  *exponent = (int)((bits >> 23) & 0xff) - 126;
  bits = (bits & 0x807fffffu) | (126u << 23);
  __builtin_memcpy(&value, &bits, sizeof value);
  return value;
}

static inline float sqrt(float value) { return __builtin_sqrtf(value); }
static inline float ldexp(float fraction, int exponent) { return ldexpf(fraction, exponent); }
