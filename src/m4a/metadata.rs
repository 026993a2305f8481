//! Tags in iTunes' form: `udta` / `meta` / `ilst`, one item for each tag.
//!
//! The boxes are written here: `mp4-atom` knows few of the items. It also leaves out the handler's manufacturer,
//! without which some readers do not recognise the list. The forms are those of Apple's QuickTime File Format
//! ("Metadata", and "Well-known types" for the kinds of value). The items' names are Apple's too;
//! docs/finished-file.md shows which reader knows which item.

use mp4_atom::{BufMut, Encode, Result};

use super::chapters;
use super::track::Track;
use super::writer::Writer;
use crate::timeline::{Image, ImageType, MediaType, Part, Tags};

/// The encoder's name in the file.
const ENCODER: &str = concat!("Secuencia ", env!("CARGO_PKG_VERSION"));

/// The kinds of value ("Well-known types").
mod kind {
    /// A value whose type follows from the item's name.
    pub(super) const IMPLICIT: u32 = 0;
    /// Text.
    pub(super) const UTF_8: u32 = 1;
    /// A JPEG picture.
    pub(super) const JPEG: u32 = 13;
    /// A PNG picture.
    pub(super) const PNG: u32 = 14;
    /// A signed integer, of the value's length.
    pub(super) const INTEGER: u32 = 21;
}

/// Writes the movie's `udta`: all tags, and Nero's list of chapters.
pub(super) fn user_data(buf: &mut Writer, track: &Track) -> Result<()> {
    buf.encode_atom(b"udta", |buf| {
        buf.full_box(b"meta", |buf| {
            buf.full_box(b"hdlr", |buf| {
                0u32.encode(buf)?;
                b"mdirappl".encode(buf)?;
                [0u8; 9].encode(buf)
            })?;
            buf.encode_atom(b"ilst", |buf| {
                tags(buf, &track.piece.tags)?;
                text(buf, b"\xa9too", ENCODER)?;
                itunes_text(buf, "iTunSMPB", &gapless(track))?;
                covers(buf, &track.piece.covers)
            })
        })?;
        chapters::chpl(buf, &track.piece, track.sample_rate)
    })
}

/// Writes the user's tags.
fn tags(buf: &mut Writer, tags: &Tags) -> Result<()> {
    text(buf, b"\xa9nam", &tags.title)?;
    text(buf, b"\xa9ART", &tags.artist)?;
    text(buf, b"\xa9alb", &tags.album)?;
    text(buf, b"aART", &tags.album_artist)?;
    // Most audiobook players show the composer as the narrator, and do not know the narrator's own item.
    text(buf, b"\xa9wrt", if tags.composer.is_empty() { &tags.narrator } else { &tags.composer })?;
    text(buf, b"\xa9nrt", &tags.narrator)?;
    text(buf, b"\xa9gen", &tags.genre)?;
    text(buf, b"\xa9day", &tags.year)?;
    if let Some(part) = tags.track {
        numbers(buf, b"trkn", &[0, part.number, total(part), 0])?;
    }
    if let Some(part) = tags.disc {
        numbers(buf, b"disk", &[0, part.number, total(part)])?;
    }
    text(buf, b"\xa9cmt", &tags.comment)?;
    text(buf, b"desc", &tags.description)?;
    text(buf, b"ldes", &tags.long_description)?;
    text(buf, b"cprt", &tags.copyright)?;
    text(buf, b"\xa9grp", &tags.grouping)?;
    // The list has no item for the language. Tag editors write this one, beside the track's own language.
    itunes_text(buf, "LANGUAGE", &tags.language)?;
    if let Some(media_type) = tags.media_type {
        let code = match media_type {
            MediaType::Music => 1,
            MediaType::Audiobook => 2,
            MediaType::Podcast => 21,
        };
        byte(buf, b"stik", code)?;
        // iTunes marks podcasts with both items.
        if media_type == MediaType::Podcast {
            byte(buf, b"pcst", 1)?;
        }
    }
    Ok(())
}

/// Returns the number of parts; 0 if unknown.
fn total(part: Part) -> u16 {
    part.total.unwrap_or(0)
}

/// Returns iTunes' note on gapless playback: the priming, the remainder and the length, in hexadecimal, among fields
/// that iTunes leaves at zero. It is documented only by its readers, such as ffmpeg and Chromium.
fn gapless(track: &Track) -> String {
    let zeros = " 00000000".repeat(8);
    format!(" 00000000 {:08X} {:08X} {:016X}{zeros}", track.priming, track.remainder(), track.frames)
}

/// Writes one item with a value for each picture, the cover first.
fn covers(buf: &mut Writer, covers: &[Image]) -> Result<()> {
    if covers.is_empty() {
        return Ok(());
    }
    buf.encode_atom(b"covr", |buf| {
        covers.iter().try_for_each(|cover| {
            let kind = match cover.mime_type {
                ImageType::Jpeg => kind::JPEG,
                ImageType::Png => kind::PNG,
            };
            data(buf, kind, |buf| cover.bytes.as_slice().encode(buf))
        })
    })
}

/// Writes a text item, named by its box's type. Empty text is not written.
fn text(buf: &mut Writer, kind: &[u8; 4], value: &str) -> Result<()> {
    if value.is_empty() {
        return Ok(());
    }
    buf.encode_atom(kind, |buf| utf_8(buf, value))
}

/// Writes an item that iTunes names by a string. Empty text is not written.
fn itunes_text(buf: &mut Writer, name: &str, value: &str) -> Result<()> {
    if value.is_empty() {
        return Ok(());
    }
    buf.encode_atom(b"----", |buf| {
        buf.full_box(b"mean", |buf| b"com.apple.iTunes".encode(buf))?;
        buf.full_box(b"name", |buf| name.as_bytes().encode(buf))?;
        utf_8(buf, value)
    })
}

/// Writes an item with 16-bit numbers.
fn numbers(buf: &mut Writer, kind: &[u8; 4], values: &[u16]) -> Result<()> {
    buf.encode_atom(kind, |buf| data(buf, kind::IMPLICIT, |buf| values.iter().try_for_each(|value| value.encode(buf))))
}

/// Writes an item with an 8-bit number.
fn byte(buf: &mut Writer, kind: &[u8; 4], value: u8) -> Result<()> {
    buf.encode_atom(kind, |buf| data(buf, kind::INTEGER, |buf| value.encode(buf)))
}

/// Writes text without its NULs, because many readers end the text there.
fn utf_8(buf: &mut Writer, value: &str) -> Result<()> {
    data(buf, kind::UTF_8, |buf| value.split('\0').try_for_each(|part| part.as_bytes().encode(buf)))
}

fn data(buf: &mut Writer, kind: u32, value: impl FnOnce(&mut Writer) -> Result<()>) -> Result<()> {
    buf.encode_atom(b"data", |buf| {
        kind.encode(buf)?;
        0u32.encode(buf)?; // any country, any language
        value(buf)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::m4a::Piece;
    use crate::timeline::{AudioLayout, SampleRate};

    fn track(tags: Tags) -> Track {
        Track {
            sample_rate: SampleRate::HZ_44100,
            layout: AudioLayout::Stereo,
            audio_specific_config: vec![0x12, 0x10],
            priming: 2112,
            frames: 4_141_558,
            piece: Piece { tags, ..Piece::default() },
        }
    }

    fn encoded(tags: Tags) -> Vec<u8> {
        let mut buf = Writer::keeping(0..1 << 20);
        user_data(&mut buf, &track(tags)).unwrap();
        buf.into_bytes()
    }

    fn has(buf: &[u8], bytes: &[u8]) -> bool {
        buf.windows(bytes.len()).any(|window| window == bytes)
    }

    #[test]
    fn the_gapless_note_has_the_form_that_itunes_gives_it() {
        assert_eq!(
            gapless(&track(Tags::default())),
            " 00000000 00000840 000001CA 00000000003F31F6 00000000 00000000 00000000 00000000 00000000 00000000 \
             00000000 00000000"
        );
    }

    #[test]
    fn what_is_empty_is_no_tag() {
        let title = |title: &str| Tags { title: title.into(), ..Tags::default() };
        assert!(has(&encoded(title("Scene 1")), b"\xa9nam"));
        let bare = encoded(Tags::default());
        for name in [b"\xa9nam", b"\xa9wrt", b"trkn", b"stik", b"covr", b"chpl"] {
            assert!(!has(&bare, name));
        }
        assert!(!has(&bare, b"LANGUAGE"));
    }

    #[test]
    fn a_text_does_not_end_at_a_nul() {
        let tags = Tags { comment: "be\0fore".into(), ..Tags::default() };
        assert!(has(&encoded(tags), b"before"));
    }

    #[test]
    fn a_narrator_is_the_composer_too_where_there_is_none() {
        let tags = Tags { narrator: "Ada".into(), ..Tags::default() };
        let item = |kind: &[u8; 4], name: &str| {
            let mut buf = Writer::keeping(0..1 << 20);
            text(&mut buf, kind, name).unwrap();
            buf.into_bytes()
        };
        let alone = encoded(tags.clone());
        assert!(has(&alone, &item(b"\xa9wrt", "Ada")) && has(&alone, &item(b"\xa9nrt", "Ada")));
        let both = encoded(Tags { composer: "Bo".into(), ..tags });
        assert!(has(&both, &item(b"\xa9wrt", "Bo")) && has(&both, &item(b"\xa9nrt", "Ada")));
    }
}
