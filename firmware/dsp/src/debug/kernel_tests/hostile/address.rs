//! Addresses of the kernel's own, to aim at.

use core::ops::Range;

unsafe extern "C" {
    safe static __text_start: u8;
    safe static __text_end: u8;
    safe static __rodata_start: u8;
    safe static __rodata_end: u8;
    safe static __data_start: u8;
    safe static __uncached_start: u8;
    safe static __vecbase: u8;
}

fn of(symbol: &'static u8) -> u32 {
    (&raw const *symbol).addr() as u32
}

/// A word of data that only the kernel may touch.
pub fn of_kernel_data() -> u32 {
    of(&__data_start)
}

/// A word of the data that cores share.
pub fn of_uncached_data() -> u32 {
    of(&__uncached_start)
}

/// An instruction of a function that harms nobody.
pub fn of_text() -> u32 {
    unsafe extern "C" {
        safe static hostile_text: u8;
    }
    of(&hostile_text)
}

/// A constant.
pub fn of_rodata() -> u32 {
    of(&__rodata_start)
}

/// Vectors and text.
pub fn text() -> Range<u32> {
    of(&__text_start)..of(&__text_end)
}

/// Constants.
pub fn rodata() -> Range<u32> {
    of(&__rodata_start)..of(&__rodata_end)
}

/// The vector for exceptions of threads.
fn user_vector() -> u32 {
    of(&__vecbase) + 0x340
}

/// Functions that run in ring 0, and what they are called.
pub fn kernel_functions() -> [(&'static str, u32); 6] {
    unsafe extern "C" {
        safe static hostile_kernel_functions: [u32; 5];
    }
    let [syscall, trap, exception_entry, resume, run] = hostile_kernel_functions;
    [
        ("user vector", user_vector()),
        ("_exception_entry", exception_entry),
        ("_resume", resume),
        ("acelab_syscall", syscall),
        ("acelab_trap", trap),
        ("xt_run", run),
    ]
}

/// A number that changes with any word of the kernel's instructions and
/// constants.
pub fn kernel_hash() -> u32 {
    let words = [text(), rodata()].into_iter().flatten().step_by(4);
    super::page::hash(words.map(|address| {
        let word = core::ptr::with_exposed_provenance::<u32>(address as usize);
        // SAFETY: text and constants are mapped for everybody, whole pages from
        // a multiple of four on, and nobody writes them.
        unsafe { word.read_volatile() }
    }))
}
