//! The export adds no error to the encoder's own: its decoded output is as close to the source as that of the bare
//! encoder library.

use std::ffi::c_void;
use std::fs;
use std::mem::MaybeUninit;
use std::path::Path;
use std::process::Command;
use std::ptr;

use fdk_aac_sys as fdk;
use secuencia::timeline::{AudioLayout, RationalTime, SampleRate};

use crate::support::export::{Library, clip, ffmpeg_decode, scratch};

/// Returns a spoken line over music from the sample project, as a 44.1 kHz stereo WAV file, and its samples.
fn source() -> (Vec<u8>, Vec<i16>) {
    let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("www/sample");
    let path = scratch("source").join("source.wav");
    let status = Command::new("ffmpeg")
        .args(["-v", "error", "-y", "-i"])
        .arg(sample.join("music.m4a"))
        .arg("-i")
        .arg(sample.join("01-odette.mp3"))
        .args(["-filter_complex", "amix=normalize=0", "-ar", "44100", "-ac", "2", "-t", "6", "-c:a", "pcm_s16le"])
        .arg(&path)
        .status()
        .expect("ffmpeg runs; `make test` installs it");
    assert!(status.success());
    let content = fs::read(path).unwrap();
    let mut reader = hound::WavReader::new(&content[..]).unwrap();
    assert_eq!((reader.spec().sample_rate, reader.spec().channels), (44_100, 2));
    let samples = reader.samples::<i16>().map(Result::unwrap).collect();
    (content, samples)
}

#[test]
fn the_export_is_as_close_to_the_source_as_the_bare_encoder() {
    let (content, samples) = source();
    let mut library = Library::default();
    let asset = library.add("source.wav", content);
    let exported =
        library.export(AudioLayout::Stereo, SampleRate::HZ_44100, vec![clip("c", &asset, RationalTime::ZERO)]);
    let ours = snr_db(&samples, &exported.decoded(), 0);

    let (adts, delay) = bare_encoder(&samples);
    let path = scratch("bare").join("bare.aac");
    fs::write(&path, adts).unwrap();
    let theirs = snr_db(&samples, &ffmpeg_decode(&path, 2), delay);

    println!("SNR of the export {ours:.3} dB, of the bare encoder {theirs:.3} dB");
    assert!((ours - theirs).abs() < 0.1, "the export has {ours:.3} dB, the bare encoder {theirs:.3} dB");
    assert!(ours > 15.0, "the decoded export resembles its source");
}

/// Returns the signal-to-noise ratio of decoded planes, which are `delay` frames late, against interleaved samples.
fn snr_db(source: &[i16], decoded: &[Vec<f32>], delay: usize) -> f64 {
    let (mut signal, mut noise) = (0.0, 0.0);
    for (frame, pair) in source.chunks_exact(2).enumerate() {
        for (channel, &sample) in pair.iter().enumerate() {
            let sample = f64::from(sample) / 32_768.0;
            let error = sample - f64::from(decoded[channel][frame + delay]);
            signal += sample * sample;
            noise += error * error;
        }
    }
    10.0 * (signal / noise).log10()
}

/// Encodes with the library alone, as its manual recommends: AAC-LC in ADTS, 256 kb/s, afterburner on. Returns the
/// stream and the encoder's delay in frames.
fn bare_encoder(samples: &[i16]) -> (Vec<u8>, usize) {
    let mut stream = Vec::new();
    // SAFETY: the calls follow the library's manual (aacenc_lib.h, section 2): the handle is opened before all other
    // calls and closed after them, and every buffer outlives its call.
    unsafe {
        let mut handle = ptr::null_mut();
        assert_eq!(fdk::aacEncOpen(&mut handle, 1, 2), fdk::AACENC_ERROR_AACENC_OK);
        let settings = [
            (fdk::AACENC_PARAM_AACENC_AOT, 2),
            (fdk::AACENC_PARAM_AACENC_SAMPLERATE, 44_100),
            (fdk::AACENC_PARAM_AACENC_CHANNELMODE, 2),
            (fdk::AACENC_PARAM_AACENC_CHANNELORDER, 1),
            (fdk::AACENC_PARAM_AACENC_BITRATE, 256_000),
            (fdk::AACENC_PARAM_AACENC_TRANSMUX, 2),
            (fdk::AACENC_PARAM_AACENC_AFTERBURNER, 1),
        ];
        for (setting, value) in settings {
            assert_eq!(fdk::aacEncoder_SetParam(handle, setting, value), fdk::AACENC_ERROR_AACENC_OK);
        }
        let begin = fdk::aacEncEncode(handle, ptr::null(), ptr::null(), ptr::null(), ptr::null_mut());
        assert_eq!(begin, fdk::AACENC_ERROR_AACENC_OK);
        let mut info = MaybeUninit::zeroed();
        assert_eq!(fdk::aacEncInfo(handle, info.as_mut_ptr()), fdk::AACENC_ERROR_AACENC_OK);
        let delay = info.assume_init().nDelay as usize;

        let mut packet = vec![0u8; 8 * 1024];
        for block in samples.chunks(2_048).map(Some).chain(std::iter::repeat(None)) {
            let mut input = block.unwrap_or_default().to_vec();
            let (mut buffer, mut id, mut bytes, mut element) =
                (input.as_mut_ptr().cast::<c_void>(), 0i32, (input.len() * 2) as i32, 2i32);
            let in_desc = fdk::AACENC_BufDesc {
                numBufs: 1,
                bufs: &mut buffer,
                bufferIdentifiers: &mut id,
                bufSizes: &mut bytes,
                bufElSizes: &mut element,
            };
            let (mut out, mut out_id, mut out_bytes, mut out_element) =
                (packet.as_mut_ptr().cast::<c_void>(), 3i32, packet.len() as i32, 1i32);
            let out_desc = fdk::AACENC_BufDesc {
                numBufs: 1,
                bufs: &mut out,
                bufferIdentifiers: &mut out_id,
                bufSizes: &mut out_bytes,
                bufElSizes: &mut out_element,
            };
            let in_args =
                fdk::AACENC_InArgs { numInSamples: block.map_or(-1, |block| block.len() as i32), numAncBytes: 0 };
            let mut out_args = MaybeUninit::zeroed();
            let result = fdk::aacEncEncode(handle, &in_desc, &out_desc, &in_args, out_args.as_mut_ptr());
            if result == fdk::AACENC_ERROR_AACENC_ENCODE_EOF {
                break;
            }
            assert_eq!(result, fdk::AACENC_ERROR_AACENC_OK);
            stream.extend_from_slice(&packet[..out_args.assume_init().numOutBytes as usize]);
        }
        fdk::aacEncClose(&mut handle);
        (stream, delay)
    }
}
