/* Counting the bits of a band in all code books at once, for wasm with SIMD.
 *
 * Third-Party Modified Version of the Fraunhofer FDK AAC Codec Library for Android: this file, of 2026-12-01, is
 * compiled instead of the library's libAACenc/src/bit_cnt.cpp, and includes that file, unchanged, under another name.
 * It is under the library's licence, LICENSES/FDK-AAC.txt.
 *
 * The library looks each pair or quadruple of values up in a table for every two code books. Here one vector holds its
 * lengths in all books, with the bits of its signs. Values above LARGEST have one book only, and are left to the
 * library. */

#define FDKaacEnc_bitCount portable_bitCount
#include FDK_ORIGINAL
#undef FDKaacEnc_bitCount

#include <wasm_simd128.h>

namespace {

/* Larger values are coded with an escape. */
const INT LARGEST = CODE_BOOK_ESC_LAV - 1;

/* The books of pairs from 7 on do not code signs. */
const INT LARGEST_SIGNED = CODE_BOOK_5_LAV;

/* The first book that codes values of each magnitude. */
const UCHAR FIRST_BOOKS[LARGEST + 1] = {1, 1, 3, 5, 5, 7, 7, 7, 9, 9, 9, 9, 9, 11, 11, 11};

/* Lengths of a pair in the books 4 to 11; book 4 has quadruples, so its length is zero. */
typedef SHORT PairLengths[8];

/* Lengths of a quadruple in the books 0 to 7; all but those in 1 to 4 are zero. */
typedef SHORT QuadLengths[8];

struct Tables {
  PairLengths small_pairs[9][9], pairs[LARGEST + 1][LARGEST + 1];
  /* Of values from -1 to 1, and of magnitudes up to 2. */
  QuadLengths signed_quads[81], quads[81];
  bool are_made;
};

Tables tables;

void make_pair(PairLengths &lengths, INT first, INT second) {
  const INT a = fixp_abs(first), b = fixp_abs(second), signs = (a > 0) + (b > 0);
  if (a <= 4 && b <= 4) {
    const INT both = FDKaacEnc_huff_ltab5_6[first + 4][second + 4];
    lengths[1] = HI_LTAB(both);
    lengths[2] = LO_LTAB(both);
  }
  if (a <= 7 && b <= 7) {
    const INT both = FDKaacEnc_huff_ltab7_8[a][b];
    lengths[3] = HI_LTAB(both) + signs;
    lengths[4] = LO_LTAB(both) + signs;
  }
  if (a <= 12 && b <= 12) {
    const INT both = FDKaacEnc_huff_ltab9_10[a][b];
    lengths[5] = HI_LTAB(both) + signs;
    lengths[6] = LO_LTAB(both) + signs;
  }
  lengths[7] = FDKaacEnc_huff_ltab11[a][b] + signs;
}

void make_tables() {
  for (INT a = -LARGEST_SIGNED; a <= LARGEST_SIGNED; a++)
    for (INT b = -LARGEST_SIGNED; b <= LARGEST_SIGNED; b++)
      make_pair(tables.small_pairs[a + LARGEST_SIGNED][b + LARGEST_SIGNED], a, b);
  for (INT a = 0; a <= LARGEST; a++)
    for (INT b = 0; b <= LARGEST; b++) make_pair(tables.pairs[a][b], a, b);
  for (INT i = 0; i < 81; i++) {
    const INT digits[4] = {i / 27, i / 9 % 3, i / 3 % 3, i % 3};
    INT signs = 0, signed_signs = 0;
    for (INT digit : digits) {
      signs += digit > 0;
      signed_signs += digit != 1;
    }
    const auto lengths = [](const ULONG table[3][3][3][3], INT a, INT b, INT c, INT d) {
      return (INT)table[a][b][c][d];
    };
    const INT in_1_2 = lengths(FDKaacEnc_huff_ltab1_2, digits[0], digits[1], digits[2], digits[3]);
    const INT in_3_4 = lengths(FDKaacEnc_huff_ltab3_4, digits[0], digits[1], digits[2], digits[3]);
    const INT small_in_3_4 = lengths(FDKaacEnc_huff_ltab3_4, digits[0] != 1, digits[1] != 1, digits[2] != 1,
                                     digits[3] != 1);
    tables.signed_quads[i][1] = HI_LTAB(in_1_2);
    tables.signed_quads[i][2] = LO_LTAB(in_1_2);
    tables.signed_quads[i][3] = HI_LTAB(small_in_3_4) + signed_signs;
    tables.signed_quads[i][4] = LO_LTAB(small_in_3_4) + signed_signs;
    tables.quads[i][3] = HI_LTAB(in_3_4) + signs;
    tables.quads[i][4] = LO_LTAB(in_3_4) + signs;
  }
  tables.are_made = true;
}

/* Sums of lengths in the books 0 to 7, and 4 to 11. */
struct Lengths {
  v128_t of_quads, of_pairs;
};

/* What a table is indexed by. */
enum class By { NOTHING, VALUES, MAGNITUDES };

/* Adds the lengths of all pairs and quadruples. Their places in the tables are weighted sums of four values. */
template <By PAIRS, By QUADS>
Lengths lengths_of(const SHORT *values, INT width, const PairLengths *pairs, INT pair_weight,
                   const QuadLengths *quads) {
  Lengths sums = {wasm_i16x8_splat(0), wasm_i16x8_splat(0)};
  const v128_t pair_weights = wasm_i32x4_splat(pair_weight | 1 << 16);
  for (INT i = 0; i < width; i += 4) {
    const v128_t four = wasm_v128_load64_zero(values + i), magnitudes = wasm_i16x8_abs(four);
    const v128_t places = wasm_i32x4_dot_i16x8(PAIRS == By::VALUES ? four : magnitudes, pair_weights);
    const v128_t first = wasm_v128_load(pairs + wasm_i32x4_extract_lane(places, 0));
    const v128_t second = wasm_v128_load(pairs + wasm_i32x4_extract_lane(places, 1));
    sums.of_pairs = wasm_i16x8_add(sums.of_pairs, wasm_i16x8_add(first, second));
    if (QUADS == By::NOTHING) continue;
    const v128_t quad_weights = wasm_i16x8_const(27, 9, 3, 1, 0, 0, 0, 0);
    const v128_t halves = wasm_i32x4_dot_i16x8(QUADS == By::VALUES ? four : magnitudes, quad_weights);
    const INT place = wasm_i32x4_extract_lane(halves, 0) + wasm_i32x4_extract_lane(halves, 1);
    sums.of_quads = wasm_i16x8_add(sums.of_quads, wasm_v128_load(quads + place));
  }
  return sums;
}

}  // namespace

INT FDKaacEnc_bitCount(const SHORT *const values, const INT width, const INT largest, INT *const RESTRICT lengths) {
  if (largest > LARGEST) return portable_bitCount(values, width, largest, lengths);
  if (!tables.are_made) make_tables();
  const PairLengths *small_pairs = &tables.small_pairs[LARGEST_SIGNED][LARGEST_SIGNED];
  Lengths sums;
  if (largest > LARGEST_SIGNED)
    sums = lengths_of<By::MAGNITUDES, By::NOTHING>(values, width, tables.pairs[0], LARGEST + 1, nullptr);
  else if (largest > 2)
    sums = lengths_of<By::VALUES, By::NOTHING>(values, width, small_pairs, 9, nullptr);
  else if (largest > 1)
    sums = lengths_of<By::VALUES, By::MAGNITUDES>(values, width, small_pairs, 9, tables.quads);
  else
    sums = lengths_of<By::VALUES, By::VALUES>(values, width, small_pairs, 9, tables.signed_quads + 40);
  const v128_t invalid = wasm_i32x4_splat(INVALID_BITCOUNT), first_book = wasm_i32x4_splat(FIRST_BOOKS[largest]);
  const auto store = [&](INT book, v128_t sums) {
    const v128_t books = wasm_i32x4_add(wasm_i32x4_const(0, 1, 2, 3), wasm_i32x4_splat(book));
    wasm_v128_store(lengths + book, wasm_v128_bitselect(invalid, sums, wasm_i32x4_lt(books, first_book)));
  };
  store(0, wasm_i32x4_extend_low_i16x8(sums.of_quads));
  store(4, wasm_i32x4_add(wasm_i32x4_extend_high_i16x8(sums.of_quads), wasm_i32x4_extend_low_i16x8(sums.of_pairs)));
  store(8, wasm_i32x4_extend_high_i16x8(sums.of_pairs));
  lengths[0] = largest == 0 ? 0 : INVALID_BITCOUNT;
  return 0;
}
