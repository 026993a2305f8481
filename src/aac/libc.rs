//! The C library functions that FDK needs, for a target that has no C library.
//!
//! Three allocator functions on top of Rust's allocator, and `vsprintf`. The mem* functions and the few of libm come
//! with Rust's compiler-builtins. `scripts/check-imports.mjs` finds any function that is missing.

use std::alloc::{Layout, alloc, alloc_zeroed, dealloc};
use std::ffi::{c_char, c_int, c_void};
use std::ptr;

/// `malloc`'s alignment on wasm32: that of `max_align_t`.
const ALIGNMENT: usize = 16;

/// Length in bytes of the header before each block. It holds the block's size, header included: C frees without a
/// size, and Rust needs one. The header is as long as the alignment, so the block after it is aligned too.
const HEADER: usize = ALIGNMENT;

/// Returns the layout of `size` bytes and their header; `None` if that exceeds the address space.
fn block(size: usize) -> Option<Layout> {
    Layout::from_size_align(size.checked_add(HEADER)?, ALIGNMENT).ok()
}

/// Writes the block's header, and returns the address after it. Null stays null.
///
/// # Safety
/// `start` is null or a block of `layout`.
unsafe fn behind_header(start: *mut u8, layout: Layout) -> *mut c_void {
    if start.is_null() {
        return ptr::null_mut();
    }
    // SAFETY: the block is at least a header long, and aligned for a `usize`.
    unsafe {
        start.cast::<usize>().write(layout.size());
        start.add(HEADER).cast()
    }
}

#[unsafe(no_mangle)]
extern "C" fn malloc(size: usize) -> *mut c_void {
    let Some(layout) = block(size) else { return ptr::null_mut() };
    // SAFETY: the layout includes the header, so it is not empty; the block has that layout.
    unsafe { behind_header(alloc(layout), layout) }
}

#[unsafe(no_mangle)]
extern "C" fn calloc(count: usize, size: usize) -> *mut c_void {
    let Some(layout) = count.checked_mul(size).and_then(block) else { return ptr::null_mut() };
    // SAFETY: the layout includes the header, so it is not empty; the block has that layout.
    unsafe { behind_header(alloc_zeroed(layout), layout) }
}

#[unsafe(no_mangle)]
unsafe extern "C" fn free(memory: *mut c_void) {
    if memory.is_null() {
        return;
    }
    // SAFETY: C frees only blocks from `malloc` or `calloc`, so a header with the block's size precedes it. That size
    // already made a valid layout with this alignment.
    unsafe {
        let start = memory.cast::<u8>().sub(HEADER);
        let size = start.cast::<usize>().read();
        dealloc(start, Layout::from_size_align_unchecked(size, ALIGNMENT));
    }
}

/// Formats text with `%d` as its only directive: FDK uses it only for its modules' versions, "%d.%d.%d". On wasm32 a
/// `va_list` is the address of the arguments, and each `int` takes four bytes there.
#[unsafe(no_mangle)]
unsafe extern "C" fn vsprintf(text: *mut c_char, format: *const c_char, arguments: *const c_int) -> c_int {
    let (mut to, mut from, mut arguments) = (text.cast::<u8>(), format.cast::<u8>(), arguments);
    // SAFETY: as in C, `format` ends in a zero and has an argument for each directive, and `text` has room for the
    // result. A directive's second byte is read only after a `%`, which is not the final zero.
    unsafe {
        while *from != 0 {
            if *from == b'%' && *from.add(1) == b'd' {
                for digit in (*arguments).to_string().bytes() {
                    to.write(digit);
                    to = to.add(1);
                }
                arguments = arguments.add(1);
                from = from.add(2);
            } else {
                to.write(*from);
                to = to.add(1);
                from = from.add(1);
            }
        }
        to.write(0);
        to.offset_from(text.cast()) as c_int
    }
}
