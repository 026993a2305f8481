//! Tests the module's promises with the encoder and an independent decoder, Symphonia's.

use symphonia::core::codecs::audio::well_known::CODEC_ID_AAC;
use symphonia::core::codecs::audio::{AudioCodecParameters, AudioDecoderOptions};
use symphonia::core::packet::Packet;
use symphonia::core::units::{Duration, Timestamp};

use super::{AacError, Encoder, EncoderConfig, FRAME_LENGTH};
use crate::timeline::{AudioLayout, SampleRate};

/// Both sample rates, both layouts, both ends of the bit rates, with and without the afterburner.
fn every_config() -> impl Iterator<Item = EncoderConfig> {
    (0..16).map(|bits| EncoderConfig {
        sample_rate: if bits & 1 == 0 { SampleRate::HZ_44100 } else { SampleRate::HZ_48000 },
        layout: if bits & 2 == 0 { AudioLayout::Mono } else { AudioLayout::Stereo },
        bit_rate: if bits & 4 == 0 { 32_000 } else { 320_000 },
        afterburner: bits & 8 == 0,
    })
}

/// Two tones whose frequencies are not multiples of each other. The channels' phases differ by a quarter turn.
fn tones(frames: usize, channels: usize) -> Vec<i16> {
    let at = |frame: usize, channel: usize| {
        let phase = frame as f64 * 0.05 + channel as f64 * std::f64::consts::FRAC_PI_2;
        (8_000.0 * phase.sin() + 4_000.0 * (phase * 2.7).sin()) as i16
    };
    (0..frames).flat_map(|frame| (0..channels).map(move |channel| at(frame, channel))).collect()
}

/// Encodes a whole stream, `frames_a_call` frames at a time.
fn encode(config: &EncoderConfig, pcm: &[i16], frames_a_call: usize) -> Vec<Vec<u8>> {
    let mut packets = Vec::new();
    let mut encoder = Encoder::new(config).unwrap();
    for part in pcm.chunks(frames_a_call * config.layout.channels()) {
        encoder.encode(part, &mut |packet| packets.push(packet.to_vec())).unwrap();
    }
    encoder.finish(&mut |packet| packets.push(packet.to_vec())).unwrap();
    packets
}

fn decode(config: &EncoderConfig, packets: &[Vec<u8>]) -> Vec<f32> {
    let mut parameters = AudioCodecParameters::new();
    parameters.for_codec(CODEC_ID_AAC).with_extra_data(Encoder::new(config).unwrap().audio_specific_config().into());
    let mut decoder =
        symphonia::default::get_codecs().make_audio_decoder(&parameters, &AudioDecoderOptions::default()).unwrap();
    let mut decoded = Vec::new();
    for packet in packets {
        let packet = Packet::new(0, Timestamp::ZERO, Duration::from(FRAME_LENGTH as u64), packet.as_slice());
        let mut samples = Vec::<f32>::new();
        decoder.decode(&packet).unwrap().copy_to_vec_interleaved(&mut samples);
        decoded.extend(samples);
    }
    decoded
}

/// Returns the signal's power over that of the error of `decoded`, `lag` frames later, in decibels.
fn snr_db(config: &EncoderConfig, pcm: &[i16], decoded: &[f32], lag: usize) -> f64 {
    let (mut signal, mut noise) = (0.0, 0.0);
    for (&sample, &out) in pcm.iter().zip(&decoded[lag * config.layout.channels()..]) {
        let sample = f64::from(sample) / 32_768.0;
        signal += sample * sample;
        noise += (sample - f64::from(out)).powi(2);
    }
    10.0 * (signal / noise).log10()
}

#[test]
fn a_stream_has_the_packets_that_its_length_and_the_delay_take() {
    for config in every_config() {
        for frames in [0, 1, 447, 448, 449, 1023, 1024, 1025, 5000] {
            let encoder = Encoder::new(&config).unwrap();
            let packets = encode(&config, &tones(frames, config.layout.channels()), FRAME_LENGTH).len();
            let expected = (frames + encoder.delay() as usize).div_ceil(FRAME_LENGTH);
            assert_eq!(packets, expected, "{frames} frames, {config:?}");
        }
    }
}

#[test]
fn how_the_samples_are_cut_into_calls_changes_nothing() {
    let config = EncoderConfig::default();
    let pcm = tones(5000, 2);
    let whole = encode(&config, &pcm, 5000);
    for frames_a_call in [1, 441, 1023, 1024, 1025, 4096] {
        assert!(encode(&config, &pcm, frames_a_call) == whole, "{frames_a_call} frames a call");
    }
}

#[test]
fn every_sample_comes_out_of_a_decoder_as_late_as_the_encoder_says() {
    for config in every_config().filter(|config| config.bit_rate == 320_000) {
        let pcm = tones(5001, config.layout.channels());
        let decoded = decode(&config, &encode(&config, &pcm, FRAME_LENGTH));
        let delay = Encoder::new(&config).unwrap().delay() as usize;
        let snr = snr_db(&config, &pcm, &decoded, delay);
        assert!(snr > 30.0, "{snr} dB, {config:?}");
        assert!(snr > snr_db(&config, &pcm, &decoded, delay - 1) + 10.0);
        assert!(snr > snr_db(&config, &pcm, &decoded, delay + 1) + 10.0);
    }
}

#[test]
fn the_bit_rate_is_the_one_asked_for_unless_the_standard_allows_less() {
    let used = |config: EncoderConfig| Encoder::new(&config).unwrap().bit_rate();
    for bit_rate in [32_000, 128_000, 256_000, 320_000] {
        assert_eq!(used(EncoderConfig { bit_rate, ..EncoderConfig::default() }), bit_rate);
    }
    let mono = EncoderConfig { layout: AudioLayout::Mono, bit_rate: 320_000, ..EncoderConfig::default() };
    assert_eq!(used(mono), 264_600);
    assert_eq!(used(EncoderConfig { sample_rate: SampleRate::HZ_48000, ..mono }), 288_000);
}

#[test]
fn the_stream_has_about_the_bit_rate() {
    let config = EncoderConfig::default();
    let bytes: usize = encode(&config, &tones(10 * 44_100, 2), FRAME_LENGTH).iter().map(Vec::len).sum();
    let bit_rate = bytes as f64 * 8.0 / 10.0;
    assert!((bit_rate / 256_000.0 - 1.0).abs() < 0.02, "{bit_rate} bits a second");
}

#[test]
fn the_config_for_decoders_names_the_codec_the_rate_and_the_channels() {
    // Five bits of object type (2), four of sample rate (4: 44.1 kHz, 3: 48 kHz), four of channels, three zeros.
    let config = |sample_rate, layout| {
        let config = EncoderConfig { sample_rate, layout, ..EncoderConfig::default() };
        Encoder::new(&config).unwrap().audio_specific_config().to_vec()
    };
    assert_eq!(config(SampleRate::HZ_44100, AudioLayout::Stereo), [0b0001_0010, 0b0001_0000]);
    assert_eq!(config(SampleRate::HZ_48000, AudioLayout::Mono), [0b0001_0001, 0b1000_1000]);
}

#[test]
fn what_is_not_on_offer_is_refused_in_words() {
    let refusal = |config: EncoderConfig| Encoder::new(&config).err().unwrap().to_string();
    let default = EncoderConfig::default();
    for bit_rate in [0, 31_999, 320_001, u32::MAX] {
        let said = refusal(EncoderConfig { bit_rate, ..default });
        assert_eq!(said, format!("an AAC bit rate is 32000 to 320000 bits a second, not {bit_rate}"));
    }
    let said = refusal(EncoderConfig { sample_rate: SampleRate::new(22_050).unwrap(), ..default });
    assert_eq!(said, "AAC is exported at 44100 or 48000 Hz, not at 22050 Hz");
}

#[test]
fn half_a_frame_is_refused_and_the_stream_goes_on() {
    let mut encoder = Encoder::new(&EncoderConfig::default()).unwrap();
    let mut packets = 0;
    let refused = encoder.encode(&[0; 3], &mut |_| packets += 1);
    assert_eq!(refused, Err(AacError::PartialFrame { samples: 3, channels: 2 }));
    encoder.encode(&[0; 2 * FRAME_LENGTH], &mut |_| packets += 1).unwrap();
    assert_eq!(packets, 1);
}

#[test]
fn the_librarys_failures_are_sentences() {
    assert_eq!(AacError::Encoder { code: 0x21 }.to_string(), "the AAC encoder failed: out of memory (FDK code 0x0021)");
}
