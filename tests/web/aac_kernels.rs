//! Our replacements for encoder functions (src/aac/fdk) compute the same bits as the library's own.
//!
//! Both are in this test's module. The library's have other names, and the encoder calls them only in rare cases.
// Linking the crate also links FDK, which has these functions.
use secuencia as _;
use wasm_bindgen_test::wasm_bindgen_test as test;

/// Gains from below the range that our code quantises in parallel to above the range that an encoder uses.
pub const GAINS: std::ops::Range<i32> = -140..70;

// C++ symbols: each function's name, preceded by its length and followed by its arguments' types.
#[rustfmt::skip]
unsafe extern "C" {
    #[link_name = "_Z26FDKaacEnc_QuantizeSpectrumiiiPKiPKliS0_Psi"]
    fn quantise(bands: i32, used: i32, per_group: i32, offsets: *const i32, lines: *const i32, gain: i32,
        factors: *const i32, values: *mut i16, dead_zone: i32);
    #[link_name = "_Z25portable_QuantizeSpectrumiiiPKiPKliS0_Psi"]
    fn portable_quantise(bands: i32, used: i32, per_group: i32, offsets: *const i32, lines: *const i32, gain: i32,
        factors: *const i32, values: *mut i16, dead_zone: i32);

    #[link_name = "_Z7dit_fftPliPK8FIXP_SPKi"]
    fn transform(numbers: *mut i32, log_length: i32, sines: *const u32, sine_count: i32);
    #[link_name = "_Z16portable_dit_fftPliPK8FIXP_SPKi"]
    fn portable_transform(numbers: *mut i32, log_length: i32, sines: *const u32, sine_count: i32);
    #[link_name = "SineTable512"]
    static SINES: [u32; 513];

    #[link_name = "_Z6dct_IVPliPi"]
    fn cosines(numbers: *mut i32, length: i32, exponent: *mut i32);
    #[link_name = "_Z15portable_dct_IVPliPi"]
    fn portable_cosines(numbers: *mut i32, length: i32, exponent: *mut i32);

    #[link_name = "_Z35FDKaacEnc_IntensityStereoProcessingPlS_S_S_S_S_S_S_S_S_S_PiS0_iiiPKiiS0_S0_PP8PNS_DATA"]
    fn intensity(energies_left: *mut i32, energies_right: *mut i32, left: *mut i32, right: *mut i32,
        thresholds_left: *mut i32, thresholds_right: *mut i32, threshold_lds_right: *mut i32, spread_left: *mut i32,
        spread_right: *mut i32, energy_lds_left: *mut i32, energy_lds_right: *mut i32, digest: *mut i32,
        mask: *mut i32, bands: i32, per_group: i32, used: i32, offsets: *const i32, is_allowed: i32,
        books: *mut i32, scales: *mut i32, noise: *const [usize; 2]);
    #[link_name = "_Z34portable_IntensityStereoProcessingPlS_S_S_S_S_S_S_S_S_S_PiS0_iiiPKiiS0_S0_PP8PNS_DATA"]
    fn portable_intensity(energies_left: *mut i32, energies_right: *mut i32, left: *mut i32, right: *mut i32,
        thresholds_left: *mut i32, thresholds_right: *mut i32, threshold_lds_right: *mut i32, spread_left: *mut i32,
        spread_right: *mut i32, energy_lds_left: *mut i32, energy_lds_right: *mut i32, digest: *mut i32,
        mask: *mut i32, bands: i32, per_group: i32, used: i32, offsets: *const i32, is_allowed: i32,
        books: *mut i32, scales: *mut i32, noise: *const [usize; 2]);

    #[link_name = "_Z27FDKaacEnc_CalcAutoCorrValuePliiii"]
    fn correlate(lines: *mut i32, start: i32, stop: i32, lag: i32, scale: i32) -> i32;
    #[link_name = "_Z26portable_CalcAutoCorrValuePKliiii"]
    fn portable_correlate(lines: *const i32, start: i32, stop: i32, lag: i32, scale: i32) -> i32;

    #[link_name = "_ZN8Replaced26FDKaacEnc_CalcWindowEnergyEP23BLOCK_SWITCHING_CONTROLiPKs"]
    fn window_energies(control: *mut [i32; 51], length: i32, samples: *const i16);
    #[link_name = "_Z25portable_CalcWindowEnergyP23BLOCK_SWITCHING_CONTROLiPKs"]
    fn portable_window_energies(control: *mut [i32; 51], length: i32, samples: *const i16);

    #[link_name = "_Z12LdDataVectorPlS_i"]
    fn logarithms(numbers: *mut i32, logarithms: *mut i32, count: i32);
    #[link_name = "_Z21portable_LdDataVectorPlS_i"]
    fn portable_logarithms(numbers: *mut i32, logarithms: *mut i32, count: i32);
    #[link_name = "_Z5fLog2li"]
    fn logarithm(number: i32, exponent: i32) -> i32;
    #[link_name = "_Z5fLog2liPi"]
    fn scaled_logarithm(number: i32, exponent: i32, result_exponent: *mut i32) -> i32;
    // The library's other name for it, which is still compiled from the library's own source.
    #[link_name = "_Z8CalcLog2liPi"]
    fn portable_scaled_logarithm(number: i32, exponent: i32, result_exponent: *mut i32) -> i32;
}

/// A pseudorandom generator, the same in every run.
pub struct Chance(pub u32);

impl Chance {
    pub fn next(&mut self) -> u32 {
        self.0 = self.0.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        self.0 ^ self.0 >> 15
    }

    /// Returns spectral lines of all magnitudes: within a band, some are far smaller than others, and some are zero.
    pub fn lines(&mut self, count: usize) -> Vec<i32> {
        let loudest = self.next() % 31;
        let line = |chance: &mut Self| (chance.next() as i32 >> (loudest + chance.next() % 6).min(31)) / 2;
        (0..count).map(|_| line(self)).collect()
    }
}

#[test]
fn a_spectrum_is_quantised_to_the_librarys_values() {
    let mut chance = Chance(3);
    let offsets = [0, 4, 8, 16, 48, 144];
    for gain in GAINS {
        let factors: Vec<i32> = offsets.iter().map(|_| (chance.next() % 61) as i32).collect();
        let bands = offsets.len() as i32 - 1;
        let lines: Vec<i32> = (0..bands).flat_map(|_| chance.lines(30)).collect();
        for dead_zone in [0, 1] {
            type Quantise = unsafe extern "C" fn(i32, i32, i32, *const i32, *const i32, i32, *const i32, *mut i16, i32);
            let run = |function: Quantise| {
                let mut values = [0i16; 144];
                let (offsets, lines, factors) = (offsets.as_ptr(), lines.as_ptr(), factors.as_ptr());
                // SAFETY: the last offset is the length of `lines` and of `values`; each band has a factor.
                unsafe {
                    function(bands, bands, bands, offsets, lines, gain, factors, values.as_mut_ptr(), dead_zone);
                }
                values
            };
            assert_eq!(run(quantise), run(portable_quantise), "at a gain of {gain}");
        }
    }
}

#[test]
fn every_length_of_block_has_the_librarys_transform() {
    let mut chance = Chance(4);
    for log_length in 6..=9 {
        for _ in 0..50 {
            let numbers: Vec<i32> = chance.lines(2 << log_length).iter().map(|line| line / 2).collect();
            let run = |function: unsafe extern "C" fn(*mut i32, i32, *const u32, i32)| {
                let mut numbers = numbers.clone();
                // SAFETY: the buffer has 2^`log_length` complex numbers, and the library's table has the given length.
                unsafe { function(numbers.as_mut_ptr(), log_length, (&raw const SINES).cast(), 512) };
                numbers
            };
            assert!(run(transform) == run(portable_transform), "of 2^{log_length} numbers");
        }
    }
}

#[test]
fn every_length_of_block_has_the_librarys_cosine_transform() {
    let mut chance = Chance(9);
    for length in [64, 120, 128, 240, 256, 480, 512, 960, 1024] {
        for _ in 0..50 {
            let numbers: Vec<i32> = chance.lines(length).iter().map(|line| line / 2).collect();
            let run = |function: unsafe extern "C" fn(*mut i32, i32, *mut i32)| {
                let (mut numbers, mut exponent) = (numbers.clone(), 3);
                // SAFETY: the buffer has the given length, and the exponent outlives the call.
                unsafe { function(numbers.as_mut_ptr(), length as i32, &mut exponent) };
                (numbers, exponent)
            };
            assert!(run(cosines) == run(portable_cosines), "of {length} numbers");
        }
    }
}

#[test]
#[rustfmt::skip]
fn intensity_stereo_has_the_librarys_choices_and_lines() {
    let mut chance = Chance(5);
    let mut uses = 0;
    for _ in 0..4_000 {
        let (groups, per_group, width) = [(1, 40, 8), (2, 15, 4)][(chance.next() % 2) as usize];
        let (bands, used) = (groups * per_group, per_group - chance.next() as usize % 4);
        let offsets: Vec<i32> = (0..=bands).map(|band| (band * width) as i32).collect();
        let correlation = chance.next() % 2;
        let mut lines = || (0..bands * width).map(|_| chance.next() as i32 >> 6).collect::<Vec<i32>>();
        let (left, mut right) = (lines(), lines());
        // Stretches of bands with one ratio of the channels, and in half of the rounds with lines equal but for it.
        let mut energies = [Vec::new(), Vec::new()];
        let mut shift = 0;
        for band in 0..bands {
            if chance.next().is_multiple_of(7) {
                shift = chance.next() % 4;
            }
            let energy = (chance.next() >> 3 >> (chance.next() % 20)) as i32;
            energies[0].push(energy);
            energies[1].push(energy >> (2 * shift));
            if correlation == 1 {
                for line in band * width..(band + 1) * width {
                    right[line] = left[line] >> shift;
                }
            }
        }
        let lds: Vec<i32> =
            energies.iter().flatten().map(|energy| (31 - energy.leading_zeros() as i32) << 25).collect();
        let is_allowed = (!chance.next().is_multiple_of(8)).into();
        type Intensity = unsafe extern "C" fn(
            *mut i32, *mut i32, *mut i32, *mut i32, *mut i32, *mut i32, *mut i32, *mut i32, *mut i32, *mut i32,
            *mut i32, *mut i32, *mut i32, i32, i32, i32, *const i32, i32, *mut i32, *mut i32, *const [usize; 2],
        );
        let run = |function: Intensity| {
            let [mut energies_left, mut energies_right] = energies.clone();
            let [mut thresholds_left, mut thresholds_right] = energies.clone();
            let (mut lines_left, mut lines_right, mut lds) = (left.clone(), right.clone(), lds.clone());
            let mut further = [[9; 60]; 6];
            let [threshold_lds, spread_left, spread_right, mask, books, scales] = &mut further;
            let (mut digest, noise) = (0, [0; 2]);
            let (lds_left, lds_right) = lds.split_at_mut(bands);
            // SAFETY: all arrays have a number for each band, or for each line, and null means no data of noise.
            unsafe {
                function(
                    energies_left.as_mut_ptr(), energies_right.as_mut_ptr(), lines_left.as_mut_ptr(),
                    lines_right.as_mut_ptr(), thresholds_left.as_mut_ptr(), thresholds_right.as_mut_ptr(),
                    threshold_lds.as_mut_ptr(), spread_left.as_mut_ptr(), spread_right.as_mut_ptr(),
                    lds_left.as_mut_ptr(), lds_right.as_mut_ptr(), &mut digest, mask.as_mut_ptr(), bands as i32,
                    per_group as i32, used as i32, offsets.as_ptr(), is_allowed, books.as_mut_ptr(),
                    scales.as_mut_ptr(), &noise,
                );
            }
            (energies_left, energies_right, thresholds_right, lines_left, lines_right, lds, further, digest)
        };
        let (ours, portable) = (run(intensity), run(portable_intensity));
        uses += portable.7;
        assert!(ours == portable, "{energies:?}");
    }
    assert!(uses > 50, "intensity stereo was used {uses} times");
}

#[test]
fn a_spectrum_has_the_librarys_autocorrelation() {
    let mut chance = Chance(6);
    for _ in 0..2_000 {
        // The loudest line is as large as it can be, as after the library's scaling.
        let mut lines = chance.lines(1024);
        let spare = lines.iter().map(|line| line.abs()).max().unwrap().leading_zeros() - 1;
        lines.iter_mut().for_each(|line| *line <<= spare);
        lines[300] = [i32::MAX, -i32::MAX, 0][chance.next() as usize % 3];
        let (start, count) = ((chance.next() % 300) as i32, (chance.next() % 300) as i32);
        for lag in 0..=12 {
            let scale = (chance.next() % 9 + 1) as i32;
            // SAFETY: both read the lines from `start` to `start + count`.
            let (ours, portable) = unsafe {
                (
                    correlate(lines.as_mut_ptr(), start, start + count, lag, scale),
                    portable_correlate(lines.as_ptr(), start, start + count, lag, scale),
                )
            };
            assert_eq!(ours, portable, "of {count} lines from {start} at a lag of {lag}");
        }
    }
}

#[test]
fn windows_of_samples_have_the_librarys_energies() {
    /// The places of fields in the library's structure.
    const WINDOWS: usize = 3;
    let mut chance = Chance(7);
    let mut controls = [[0; 51]; 2];
    for control in &mut controls {
        control[WINDOWS] = 8;
    }
    for round in 0..2_000 {
        let quiet = chance.next() % 15;
        let mut samples: Vec<i16> = (0..1024).map(|_| chance.next() as i16 >> quiet).collect();
        if round % 5 == 0 {
            // The largest differences: full scale at half the sample rate, and below.
            let period = 1 + chance.next() as usize % 40;
            for (i, sample) in samples.iter_mut().enumerate() {
                *sample = if (i / period).is_multiple_of(2) { i16::MIN } else { i16::MAX };
            }
        }
        let length = if round % 50 == 0 { 64 } else { 128 };
        // SAFETY: the structures have the library's size, and there are samples for eight windows of either length.
        unsafe {
            window_energies(&mut controls[0], length, samples.as_ptr());
            portable_window_energies(&mut controls[1], length, samples.as_ptr());
        }
        assert_eq!(controls[0], controls[1], "in round {round}");
    }
}

#[test]
fn numbers_have_the_librarys_logarithms() {
    let mut chance = Chance(8);
    let powers = (0..31).map(|bit| 1 << bit);
    let special: Vec<i32> = powers.flat_map(|power: i32| [power - 1, power, power + 1, -power]).collect();
    for round in 0..20_000 {
        let count = chance.next() as usize % 60;
        let mut numbers: Vec<i32> =
            (0..count).map(|_| (chance.next() >> 1 >> (chance.next() % 31)) as i32).chain([0, -1]).collect();
        if round < 200 {
            numbers.extend(&special);
        }
        let count = numbers.len();
        let (mut ours, mut portable) = (vec![0; count], vec![0; count]);
        // SAFETY: there is room for as many logarithms as there are numbers.
        unsafe {
            logarithms(numbers.as_mut_ptr(), ours.as_mut_ptr(), count as i32);
            portable_logarithms(numbers.as_mut_ptr(), portable.as_mut_ptr(), count as i32);
        }
        assert_eq!(ours, portable, "{numbers:?}");
        for (&number, portable) in numbers.iter().zip(portable) {
            let (exponent, mut scales) = (chance.next() as i32 % 70, [0; 2]);
            // SAFETY: the results outlive the calls.
            unsafe {
                assert_eq!(logarithm(number, 0), portable, "{number}");
                let ours = scaled_logarithm(number, exponent, &mut scales[0]);
                let portable = portable_scaled_logarithm(number, exponent, &mut scales[1]);
                assert_eq!((ours, scales[0]), (portable, scales[1]), "{number} times 2^{exponent}");
            }
        }
    }
}
