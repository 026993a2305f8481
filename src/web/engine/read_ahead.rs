//! Reads a content ahead of need, by a stream.
//!
//! A synchronous read of a Blob passes through the browser's processes while the worker waits. A stream does so once
//! for the whole content: in Chromium, 512 MiB of a file take 1.2 s of CPU time, and 5.8 s in reads of 256 KiB. It also
//! reads on while the worker decodes. So a content that is read from front to back is streamed, after its first few
//! reads. Other reads are synchronous, and so are all in browsers without streams of bytes.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::io::{self, Read};
use std::rc::Rc;

use js_sys::{ArrayBuffer, Object, Promise, Reflect, Uint8Array};
use send_wrapper::SendWrapper;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::Blob;

use crate::store::ByteSource;
use crate::web::blob::BlobSource;

// `web_sys` has these without the exceptions of browsers that lack them.
#[wasm_bindgen]
extern "C" {
    type Streamable;
    #[wasm_bindgen(method, catch)]
    fn stream(this: &Streamable) -> Result<Stream, JsValue>;

    type Stream;
    #[wasm_bindgen(method, catch, js_name = getReader)]
    fn reader(this: &Stream, options: &JsValue) -> Result<Reader, JsValue>;

    #[derive(Clone)]
    type Reader;
    #[wasm_bindgen(method, catch)]
    fn read(this: &Reader, into: &Uint8Array) -> Result<Promise, JsValue>;
    #[wasm_bindgen(method, catch)]
    fn cancel(this: &Reader) -> Result<Promise, JsValue>;
}

/// The reads in a row after which a stream is worth its start: those of a megabyte.
const ROW: u32 = 4;

/// The number of bytes after the last read that must be there before the decoder goes on: as many as it asks for next.
const AHEAD: u64 = 256 * 1024;

/// The size of the buffer that the stream fills, over and over: a new one for each part would cost half as much again.
const BUFFER: u32 = 256 * 1024;

/// A content as the decoder reads it.
pub struct Source {
    blob: BlobSource,
    state: SendWrapper<Rc<RefCell<State>>>,
}

/// The other end of a [`Source`], which has the stream read on.
pub struct Feeder {
    blob: Blob,
    length: u64,
    state: Rc<RefCell<State>>,
}

#[derive(Default)]
struct State {
    reader: Option<Reader>,
    /// The buffer that the stream fills next.
    buffer: Option<ArrayBuffer>,
    /// The bytes that the stream has given and that were not read yet, and the position of the first.
    given: VecDeque<u8>,
    start: u64,
    /// The end of the last read, and how many reads before it each began where the one before ended.
    read: u64,
    row: u32,
    /// Whether a stream has failed. Synchronous reads say why, if they fail too.
    has_failed: bool,
}

/// Returns a content to decode, and its feeder.
pub fn read_ahead(blob: Blob) -> io::Result<(Source, Feeder)> {
    let state = Rc::<RefCell<State>>::default();
    let source = Source { blob: BlobSource::new(blob.clone())?, state: SendWrapper::new(state.clone()) };
    let length = source.blob.len();
    Ok((source, Feeder { blob, length, state }))
}

impl ByteSource for Source {
    fn len(&self) -> u64 {
        self.blob.len()
    }

    fn read_at(&self, position: u64, buffer: &mut [u8]) -> io::Result<usize> {
        let mut state = self.state.borrow_mut();
        let end = position.saturating_add(buffer.len() as u64).min(self.blob.len());
        state.row = if position == state.read { state.row.saturating_add(1) } else { 0 };
        state.read = end;
        if position != state.start || state.end() < end {
            state.stop();
            return self.blob.read_at(position, buffer);
        }
        // It fits into the buffer, whose length bounds it.
        let count = (end - position) as usize;
        state.given.read_exact(buffer.get_mut(..count).unwrap_or_default())?;
        state.start = end;
        Ok(count)
    }
}

impl Feeder {
    /// Waits until the next bytes are there, if the content is read from front to back.
    pub async fn feed(&self) {
        while let Some((reader, buffer)) = self.wanting() {
            // The buffer passes through the stream and back.
            let given = part(&reader, buffer).await;
            let mut state = self.state.borrow_mut();
            match given {
                Some(given) => {
                    state.given.extend(given.to_vec());
                    state.buffer = Some(given.buffer());
                }
                None => {
                    state.has_failed = true;
                    state.stop();
                }
            }
        }
    }

    /// Returns the reader of the stream and the buffer if more is needed, and begins a stream if there is none.
    fn wanting(&self) -> Option<(Reader, ArrayBuffer)> {
        let mut state = self.state.borrow_mut();
        let State { read, row, has_failed, .. } = *state;
        if row < ROW || has_failed || read >= self.length {
            return None;
        }
        if state.reader.is_none() {
            state.reader = self.stream_from(read).ok();
            state.has_failed = state.reader.is_none();
            state.start = read;
        }
        let enough = read.saturating_add(AHEAD).min(self.length);
        let reader = state.reader.clone().filter(|_| state.end() < enough)?;
        Some((reader, state.buffer.take().unwrap_or_else(|| ArrayBuffer::new(BUFFER))))
    }

    fn stream_from(&self, position: u64) -> Result<Reader, JsValue> {
        let rest = self.blob.slice_with_f64_and_f64(position as f64, self.length as f64)?;
        let options = Object::new();
        Reflect::set(&options, &"mode".into(), &"byob".into())?;
        rest.unchecked_into::<Streamable>().stream()?.reader(&options)
    }
}

/// Returns the next bytes of a stream, in the buffer; `None` at the end or after a failure.
async fn part(reader: &Reader, buffer: ArrayBuffer) -> Option<Uint8Array> {
    let given = JsFuture::from(reader.read(&Uint8Array::new(&buffer)).ok()?).await.ok()?;
    let bytes = Reflect::get(&given, &"value".into()).ok()?.dyn_into::<Uint8Array>().ok()?;
    (bytes.length() > 0).then_some(bytes)
}

impl State {
    /// The position after the last byte that the stream has given.
    fn end(&self) -> u64 {
        self.start + self.given.len() as u64
    }

    /// Ends the stream.
    fn stop(&mut self) {
        self.given.clear();
        if let Some(Ok(cancelled)) = self.reader.take().map(|reader| reader.cancel()) {
            // A stream that has failed refuses it, and nobody needs to know.
            spawn_local(async {
                let _: Result<JsValue, JsValue> = JsFuture::from(cancelled).await;
            });
        }
    }
}

impl Drop for Feeder {
    fn drop(&mut self) {
        self.state.borrow_mut().stop();
    }
}
