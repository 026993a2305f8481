//! Frees JavaScript's buffers after use.
//!
//! To the browser's garbage collector, a buffer is a small object, whatever its size. A worker creates few others, so
//! the collector seldom runs there, and up to 150 MB of used buffers accumulate. [`free`] frees a buffer at once.

use js_sys::{Array, ArrayBuffer};
use wasm_bindgen::JsValue;
use web_sys::{MessageChannel, MessagePort};

thread_local! {
    /// A port whose other end is closed.
    static NOWHERE: Option<MessagePort> = MessageChannel::new().ok().map(|channel| {
        channel.port2().close();
        channel.port1()
    });
}

/// Frees a buffer's memory at once, by transferring it to a closed port. Views of the buffer are empty afterwards.
///
/// `transfer(0)` frees buffers that a script allocated, but not those of a `FileReaderSync`.
pub fn free(buffer: &ArrayBuffer) {
    NOWHERE.with(|port| {
        if let Some(port) = port {
            // If the transfer fails, the garbage collector frees the buffer later.
            let _ = port.post_message_with_transferable(&JsValue::NULL, &Array::of1(buffer));
        }
    });
}
