//! Tags, as iTunes writes them: `udta` / `meta` / `ilst`, an item a tag.
//!
//! The boxes are written here: `mp4-atom` knows few of the items, and leaves out the handler's manufacturer, without
//! which some readers take the list for something else. The forms are those of Apple's QuickTime File Format
//! ("Metadata", and "Well-known types" for the kinds of value).

use mp4_atom::{BufMut, Encode, Result};

use super::Track;

/// The encoder as the file names it.
const ENCODER: &str = concat!("Secuencia ", env!("CARGO_PKG_VERSION"));

/// The value is UTF-8 text.
const UTF_8: u32 = 1;

/// Writes the movie's `udta`, with every tag.
pub(super) fn user_data<B: BufMut>(buf: &mut B, track: &Track) -> Result<()> {
    buf.encode_atom(b"udta", |buf| {
        full_box(buf, b"meta", |buf| {
            full_box(buf, b"hdlr", |buf| {
                0u32.encode(buf)?;
                b"mdirappl".encode(buf)?;
                [0u8; 9].encode(buf)
            })?;
            buf.encode_atom(b"ilst", |buf| {
                if !track.title.is_empty() {
                    text(buf, b"\xa9nam", &track.title)?;
                }
                text(buf, b"\xa9too", ENCODER)?;
                itunes_text(buf, "iTunSMPB", &gapless(track))
            })
        })
    })
}

/// iTunes' note of what to drop: the priming, the remainder and the length, in hexadecimal, among fields that iTunes
/// leaves at zero. Its form is documented by those who read it, ffmpeg and Chromium among them.
fn gapless(track: &Track) -> String {
    let zeros = " 00000000".repeat(8);
    format!(" 00000000 {:08X} {:08X} {:016X}{zeros}", track.priming, track.remainder(), track.frames)
}

/// An item whose name is its box's type.
fn text<B: BufMut>(buf: &mut B, kind: &[u8; 4], value: &str) -> Result<()> {
    buf.encode_atom(kind, |buf| data(buf, value))
}

/// An item of iTunes' own, named by a string.
fn itunes_text<B: BufMut>(buf: &mut B, name: &str, value: &str) -> Result<()> {
    buf.encode_atom(b"----", |buf| {
        full_box(buf, b"mean", |buf| b"com.apple.iTunes".encode(buf))?;
        full_box(buf, b"name", |buf| name.as_bytes().encode(buf))?;
        data(buf, value)
    })
}

fn data<B: BufMut>(buf: &mut B, value: &str) -> Result<()> {
    buf.encode_atom(b"data", |buf| {
        UTF_8.encode(buf)?;
        0u32.encode(buf)?; // any country, any language
        value.as_bytes().encode(buf)
    })
}

/// A box of version 0 without flags.
fn full_box<B: BufMut>(buf: &mut B, kind: &[u8; 4], body: impl FnOnce(&mut B) -> Result<()>) -> Result<()> {
    buf.encode_atom(kind, |buf| {
        0u32.encode(buf)?;
        body(buf)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::timeline::{AudioLayout, SampleRate};

    fn track(title: &str) -> Track {
        Track {
            sample_rate: SampleRate::HZ_44100,
            layout: AudioLayout::Stereo,
            audio_specific_config: vec![0x12, 0x10],
            priming: 2112,
            frames: 4_141_558,
            title: title.into(),
        }
    }

    #[test]
    fn the_gapless_note_has_the_form_that_itunes_gives_it() {
        assert_eq!(
            gapless(&track("")),
            " 00000000 00000840 000001CA 00000000003F31F6 00000000 00000000 00000000 00000000 00000000 00000000 \
             00000000 00000000"
        );
    }

    #[test]
    fn an_empty_title_is_no_tag() {
        let encode = |title| {
            let mut buf = Vec::new();
            user_data(&mut buf, &track(title)).unwrap();
            buf
        };
        let has_name = |buf: &[u8]| buf.windows(4).any(|kind| kind == b"\xa9nam");
        assert!(has_name(&encode("Scene 1")));
        assert!(!has_name(&encode("")));
    }
}
