//! The exported file's destination: a file that the user picked, or a Blob.

use js_sys::{Array, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, BlobPropertyBag, FileSystemFileHandle, FileSystemWritableFileStream, WritableStream};

use crate::export::{Sink, SinkError};
use crate::store::StoreError;
use crate::web::buffers::free;
use crate::web::database::failed_in_js;

/// The exported file's MIME type.
const MIME_TYPE: &str = "audio/mp4";

/// The size at which parts of a Blob are handed to the browser, in bytes. It may keep them on disk.
const PART_BYTES: u32 = 1 << 20;

/// An export's destination. One type for both kinds, so that the module has one copy of the job.
pub enum WebSink {
    /// A file that the user picked.
    File(FileSink),
    /// A Blob.
    Blob(BlobSink),
}

impl Sink for WebSink {
    /// The Blob; `None` for a file.
    type Output = Option<Blob>;

    async fn reserve(&mut self, header_bytes: u64) -> Result<(), SinkError> {
        match self {
            Self::File(file) => file.reserve(header_bytes).await,
            // The header becomes separate parts.
            Self::Blob(_) => Ok(()),
        }
    }

    async fn append(&mut self, bytes: &[u8]) -> Result<(), SinkError> {
        match self {
            Self::File(file) => file.append(bytes).await,
            Self::Blob(blob) => blob.append(bytes),
        }
    }

    async fn rewind(&mut self) -> Result<(), SinkError> {
        match self {
            Self::File(file) => file.rewind().await,
            Self::Blob(blob) => blob.rewind(),
        }
    }

    async fn finish(&mut self) -> Result<Option<Blob>, SinkError> {
        match self {
            Self::File(file) => file.finish().await.map(|()| None),
            Self::Blob(blob) => blob.finish().map(Some),
        }
    }

    async fn abort(&mut self) {
        match self {
            Self::File(file) => file.abort().await,
            Self::Blob(blob) => *blob = BlobSink::default(),
        }
    }
}

/// A file that the user picked. The browser writes to a temporary file, and replaces the picked one at the end.
pub struct FileSink {
    handle: FileSystemFileHandle,
    file: Option<FileSystemWritableFileStream>,
}

impl FileSink {
    /// Returns a sink without opening the file: a job that fails before its first packet leaves the file alone.
    pub fn new(handle: FileSystemFileHandle) -> Self {
        Self { handle, file: None }
    }

    fn file(&self) -> Result<&FileSystemWritableFileStream, SinkError> {
        self.file.as_ref().ok_or_else(|| SinkError::Failed("the file is not open".into()))
    }

    async fn reserve(&mut self, header_bytes: u64) -> Result<(), SinkError> {
        let file = JsFuture::from(self.handle.create_writable()).await.map_err(unwritable)?;
        let file = self.file.insert(file.unchecked_into());
        // Writing past the end fills the space before it with zeros.
        done(file.seek_with_f64(header_bytes as f64)).await
    }

    async fn append(&mut self, bytes: &[u8]) -> Result<(), SinkError> {
        write(self.file()?, bytes).await
    }

    async fn rewind(&mut self) -> Result<(), SinkError> {
        done(self.file()?.seek_with_f64(0.0)).await
    }

    async fn finish(&mut self) -> Result<(), SinkError> {
        done(Ok(self.file()?.close())).await?;
        self.file = None;
        Ok(())
    }

    async fn abort(&mut self) {
        if let Some(file) = self.file.take() {
            // This fails only if nothing is left to discard.
            let _ = JsFuture::from(file.unchecked_ref::<WritableStream>().abort()).await;
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

async fn write(file: &FileSystemWritableFileStream, bytes: &[u8]) -> Result<(), SinkError> {
    // A copy, because the browser may read it after our memory has moved.
    let copy = Uint8Array::from(bytes);
    done(file.write_with_js_u8_array(&copy)).await?;
    free(&copy.buffer());
    Ok(())
}

async fn done(writing: Result<js_sys::Promise, JsValue>) -> Result<(), SinkError> {
    JsFuture::from(writing.map_err(unwritable)?).await.map_err(unwritable)?;
    Ok(())
}

fn unwritable(error: JsValue) -> SinkError {
    match failed_in_js(error) {
        StoreError::QuotaExceeded => SinkError::QuotaExceeded,
        StoreError::Failed(reason) => SinkError::Failed(reason),
    }
}
