//! Our counting of bits in all code books (src/aac/fdk/bit_cnt.cpp) has the library's results.
use secuencia as _;
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::aac_kernels::Chance;

/// Bits in the books 0 to 11.
type Lengths = [i32; 12];

// C++ symbols: each function's name, preceded by its length and followed by its arguments' types.
unsafe extern "C" {
    #[link_name = "_Z18FDKaacEnc_bitCountPKsiiPi"]
    fn count(values: *const i16, width: i32, largest: i32, lengths: *mut i32) -> i32;
    #[link_name = "_Z17portable_bitCountPKsiiPi"]
    fn portable_count(values: *const i16, width: i32, largest: i32, lengths: *mut i32) -> i32;
}

fn assert_same(values: &[i16]) {
    let largest = values.iter().map(|value| i32::from(value.unsigned_abs())).max().unwrap();
    let by = |function: unsafe extern "C" fn(*const i16, i32, i32, *mut i32) -> i32| {
        let mut lengths: Lengths = [0; 12];
        // SAFETY: the values are as many as the width, and there is a length for each book.
        unsafe { function(values.as_ptr(), values.len() as i32, largest, lengths.as_mut_ptr()) };
        lengths
    };
    assert_eq!(by(count), by(portable_count), "{values:?}");
}

#[test]
fn every_pair_has_the_librarys_lengths() {
    for first in -20..=20 {
        for second in -20..=20 {
            assert_same(&[first, second, 0, 0]);
            assert_same(&[0, 0, first, second]);
        }
    }
}

#[test]
fn every_small_quadruple_has_the_librarys_lengths() {
    for place in 0..7_i16.pow(4) {
        let digit = |weight: i16| place / weight % 7 - 3;
        assert_same(&[digit(343), digit(49), digit(7), digit(1)]);
    }
}

#[test]
fn every_band_has_the_librarys_lengths() {
    let mut chance = Chance(1);
    for largest in (0..18).chain([100, 8191]) {
        for _ in 0..200 {
            let width = 4 + 4 * (chance.next() as usize % 72);
            let values: Vec<i16> =
                (0..width).map(|_| (chance.next() % (2 * largest + 1)) as i16 - largest as i16).collect();
            assert_same(&values);
        }
    }
}
