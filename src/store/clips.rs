//! A timeline's clips as bytes, for stores that keep them in this form.
//!
//! As objects, thousands of clips are megabytes for the garbage collector of every thread that reads them. As bytes
//! they follow one another in the [Postcard](https://postcard.jamesmunns.com/wire-format) format, after one byte with
//! the number of the form. Bytes that are not a clip are an error.

use super::StoreError;
use crate::timeline::TimelineClip;

/// The form of a clip: its fields, in their order. Raise the number when the fields change, and let [`ClipReader`]
/// read the older form too.
const FORM: u8 = 1;

/// Writes clips for a store.
pub struct ClipWriter(Vec<u8>);

impl Default for ClipWriter {
    /// Creates a writer without clips.
    fn default() -> Self {
        Self(vec![FORM])
    }
}

impl ClipWriter {
    /// Appends a clip.
    pub fn push(&mut self, clip: &TimelineClip) -> Result<(), StoreError> {
        let bytes = std::mem::take(&mut self.0);
        self.0 = postcard::to_extend(clip, bytes).map_err(|error| StoreError::Failed(error.to_string().into()))?;
        Ok(())
    }

    /// Returns the bytes of all clips.
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }
}

/// Reads clips from a store, one at a time. It ends at the first damaged clip.
pub struct ClipReader<'b>(&'b [u8]);

impl<'b> ClipReader<'b> {
    /// Creates a reader of the bytes that a [`ClipWriter`] has written.
    pub fn new(bytes: &'b [u8]) -> Result<Self, StoreError> {
        match bytes.split_first() {
            Some((&FORM, clips)) => Ok(Self(clips)),
            Some((form, _)) => Err(damaged(&format!("they are in the form {form}, and this version reads {FORM}"))),
            None => Err(damaged("there are none")),
        }
    }
}

impl Iterator for ClipReader<'_> {
    type Item = Result<TimelineClip, StoreError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.0.is_empty() {
            return None;
        }
        match postcard::take_from_bytes(self.0) {
            Ok((clip, behind)) => {
                self.0 = behind;
                Some(Ok(clip))
            }
            Err(error) => {
                self.0 = &[];
                Some(Err(damaged(&error.to_string())))
            }
        }
    }
}

fn damaged(reason: &str) -> StoreError {
    StoreError::Failed(format!("a timeline's clips are damaged: {reason}").into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::timeline::RationalTime;

    fn clips() -> [TimelineClip; 2] {
        let full = TimelineClip {
            id: "clip-1".into(),
            name: "Zeile Ä".into(),
            asset_id: "a".into(),
            offset: RationalTime::new(1, 3),
            duration: RationalTime::new(22_051, 44_100),
            source_start: RationalTime::new(7, 48_000),
            lane: -1,
            volume_db: -4.5,
            is_muted: true,
            fade_in: RationalTime::new(1, 7),
            fade_out: RationalTime::new(1, 8),
            pan: -0.25,
            text: Some("Who knocks?".into()),
            voice: None,
            scene: "INT.".into(),
            metadata: "{}".into(),
        };
        let bare = TimelineClip { text: None, scene: String::new(), offset: RationalTime::ZERO, ..full.clone() };
        [full, bare]
    }

    fn written(clips: &[TimelineClip]) -> Vec<u8> {
        let mut writer = ClipWriter::default();
        clips.iter().for_each(|clip| writer.push(clip).unwrap());
        writer.bytes().to_vec()
    }

    fn read(bytes: &[u8]) -> Result<Vec<TimelineClip>, StoreError> {
        ClipReader::new(bytes)?.collect()
    }

    /// These bytes are stored in users' browsers. If this test fails, the form has changed: see [`FORM`].
    #[test]
    fn a_clip_has_the_bytes_that_it_has_always_had() {
        let expected = include_bytes!("../../tests/data/clips-form-1.bin");
        assert_eq!(written(&clips()), expected);
        assert_eq!(read(expected), Ok(clips().to_vec()));
        assert_eq!(read(&written(&[])), Ok(Vec::new()));
    }

    #[test]
    fn what_is_damaged_is_an_error_and_never_a_panic() {
        let bytes = written(&clips());
        let says = |bytes: &[u8]| read(bytes).map_err(|error| error.to_string());
        for length in 0..bytes.len() {
            let ends_with_a_clip = length == 1 || length == written(&clips()[..1]).len();
            assert_eq!(says(&bytes[..length]).is_ok(), ends_with_a_clip, "the first {length} bytes");
        }
        for position in 0..bytes.len() {
            for flipped in [1, 0x80, 0xff] {
                let mut bytes = bytes.clone();
                bytes[position] ^= flipped;
                let _ = says(&bytes);
            }
        }
        let newer = says(&[9]).unwrap_err();
        assert!(newer.ends_with("damaged: they are in the form 9, and this version reads 1"), "{newer}");
    }
}
