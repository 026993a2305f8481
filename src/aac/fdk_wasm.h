/* Compiles the FDK AAC library for wasm with its primitives for x86.
 *
 * Third-Party Modified Version of the Fraunhofer FDK AAC Codec Library for Android: this file, of 2026-11-22, changes
 * how the library compiles. scripts/wasm-cc includes it before each of the library's sources. No file of the library
 * itself is changed, and absent.rs keeps parts of it out. The library and its licence come with the crate fdk-aac-sys.
 *
 * The library knows x86, ARM and MIPS. On other targets it counts leading zeros bit by bit, uses 32-bit tables, and
 * takes roots and reciprocals by integer interpolation. For wasm this halves the speed, and the packets differ from
 * the x86 build's in their last bits. If the target looks like x86, the library's own headers bring:
 *
 *   FDK_archdef.h           32x16-bit multiplication; 16-bit sine, window, power and logarithm tables
 *   x86/clz_x86.h           fixnormz_D and fixnorm_D by __builtin_clz
 *   x86/fixpoint_math_x86.h sqrtFixp, invSqrtNorm2, invFixp in floating point; schur_div by one division
 *
 * So the packets equal the x86 build's to the bit; tests/both/aac_packets.rs checks it. */
#define __x86__

/* The include guard of x86/fixmul_x86.h, whose functions are assembler. The library's portable versions give the same
 * bits with one wasm multiplication. */
#define FIXMUL_X86_H

/* Logarithms, which fdk/fixpoint_math.cpp has instead of the library's header. */
#define FUNCTION_fLog2
long fLog2(long x_m, int x_e, int *result_e);
long fLog2(long x_m, int x_e);
long CalcLog2(long base_m, int base_e, int *result_e);
