//! The exported file's destination: an outlet of the package's, or a Blob.

use js_sys::{Array, Promise, Uint8Array};
use send_wrapper::SendWrapper;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, BlobPropertyBag, DomException};

use crate::export::{Sink, SinkError};
use crate::reason::Reason;
use crate::web::buffers::free;
use crate::web::js::in_words;

/// The exported file's MIME type.
const MIME_TYPE: &str = "audio/mp4";

/// The size at which parts of a Blob are handed to the browser, in bytes. It may keep them on disk.
const PART_BYTES: u32 = 1 << 20;

#[wasm_bindgen]
extern "C" {
    /// `Outlet` of `package/workers/outlet.ts`: a file that the user picked, or a stream.
    pub type Outlet;

    #[wasm_bindgen(method, getter, js_name = canSeek)]
    fn can_seek(this: &Outlet) -> bool;

    /// May take the bytes' buffer away.
    #[wasm_bindgen(method)]
    fn write(this: &Outlet, bytes: &Uint8Array) -> Promise;

    #[wasm_bindgen(method)]
    fn seek(this: &Outlet, position: f64) -> Promise;

    #[wasm_bindgen(method)]
    fn close(this: &Outlet) -> Promise;

    #[wasm_bindgen(method)]
    fn abort(this: &Outlet) -> Promise;
}

/// An export's destination. One type for both kinds, so that the module has one copy of the job.
pub enum WebSink {
    /// A file or a stream.
    Outlet(Outlet),
    /// A Blob.
    Blob(BlobSink),
}

impl Sink for WebSink {
    /// The Blob; `None` for an outlet.
    type Output = Option<Blob>;

    fn can_rewind(&self) -> bool {
        match self {
            Self::Outlet(outlet) => outlet.can_seek(),
            Self::Blob(_) => true,
        }
    }

    async fn reserve(&mut self, header_bytes: u64) -> Result<(), SinkError> {
        match self {
            // Writing past the end fills the space before it with zeros.
            Self::Outlet(outlet) => done(outlet.seek(header_bytes as f64)).await,
            // The header becomes separate parts.
            Self::Blob(_) => Ok(()),
        }
    }

    async fn append(&mut self, bytes: &[u8]) -> Result<(), SinkError> {
        match self {
            Self::Outlet(outlet) => write(outlet, bytes).await,
            Self::Blob(blob) => blob.append(bytes),
        }
    }

    async fn rewind(&mut self) -> Result<(), SinkError> {
        match self {
            Self::Outlet(outlet) => done(outlet.seek(0.0)).await,
            Self::Blob(blob) => blob.rewind(),
        }
    }

    async fn finish(&mut self) -> Result<Option<Blob>, SinkError> {
        match self {
            Self::Outlet(outlet) => done(outlet.close()).await.map(|()| None),
            Self::Blob(blob) => blob.finish().map(Some),
        }
    }

    async fn abort(&mut self) {
        match self {
            // This fails only if nothing is left to discard.
            Self::Outlet(outlet) => drop(done(outlet.abort()).await),
            Self::Blob(blob) => *blob = BlobSink::default(),
        }
    }
}

/// A Blob in parts, never whole in memory: the browser takes each part at once.
#[derive(Default)]
pub struct BlobSink {
    /// The parts after the header, once the header is being written.
    body: Array,
    parts: Array,
    waiting: Array,
    waiting_bytes: u32,
}

impl BlobSink {
    fn flush(&mut self) -> Result<(), SinkError> {
        let part = Blob::new_with_u8_array_sequence(&self.waiting).map_err(unwritable)?;
        self.parts.push(&part);
        for written in std::mem::take(&mut self.waiting).iter() {
            free(&written.unchecked_into::<Uint8Array>().buffer());
        }
        self.waiting_bytes = 0;
        Ok(())
    }

    fn append(&mut self, bytes: &[u8]) -> Result<(), SinkError> {
        let part = Uint8Array::from(bytes);
        self.waiting.push(&part);
        self.waiting_bytes += part.length();
        if self.waiting_bytes >= PART_BYTES { self.flush() } else { Ok(()) }
    }

    fn rewind(&mut self) -> Result<(), SinkError> {
        self.flush()?;
        self.body = std::mem::take(&mut self.parts);
        Ok(())
    }

    fn finish(&mut self) -> Result<Blob, SinkError> {
        self.flush()?;
        self.parts = self.parts.concat(&self.body);
        let options = BlobPropertyBag::new();
        options.set_type(MIME_TYPE);
        Blob::new_with_buffer_source_sequence_and_options(&self.parts, &options).map_err(unwritable)
    }
}

async fn write(outlet: &Outlet, bytes: &[u8]) -> Result<(), SinkError> {
    // A copy, because the browser may read it after our memory has moved.
    let copy = Uint8Array::from(bytes);
    done(outlet.write(&copy)).await?;
    free(&copy.buffer());
    Ok(())
}

async fn done(step: Promise) -> Result<(), SinkError> {
    JsFuture::from(step).await.map_err(unwritable)?;
    Ok(())
}

fn unwritable(error: JsValue) -> SinkError {
    let exception = error.dyn_ref::<DomException>();
    let words = match exception.map(|exception| (exception.name(), exception.message())) {
        Some((name, _)) if name == "QuotaExceededError" => return SinkError::QuotaExceeded,
        Some((name, message)) if message.is_empty() => name,
        Some((_, message)) => message,
        None => in_words(&error),
    };
    SinkError::Failed(Reason::caused_by(words, SendWrapper::new(error)))
}
