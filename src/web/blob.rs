//! A Blob as bytes, read on demand by position.

use std::io;

use js_sys::Uint8Array;
use send_wrapper::SendWrapper;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Blob, DomException, FileReaderSync};

use super::buffers::free;
use crate::store::ByteSource;

/// A Blob's content, read in slices as it is asked for. Works in workers only: `FileReaderSync` exists nowhere else.
///
/// It belongs to the thread that made it. Symphonia wants its sources `Send`; using one on another thread panics,
/// and there is none in a worker.
pub struct BlobSource {
    blob: SendWrapper<Blob>,
    reader: SendWrapper<FileReaderSync>,
    len: u64,
}

impl BlobSource {
    /// A source over `blob`. It reads nothing yet.
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
            // A Blob of its own, which lies about until the browser's collector comes by: no more of them than it
            // takes.
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

/// A file that was changed or removed on disk since it was picked reads as an error.
fn unreadable(error: JsValue) -> io::Error {
    let reason = error.dyn_ref::<DomException>().map_or_else(|| format!("{error:?}"), DomException::message);
    io::Error::other(format!("the browser could not read the content: {reason}"))
}
