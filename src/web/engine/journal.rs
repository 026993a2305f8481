//! A journal's file in the browser: `JournalFile` of `package/workers/journal.ts`.

use wasm_bindgen::prelude::wasm_bindgen;

use crate::export;

#[wasm_bindgen]
extern "C" {
    /// The file of a journal. Its methods do not throw.
    pub type JournalFile;

    /// The name of the engine's build.
    #[wasm_bindgen(method, getter)]
    pub fn build(this: &JournalFile) -> String;

    #[wasm_bindgen(method)]
    fn size(this: &JournalFile) -> f64;

    #[wasm_bindgen(method)]
    fn get(this: &JournalFile, position: f64, buffer: &mut [u8]) -> bool;

    #[wasm_bindgen(method)]
    fn put(this: &JournalFile, position: f64, bytes: &[u8]) -> bool;
}

impl export::JournalFile for JournalFile {
    fn size(&self) -> u64 {
        self.size() as u64
    }

    fn read(&self, position: u64, buffer: &mut [u8]) -> bool {
        self.get(position as f64, buffer)
    }

    fn write(&self, position: u64, bytes: &[u8]) -> bool {
        self.put(position as f64, bytes)
    }
}
