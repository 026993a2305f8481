//! Our search for scale factors (src/aac/fdk/sf_estim.cpp, band.h) makes the library's choices.
use secuencia as _;
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::aac_kernels::{Chance, GAINS};

/// The widest scale factor band, in lines.
const WIDEST: usize = 96;

/// The most bands of a channel (MAX_GROUPED_SFB).
const BANDS: usize = 60;

/// A band of band.h.
#[repr(C)]
struct Band {
    lines: *const i32,
    count: i32,
    largest: u32,
}

/// `QC_OUT_CHANNEL`, to the last field that the search uses.
#[repr(C)]
#[derive(Clone)]
struct Channel {
    lines: [i32; 1024],
    values: [i16; 1024],
    largest_values: [u32; BANDS],
    factors: [i32; BANDS],
    gain: i32,
    sections: [i32; 6 + 4 * BANDS + 5],
    form_factors: [i32; BANDS],
    thresholds: [i32; BANDS],
    least_ratios: [i32; BANDS],
    energies: [i32; BANDS],
}

/// `PSY_OUT_CHANNEL`.
#[repr(C)]
#[derive(Clone)]
struct Layout {
    bands: i32,
    bands_per_group: i32,
    used_per_group: i32,
    window: [i32; 3],
    offsets: [i32; BANDS + 1],
    scale: i32,
    group_lengths: [i32; 4],
    noise_shaping: [i32; 16 + 4 * 16 + 16 * 12],
    tools: [[i32; BANDS]; 3],
    lines: *const i32,
    energies_linear: *const i32,
    spread_energies: *const i32,
    thresholds: *const i32,
    least_ratios: *const i32,
    energies: *const i32,
}

type Estimate = unsafe extern "C" fn(*const *const Layout, *const *mut Channel, i32, i32, i32);
type FormFactors = unsafe extern "C" fn(*const *mut Channel, *const *const Layout, i32);

// C++ symbols: each function's name, preceded by its length and followed by its arguments' types.
#[rustfmt::skip]
unsafe extern "C" {
    #[link_name = "_Z15band_distortionRK4Bandii"]
    fn band_distortion(band: *const Band, gain: i32, dead_zone: i32) -> i32;
    #[link_name = "_Z21FDKaacEnc_calcSfbDistPKlPsiii"]
    fn library_distortion(lines: *const i32, values: *mut i16, count: i32, gain: i32, dead_zone: i32) -> i32;

    #[link_name = "_Z12measure_bandRK4BandiiiRlS2_"]
    fn measure_band(band: *const Band, gain: i32, restoring_gain: i32, dead_zone: i32, energy: *mut i32,
        distortion: *mut i32);
    #[link_name = "_Z35FDKaacEnc_calcSfbQuantEnergyAndDistPlPsiiS_S_"]
    fn library_measure(lines: *mut i32, values: *mut i16, count: i32, gain: i32, energy: *mut i32,
        distortion: *mut i32);

    #[link_name = "_Z24FDKaacEnc_CalcFormFactorPP14QC_OUT_CHANNELPP15PSY_OUT_CHANNELi"]
    fn form_factors(channels: *const *mut Channel, layouts: *const *const Layout, count: i32);
    #[link_name = "_Z23portable_CalcFormFactorPP14QC_OUT_CHANNELPP15PSY_OUT_CHANNELi"]
    fn portable_form_factors(channels: *const *mut Channel, layouts: *const *const Layout, count: i32);

    #[link_name = "_Z30FDKaacEnc_EstimateScaleFactorsPP15PSY_OUT_CHANNELPP14QC_OUT_CHANNELiii"]
    fn estimate(layouts: *const *const Layout, channels: *const *mut Channel, effort: i32, dead_zone: i32, count: i32);
    #[link_name = "_Z29portable_EstimateScaleFactorsPP15PSY_OUT_CHANNELPP14QC_OUT_CHANNELiii"]
    fn portable_estimate(layouts: *const *const Layout, channels: *const *mut Channel, effort: i32, dead_zone: i32,
        count: i32);
}

#[test]
fn a_band_has_the_librarys_distortion_at_each_gain() {
    let mut chance = Chance(1);
    for gain in GAINS {
        for _ in 0..300 {
            let count = 4 + 4 * (chance.next() as usize % (WIDEST / 4));
            let (lines, dead_zone) = (chance.lines(count), (chance.next() & 1) as i32);
            let mut values = [0; WIDEST];
            // SAFETY: both buffers have at least `count` numbers.
            let distortions = unsafe {
                (
                    band_distortion(&band(&lines), gain, dead_zone),
                    library_distortion(lines.as_ptr(), values.as_mut_ptr(), count as i32, gain, dead_zone),
                )
            };
            assert_eq!(distortions.0, distortions.1, "{lines:?} at a gain of {gain}");
        }
    }
}

#[test]
fn a_band_quantised_at_one_gain_has_the_librarys_energy_and_distortion_at_another() {
    let mut chance = Chance(2);
    for gain in GAINS {
        for _ in 0..300 {
            let count = 4 + 4 * (chance.next() as usize % (WIDEST / 4));
            let (mut lines, dead_zone) = (chance.lines(count), (chance.next() & 1) as i32);
            let restoring_gain = gain - (chance.next() % 7) as i32;
            let (mut ours, mut librarys, mut values) = ((0, 0), (0, 0), [0; WIDEST]);
            // SAFETY: both buffers have at least `count` numbers, and the results outlive the calls.
            unsafe {
                measure_band(&band(&lines), gain, restoring_gain, dead_zone, &mut ours.0, &mut ours.1);
                library_distortion(lines.as_ptr(), values.as_mut_ptr(), count as i32, gain, dead_zone);
                // The library stops at the first value that is too large, and leaves the rest as they were.
                library_measure(
                    lines.as_mut_ptr(),
                    values.as_mut_ptr(),
                    count as i32,
                    restoring_gain,
                    &mut librarys.0,
                    &mut librarys.1,
                );
            }
            assert_eq!(ours, librarys, "{lines:?} at gains of {gain} and {restoring_gain}");
        }
    }
}

#[test]
fn a_channel_gets_the_librarys_scale_factors() {
    let mut chance = Chance(3);
    let mut with_factors = 0;
    for round in 0..6000 {
        let mut channel = channel();
        let mut layout = layout(&mut chance);
        fill(&mut chance, &layout, &mut channel);
        let by = |factors: FormFactors, estimate: Estimate, layout: &mut Layout| {
            let mut channel = channel.clone();
            layout.lines = channel.lines.as_ptr();
            layout.energies = channel.energies.as_ptr();
            let (layouts, channels) = ([&raw const *layout], [&raw mut channel]);
            // SAFETY: the structs have the library's fields, and the layout's offsets are below the number of lines.
            unsafe {
                factors(channels.as_ptr(), layouts.as_ptr(), 1);
                estimate(layouts.as_ptr(), channels.as_ptr(), round % 3, round / 3 % 2, 1);
            }
            // The encoder quantises after the search.
            channel.values = [0; 1024];
            channel
        };
        let (ours, librarys) =
            (by(form_factors, estimate, &mut layout), by(portable_form_factors, portable_estimate, &mut layout));
        assert_eq!(ours.form_factors, librarys.form_factors, "in round {round}");
        assert_eq!((ours.gain, ours.factors), (librarys.gain, librarys.factors), "in round {round}");
        assert_eq!(ours.lines, librarys.lines, "in round {round}");
        with_factors += i32::from(ours.factors.iter().any(|&factor| factor > 0));
    }
    assert!(with_factors > 4000, "only {with_factors} channels had different factors");
}

fn band(lines: &[i32]) -> Band {
    let largest = lines.iter().map(|line| line.unsigned_abs()).max().unwrap();
    Band { lines: lines.as_ptr(), count: lines.len() as i32, largest }
}

fn channel() -> Channel {
    // SAFETY: all fields are integers.
    unsafe { std::mem::zeroed() }
}

/// Returns a layout of one long block or up to four groups of short ones.
fn layout(chance: &mut Chance) -> Layout {
    // SAFETY: all fields are integers or pointers.
    let mut layout: Layout = unsafe { std::mem::zeroed() };
    let groups = if chance.next() & 1 == 0 { 1 } else { 1 + chance.next() % 4 };
    let per_group = if groups == 1 { 1 + chance.next() % 51 } else { 15 };
    let used = 1 + chance.next() % per_group;
    (layout.bands, layout.bands_per_group, layout.used_per_group) =
        ((groups * per_group) as i32, per_group as i32, used as i32);
    let widest = 1024 / (groups * per_group) / 4;
    for band in 0..(groups * per_group) as usize {
        layout.offsets[band + 1] = layout.offsets[band] + 4 * (1 + chance.next() % widest) as i32;
    }
    layout
}

/// Fills a channel with lines, their energies, and thresholds from 6 dB above these to 40 dB below.
fn fill(chance: &mut Chance, layout: &Layout, channel: &mut Channel) {
    let loudest = chance.next() % 20;
    for band in 0..layout.bands as usize {
        let (start, end) = (layout.offsets[band] as usize, layout.offsets[band + 1] as usize);
        let quieter = loudest + chance.next() % 6;
        let mut energy = 0.0;
        for line in &mut channel.lines[start..end] {
            *line = (chance.next() as i32 / 2) >> (quieter + chance.next() % 4);
            energy += (f64::from(*line) / f64::from(1_u32 << 31)).powi(2);
        }
        let decibels = f64::from(chance.next() % 460) / 10.0 - 6.0;
        let as_logarithm = |number: f64| (number.log2() / 64.0 * f64::from(1_u32 << 31)) as i32;
        channel.energies[band] = as_logarithm(energy + 1e-18);
        channel.thresholds[band] = as_logarithm((energy + 1e-18) * 10_f64.powf(-decibels / 10.0));
    }
}
