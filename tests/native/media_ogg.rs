//! Ogg as it occurs: last pages without a time, covers of megabytes, several streams in parallel.

use secuencia::media::{ClipReader, Content, Inspection, Inspector, MediaError};
use secuencia::timeline::{Frames, SampleRate};

use crate::support::heap::peak_of;
use crate::support::media::{bytes, drain, ffmpeg, source};
use crate::support::mutate::seal_ogg;

/// Returns the offsets of a file's pages.
fn pages(bytes: &[u8]) -> Vec<usize> {
    (0..bytes.len()).filter(|&at| bytes[at..].starts_with(b"OggS\0")).collect()
}

fn inspect(mut bytes: Vec<u8>) -> Result<Inspection, MediaError> {
    seal_ogg(&mut bytes);
    Inspector::open(source(bytes), "").and_then(Inspector::finish)
}

fn read(mut bytes: Vec<u8>) -> Vec<Vec<f32>> {
    seal_ogg(&mut bytes);
    let rate = Inspector::open(source(bytes.clone()), "").unwrap().finish().unwrap().sample_rate;
    drain(&mut ClipReader::open(Content::new(source(bytes), ""), 0, rate).unwrap())
}

#[test]
fn a_last_page_that_tells_no_time_is_heard_in_full() {
    for name in ["vorbis-44100-stereo.ogg", "opus-paged-48000-stereo.opus", "opus-48000-stereo.opus"] {
        let file = bytes(name);
        let last = *pages(&file).last().unwrap();
        let whole = read(file.clone());
        for granule in [0, -1i64] {
            let mut changed = file.clone();
            changed[last + 6..last + 14].copy_from_slice(&granule.to_le_bytes());
            let found = inspect(changed.clone()).unwrap();
            assert_eq!(found.warning, None, "{name}, {granule}");
            let planes = read(changed);
            let length = whole[0].len();
            // The padding at the end is then unknown.
            assert!((length..length + 2048).contains(&planes[0].len()), "{name}, {granule}: {}", planes[0].len());
            assert!(planes[0][..length - 512] == whole[0][..length - 512], "{name}, {granule}");
        }
    }
}

#[test]
fn a_stream_that_was_never_closed_is_whole_and_one_that_is_torn_is_not() {
    let name = "opus-paged-48000-stereo.opus";
    let mut file = bytes(name);
    let last = *pages(&file).last().unwrap();
    file[last + 5] &= !4;
    assert_eq!(inspect(file.clone()).unwrap().warning, None);
    file.truncate(file.len() - 5);
    let warning = inspect(file).unwrap().warning;
    assert_eq!(warning.as_deref(), Some("Part of the file is missing. The rest is used."));
}

#[test]
fn a_cover_of_ten_megabytes_hides_no_audio_and_costs_no_memory() {
    for name in ["vorbis-44100-stereo.ogg", "opus-48000-stereo.opus"] {
        let file = bytes(name);
        let starts = pages(&file);
        let serial = &file[14..18];
        let whole = read(file.clone());
        // The comments, and in Vorbis also the setup on the same page.
        let second = starts[1];
        let table = second + 27..second + 27 + usize::from(file[second + 26]);
        let comments: usize = {
            let mut size = 0;
            for &part in &file[table.clone()] {
                size += usize::from(part);
                if part < 255 {
                    break;
                }
            }
            size
        };
        let setup = &file[table.end + comments..starts[2]];
        let cover = [&file[table.end..table.end + comments], &vec![0x55; 10 << 20]].concat();
        let packets = [cover.as_slice(), setup];
        let mut parts: Vec<(Vec<u8>, u8)> = Vec::new();
        for packet in packets.into_iter().filter(|packet| !packet.is_empty()) {
            let mut chunks = packet.chunks_exact(255);
            parts.extend(chunks.by_ref().map(|chunk| (chunk.to_vec(), 255)));
            parts.push((chunks.remainder().to_vec(), chunks.remainder().len() as u8));
        }
        let mut made = file[..second].to_vec();
        let mut number = 1u32;
        let mut goes_on = false;
        for page in parts.chunks(255) {
            made.extend(
                [&b"OggS\0"[..], &[u8::from(goes_on)], &[0; 8], serial, &number.to_le_bytes(), &[0; 4]].concat(),
            );
            made.push(page.len() as u8);
            made.extend(page.iter().map(|(_, size)| size));
            made.extend(page.iter().flat_map(|(part, _)| part));
            goes_on = page.last().unwrap().1 == 255;
            number += 1;
        }
        for (index, &start) in starts.iter().enumerate().skip(2) {
            let mut page = file[start..starts.get(index + 1).copied().unwrap_or(file.len())].to_vec();
            page[18..22].copy_from_slice(&number.to_le_bytes());
            number += 1;
            made.extend(page);
        }
        seal_ogg(&mut made);
        let source = source(made.clone());
        let (found, peak) = peak_of(|| Inspector::open(source, "").and_then(Inspector::finish).unwrap());
        assert_eq!(found.warning, None, "{name}");
        assert!(peak < 4 << 20, "{name}: {peak} bytes");
        assert!(read(made) == whole, "{name}");
    }
}

fn folder(name: &str) -> std::path::PathBuf {
    let folder = std::env::temp_dir().join(format!("secuencia-{name}-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

#[test]
fn of_several_streams_the_first_that_can_be_decoded_is_heard() {
    let folder = folder("ogg-streams");
    let tone = "sine=440:d=1:r=16000";
    let picture = "testsrc=d=1:s=64x64";
    let made = |name: &str, options: &[&str]| {
        let out = folder.join(name);
        ffmpeg(&[&["-y", "-f", "lavfi", "-i", picture, "-f", "lavfi", "-i", tone], options].concat(), &out);
        inspect(std::fs::read(out).unwrap()).map(|found| (found.frames, found.sample_rate.hz()))
    };
    let film = made("film.ogv", &["-c:v", "libtheora", "-c:a", "libvorbis"]);
    assert_eq!(film, Ok((16_000, 16_000)));
    let two = made("two.ogg", &["-map", "1", "-map", "1", "-c:a:0", "libspeex", "-c:a:1", "libopus"]);
    assert_eq!(two, Ok((48_000, 48_000)));
    let speex = made("speex.ogg", &["-map", "1", "-c:a", "libspeex"]);
    assert_eq!(speex, Err(MediaError::Unsupported("Speex")));
    let theora = made("silent.ogv", &["-map", "0", "-c:v", "libtheora"]);
    assert_eq!(theora, Err(MediaError::NoAudioAtAll("Ogg video (Theora)")));
    std::fs::remove_dir_all(folder).unwrap();
}

#[test]
fn flac_in_ogg_is_entered_late_by_its_index_with_the_same_bits() {
    let folder = folder("ogg-flac");
    let path = folder.join("long.oga");
    let sound = "aevalsrc='0.3*sin(2*PI*200*t*(1+t/60))+0.1*random(0)|0.2*sin(2*PI*310*t)':d=60:s=44100";
    ffmpeg(&["-y", "-f", "lavfi", "-i", sound, "-c:a", "flac", "-f", "ogg"], &path);
    let file = std::fs::read(path).unwrap();
    let found = inspect(file.clone()).unwrap();
    assert_eq!((found.frames, found.warning), (60 * 44_100, None));
    let whole = read(file.clone());
    let mut content = Content::new(source(file), "");
    content.seek_index = found.seek_index.into();
    let mut reader = ClipReader::open(content, 0, SampleRate::HZ_44100).unwrap();
    for position in [54 * 44_100 + 3u64, 6 * 44_100, 30 * 44_100 + 1] {
        let (mut left, mut right) = (vec![0.0; 9000], vec![0.0; 9000]);
        assert_eq!(reader.read(position as Frames, &mut [&mut left, &mut right]).unwrap(), 9000);
        let range = position as usize..position as usize + 9000;
        assert!(left == whole[0][range.clone()] && right == whole[1][range], "{position}");
    }
    std::fs::remove_dir_all(folder).unwrap();
}
