/* Compiles the FDK AAC library for wasm with the primitives that it keeps for x86.
 *
 * Third-Party Modified Version of the Fraunhofer FDK AAC Codec Library for Android: this file, of 2026-11-22, changes
 * how the library compiles. It is included ahead of each of its sources by scripts/wasm-cc; no file of the library
 * itself is changed, and absent.rs keeps two parts of it out. The library and its licence come with the crate
 * fdk-aac-sys.
 *
 * The library knows x86, ARM and MIPS. For anything else it counts leading zeros bit by bit, uses 32-bit tables, and
 * takes roots and reciprocals by integer interpolation. For wasm this halves the speed, and the packets differ from
 * the x86 build's in their last bits. Posing as x86 brings, from the library's own headers:
 *
 *   FDK_archdef.h           32x16-bit multiplication; 16-bit sine, window, power and logarithm tables
 *   x86/clz_x86.h           fixnormz_D and fixnorm_D by __builtin_clz
 *   x86/fixpoint_math_x86.h sqrtFixp, invSqrtNorm2, invFixp in floating point; schur_div by one division
 *
 * So the packets are the x86 build's to the bit, which tests/aac_packets.rs holds it to. */
#define __x86__

/* The include guard of x86/fixmul_x86.h, whose functions are assembler. The library's portable ones give the same
 * bits from one wasm multiplication. */
#define FIXMUL_X86_H
