//! Reads contents ahead of need, by streams.
//!
//! A synchronous read of a Blob passes through the browser's processes while the worker waits. A stream does so once
//! for the whole content: in Chromium, 512 MiB of a file take 1.2 s of CPU time, and 5.8 s in reads of 256 KiB. It also
//! reads on while the worker works. So a content that is read from front to back is streamed, and one that is about to
//! be read is streamed from its start, unless it fits into one read. What is not there when it is needed is read
//! synchronously, and so is everything in browsers without streams of bytes.
//!
//! It promises that a read gives the same bytes and the same error with and without a stream, and that few streams are
//! open, however many contents there are. They end with the contents.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::future::poll_fn;
use std::io::{self, Read};
use std::pin::pin;
use std::rc::{Rc, Weak};
use std::task::Poll;

use js_sys::{ArrayBuffer, Object, Promise, Reflect, Uint8Array};
use send_wrapper::SendWrapper;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::Blob;

use super::blob::BlobSource;
use super::buffers::free;
use super::pace::{Bell, Turns, now_seconds};
use crate::store::ByteSource;

// `web_sys` has these without the exceptions of browsers that lack them.
#[wasm_bindgen]
extern "C" {
    type Streamable;
    #[wasm_bindgen(method, catch)]
    fn stream(this: &Streamable) -> Result<ByteStream, JsValue>;

    type ByteStream;
    #[wasm_bindgen(method, catch, js_name = getReader)]
    fn reader(this: &ByteStream, options: &JsValue) -> Result<Reader, JsValue>;

    #[derive(Clone)]
    type Reader;
    #[wasm_bindgen(method, catch)]
    fn read(this: &Reader, into: &Uint8Array) -> Result<Promise, JsValue>;
    #[wasm_bindgen(method, catch)]
    fn cancel(this: &Reader) -> Result<Promise, JsValue>;
}

/// The number of bytes that a stream is ahead of the last read: two reads.
const AHEAD: u64 = 2 * LEAST;

/// The number of bytes ahead for which work waits: those of one read.
const LEAST: u64 = 256 * 1024;

/// The size of the buffers that streams fill, over and over: a new one for each part would cost half as much again.
const BUFFER: u32 = 256 * 1024;

/// The most open streams: one for each clip that usually sounds at the same time, and some more.
const MOST: usize = 8;

/// The number of reads, of all contents, after which a stream that had none of them makes room for another one.
const IDLE_READS: u64 = 64;

/// The longest wait for a stream, in seconds. After it, synchronous reads go on.
const PATIENCE_SECONDS: f64 = 1.0;

/// The streams of a library's contents.
#[derive(Clone, Default)]
pub struct ReadAhead(Rc<Streams>);

#[derive(Default)]
struct Streams {
    open: RefCell<Vec<Weak<Stream>>>,
    /// Buffers that no stream fills.
    buffers: RefCell<Vec<ArrayBuffer>>,
    /// The number of reads of all contents.
    reads: Cell<u64>,
    /// Rings when bytes have come.
    bell: Bell,
}

/// A content that may be streamed.
struct Source {
    blob: BlobSource,
    stream: SendWrapper<Rc<Stream>>,
    ahead: SendWrapper<ReadAhead>,
}

struct Stream {
    blob: Blob,
    length: u64,
    state: RefCell<State>,
}

#[derive(Default)]
struct State {
    reader: Option<Reader>,
    /// The bytes that the stream has given and that were not read yet, and the position of the first.
    given: VecDeque<u8>,
    start: u64,
    /// The end of the last read, and its number.
    read: u64,
    number: u64,
    /// Whether the stream was opened before the first read.
    is_foreseen: bool,
    /// Whether a task has the stream read on.
    is_filling: bool,
    /// Whether a stream has failed. Synchronous reads say why, if they fail too.
    has_failed: bool,
}

impl ReadAhead {
    /// Returns a content that is read through this.
    pub fn over(&self, blob: Blob) -> io::Result<impl ByteSource + use<>> {
        let source = BlobSource::new(blob.clone())?;
        let stream = Rc::new(Stream { blob, length: source.len(), state: RefCell::default() });
        Ok(Source { blob: source, stream: SendWrapper::new(stream), ahead: SendWrapper::new(self.clone()) })
    }

    /// Returns whether a stream has fewer bytes ready than the next read may ask for.
    pub fn is_short(&self) -> bool {
        self.0.open.borrow().iter().filter_map(Weak::upgrade).any(|stream| stream.is_short())
    }

    /// Waits until the streams are ahead again, unless `is_over`. A stream that takes long is given up.
    pub async fn catch_up(&self, turns: &Turns, is_over: impl Fn() -> bool) {
        let since = now_seconds();
        while self.is_short() && !is_over() {
            if now_seconds() - since > PATIENCE_SECONDS {
                let open = self.0.open.borrow();
                open.iter().filter_map(Weak::upgrade).filter(|one| one.is_short()).for_each(|one| one.fail());
                return;
            }
            self.0.bell.reset();
            let mut turn = pin!(turns.next());
            poll_fn(|context| match self.0.bell.poll(context) {
                Poll::Ready(()) => Poll::Ready(()),
                Poll::Pending => turn.as_mut().poll(context),
            })
            .await;
        }
    }

    /// Has a stream read on, in a task of its own. Opens it, if it is not open and may be.
    fn fill(&self, stream: &Rc<Stream>) {
        if stream.state.borrow().is_filling || !self.0.admit(stream) {
            return;
        }
        stream.state.borrow_mut().is_filling = true;
        let (streams, stream) = (Rc::downgrade(&self.0), Rc::downgrade(stream));
        // Neither is kept alive while bytes are on their way.
        spawn_local(async move {
            while let Some((reader, buffer)) = next(&streams, &stream) {
                let given = part(&reader, buffer).await;
                let Some((streams, stream)) = streams.upgrade().zip(stream.upgrade()) else { return };
                stream.take_in(&reader, given.as_ref());
                streams.buffers.borrow_mut().extend(given.map(|bytes| bytes.buffer()));
                streams.bell.ring();
            }
            if let Some(stream) = stream.upgrade() {
                stream.state.borrow_mut().is_filling = false;
            }
        });
    }
}

/// Returns the reader of a stream and a buffer, if the stream is to read on.
fn next(streams: &Weak<Streams>, stream: &Weak<Stream>) -> Option<(Reader, ArrayBuffer)> {
    let (streams, stream) = streams.upgrade().zip(stream.upgrade())?;
    let reader = stream.wanting()?;
    let buffer = streams.buffers.borrow_mut().pop();
    Some((reader, buffer.unwrap_or_else(|| ArrayBuffer::new(BUFFER))))
}

/// Returns the next bytes of a stream, in the buffer; `None` at the end or after a failure.
async fn part(reader: &Reader, buffer: ArrayBuffer) -> Option<Uint8Array> {
    let given = JsFuture::from(reader.read(&Uint8Array::new(&buffer)).ok()?).await.ok()?;
    let bytes = Reflect::get(&given, &"value".into()).ok()?.dyn_into::<Uint8Array>().ok()?;
    (bytes.length() > 0).then_some(bytes)
}

impl Streams {
    /// Counts a stream among the open ones. Returns `false` if there is no room for it.
    fn admit(&self, stream: &Rc<Stream>) -> bool {
        let mut open = self.open.borrow_mut();
        open.retain(|one| one.upgrade().is_some_and(|one| one.is_open()));
        if open.iter().any(|one| one.as_ptr() == Rc::as_ptr(stream)) {
            return true;
        }
        if open.len() >= MOST {
            let last_read = |one: &Weak<Stream>| one.upgrade().map_or(0, |one| one.state.borrow().number);
            let Some((place, number)) = open.iter().map(last_read).enumerate().min_by_key(|(_, number)| *number) else {
                return false;
            };
            if self.reads.get().saturating_sub(number) < IDLE_READS {
                return false;
            }
            if let Some(idle) = open.swap_remove(place).upgrade() {
                idle.state.borrow_mut().stop();
            }
        }
        open.push(Rc::downgrade(stream));
        true
    }
}

impl Drop for Streams {
    fn drop(&mut self) {
        self.buffers.borrow().iter().for_each(free);
    }
}

impl ByteSource for Source {
    fn len(&self) -> u64 {
        self.stream.length
    }

    fn read_at(&self, position: u64, buffer: &mut [u8]) -> io::Result<usize> {
        let end = position.saturating_add(buffer.len() as u64).min(self.len());
        let streams = &self.ahead.0;
        streams.reads.set(streams.reads.get() + 1);
        let mut state = self.stream.state.borrow_mut();
        state.number = streams.reads.get();
        let is_there = state.reader.is_some() && position == state.start && state.end() >= end;
        // A read at the start may only look into the content. A read further on means that more will be read.
        let goes_on = is_there || position > 0;
        let count = if is_there {
            // It fits into the buffer, whose length bounds it.
            let count = (end - position) as usize;
            state.given.read_exact(buffer.get_mut(..count).unwrap_or_default())?;
            state.start = end;
            count
        } else {
            state.stop();
            self.blob.read_at(position, buffer)?
        };
        (state.read, state.is_foreseen) = (end, false);
        if end == self.len() {
            state.stop();
        }
        drop(state);
        if goes_on {
            self.ahead.fill(&self.stream);
        }
        Ok(count)
    }

    fn foresee(&self) {
        let mut state = self.stream.state.borrow_mut();
        if state.reader.is_some() || state.is_filling || self.stream.length <= u64::from(BUFFER) {
            return;
        }
        (state.read, state.is_foreseen, state.number) = (0, true, self.ahead.0.reads.get());
        drop(state);
        self.ahead.fill(&self.stream);
    }
}

impl Stream {
    /// Returns the reader if more bytes are to be ahead. Opens the stream at the end of the last read.
    fn wanting(&self) -> Option<Reader> {
        let mut state = self.state.borrow_mut();
        let State { read, has_failed, .. } = *state;
        if has_failed || read >= self.length {
            return None;
        }
        if state.reader.is_none() {
            state.reader = self.stream_from(read).ok();
            state.has_failed = state.reader.is_none();
            state.start = read;
        }
        let is_enough = state.end() >= self.length.min(read.saturating_add(AHEAD));
        state.reader.clone().filter(|_| !is_enough)
    }

    fn stream_from(&self, position: u64) -> Result<Reader, JsValue> {
        let rest = self.blob.slice_with_f64_and_f64(position as f64, self.length as f64)?;
        let options = Object::new();
        Reflect::set(&options, &"mode".into(), &"byob".into())?;
        rest.unchecked_into::<Streamable>().stream()?.reader(&options)
    }

    /// Takes the bytes that a reader has given. It may have been stopped since.
    fn take_in(&self, reader: &Reader, given: Option<&Uint8Array>) {
        let is_current = self.state.borrow().reader.as_ref().is_some_and(|own| Object::is(own, reader));
        match given {
            _ if !is_current => {}
            Some(given) => self.state.borrow_mut().given.extend(given.to_vec()),
            None => self.fail(),
        }
    }

    /// Uses no stream any more.
    fn fail(&self) {
        let mut state = self.state.borrow_mut();
        state.has_failed = true;
        state.stop();
    }

    fn is_open(&self) -> bool {
        let state = self.state.borrow();
        state.reader.is_some() || state.is_filling
    }

    fn is_short(&self) -> bool {
        let state = self.state.borrow();
        let is_read = state.reader.is_some() && !state.is_foreseen;
        is_read && state.end() < self.length.min(state.read.saturating_add(LEAST))
    }
}

impl State {
    /// The position after the last byte that the stream has given.
    fn end(&self) -> u64 {
        self.start + self.given.len() as u64
    }

    /// Ends the stream.
    fn stop(&mut self) {
        self.given = VecDeque::new();
        if let Some(Ok(cancelled)) = self.reader.take().map(|reader| reader.cancel()) {
            // A stream that has failed refuses it, and nobody needs to know.
            spawn_local(async {
                let _: Result<JsValue, JsValue> = JsFuture::from(cancelled).await;
            });
        }
    }
}

impl Drop for Stream {
    fn drop(&mut self) {
        self.state.borrow_mut().stop();
    }
}
