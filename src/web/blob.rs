//! Reads a Blob's bytes on demand, from any position.

use std::io;

use js_sys::Uint8Array;
use send_wrapper::SendWrapper;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Blob, DomException, FileReaderSync};

use super::buffers::free;
use super::js::in_words;
use crate::store::ByteSource;

/// A Blob's content, read in slices. Works in workers only, because `FileReaderSync` exists nowhere else.
///
/// It belongs to the thread that created it, although Symphonia requires its sources to be `Send`. Using it on
/// another thread panics; a worker has no other thread.
pub struct BlobSource {
    blob: SendWrapper<Blob>,
    reader: SendWrapper<FileReaderSync>,
    len: u64,
}

impl BlobSource {
    /// Returns a source over `blob`, without reading it.
    pub fn new(blob: Blob) -> io::Result<Self> {
        let reader = FileReaderSync::new().map_err(unreadable)?;
        let len = blob.size() as u64;
        Ok(Self { blob: SendWrapper::new(blob), reader: SendWrapper::new(reader), len })
    }
}

impl ByteSource for BlobSource {
    fn len(&self) -> u64 {
        self.len
    }

    fn read_at(&self, position: u64, buffer: &mut [u8]) -> io::Result<usize> {
        let start = position.min(self.len);
        let end = start.saturating_add(buffer.len() as u64).min(self.len);
        if start == end {
            return Ok(0);
        }
        let given = if end - start == self.len {
            self.reader.read_as_array_buffer(&self.blob)
        } else {
            // Each slice is a Blob that lives until the browser collects garbage, so this creates as few as possible.
            let slice = self.blob.slice_with_f64_and_f64(start as f64, end as f64).map_err(unreadable)?;
            self.reader.read_as_array_buffer(&slice)
        };
        let given = given.map_err(unreadable)?;
        let bytes = Uint8Array::new(&given);
        let read = buffer
            .get_mut(..bytes.length() as usize)
            .ok_or_else(|| io::Error::other("the browser gave more than was asked for"))?;
        bytes.copy_to(read);
        free(&bytes.buffer());
        Ok(read.len())
    }
}

fn unreadable(error: JsValue) -> io::Error {
    io::Error::other(reading_in_words(&error))
}

/// Says why the browser could not read a content. Usually a file was moved, changed or deleted after it was chosen.
pub(super) fn reading_in_words(error: &JsValue) -> String {
    match error.dyn_ref::<DomException>().map(DomException::name).as_deref() {
        Some("NotReadableError" | "NotFoundError") => "it was moved, changed or deleted".into(),
        Some(name) => format!("the browser could not read it ({name})"),
        None => format!("the browser could not read it: {}", in_words(error)),
    }
}
