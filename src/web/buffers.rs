//! JavaScript's buffers that are done with.
//!
//! To the browser's collector a buffer is a small object, whatever it holds. A worker makes few others, so the
//! collector seldom comes by, and up to 150 MB of what was read and written lies about. Who is done with a buffer gives
//! it back.

use js_sys::{Array, ArrayBuffer};
use wasm_bindgen::JsValue;
use web_sys::{MessageChannel, MessagePort};

thread_local! {
    /// A port that leads nowhere.
    static NOWHERE: Option<MessagePort> = MessageChannel::new().ok().map(|channel| {
        channel.port2().close();
        channel.port1()
    });
}

/// Frees the buffer's memory now, by giving it to nobody. Views of it are empty from then on.
///
/// `transfer(0)` frees what a script has allocated, but not what a `FileReaderSync` has.
pub fn free(buffer: &ArrayBuffer) {
    NOWHERE.with(|port| {
        if let Some(port) = port {
            // Were it refused, the collector would come by at last.
            let _ = port.post_message_with_transferable(&JsValue::NULL, &Array::of1(buffer));
        }
    });
}
