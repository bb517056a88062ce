//! Attacks below Rust: wild addresses, and the assembly in `asm`.

use core::hint::black_box;
use core::ptr::{
    read_volatile, with_exposed_provenance, with_exposed_provenance_mut, write_volatile,
};

#[cfg(target_os = "none")]
unsafe extern "C" {
    fn hostile_jump(address: u32);
    fn hostile_illegal();
    fn hostile_privileged(which: u32);
    fn hostile_syscall(number: u32, first: u32) -> u32;
    fn hostile_divide(dividend: u32, divisor: u32) -> u32;
    fn hostile_load(address: u32) -> u32;
    fn hostile_clobber();
    fn hostile_forever();
    fn hostile_recurse();
    fn hostile_no_stack();
}

/// On the host the library is compiled, and nothing of it is attacked.
#[cfg(not(target_os = "none"))]
mod on_host {
    macro_rules! nothing {
        ($($name:ident($($argument:ident),*) $(-> $result:ty)?;)*) => {$(
            pub unsafe fn $name($($argument: u32),*) $(-> $result)? {
                $(let _ = $argument;)*
                unreachable!("{} is for the DSP", stringify!($name))
            }
        )*};
    }
    nothing! {
        hostile_jump(address);
        hostile_illegal();
        hostile_privileged(which);
        hostile_syscall(number, first) -> u32;
        hostile_divide(dividend, divisor) -> u32;
        hostile_load(address) -> u32;
        hostile_clobber();
        hostile_forever();
        hostile_recurse();
        hostile_no_stack();
    }
}
#[cfg(not(target_os = "none"))]
use on_host::{
    hostile_clobber, hostile_divide, hostile_forever, hostile_illegal, hostile_jump, hostile_load,
    hostile_no_stack, hostile_privileged, hostile_recurse, hostile_syscall,
};

/// A word that the attacks do not get from the compiler's knowledge.
static CONSTANT: u32 = 0x600D_C0DE;
/// `ret`, and what is behind it, as data: `ill`.
static CODE: [u32; 2] = [0x0000_F00D, 0];

/// Reads a word.
pub fn read(address: u32) -> u32 {
    // SAFETY: it is not; that is the attack.
    unsafe { read_volatile(with_exposed_provenance::<u32>(address as usize)) }
}

/// Writes a word.
pub fn write(address: u32, value: u32) {
    // SAFETY: it is not; that is the attack.
    unsafe { write_volatile(with_exposed_provenance_mut::<u32>(address as usize), value) }
}

/// Goes on at an address.
pub fn jump(address: u32) {
    // SAFETY: it is not; that is the attack.
    unsafe { hostile_jump(address) }
}

/// Overwrites an instruction of the library.
pub fn write_text() {
    write(address_of(write_text as *const ()) & !3, 0);
}

/// Overwrites a constant of the library.
pub fn write_constant() {
    write(address_of(black_box(&raw const CONSTANT).cast()), 0);
}

/// Executes a constant of the library.
pub fn execute_constant() {
    jump(address_of(black_box(&raw const CODE).cast()));
}

/// Executes what is on the stack.
pub fn execute_stack() {
    let code = black_box([CODE[0], CODE[1]]);
    jump(address_of((&raw const code).cast()));
    black_box(code);
}

/// Executes a block of the heap.
pub fn execute(block: &[u8]) {
    jump(address_of(block.as_ptr().cast()));
}

/// Gives the semaphore by which the firmware knows that a request is done, and goes on for
/// ever. What it was given lies in the first page of its exchange, and so does the semaphore:
/// the second word there.
pub fn restless(given: &[u8]) {
    const SEM_GIVE: u32 = 14;
    let exchange = address_of(given.as_ptr().cast()) & !0xFFF;
    syscall(SEM_GIVE, read(exchange + 4));
    forever();
}

/// An address as a word of the DSP.
fn address_of(pointer: *const ()) -> u32 {
    pointer.expose_provenance() as u32
}

macro_rules! attacks {
    ($($(#[$meta:meta])* $name:ident($($argument:ident),*) = $function:ident;)*) => {$(
        $(#[$meta])*
        pub fn $name($($argument: u32),*) {
            // SAFETY: it is not; that is the attack.
            let _ = unsafe { $function($($argument),*) };
        }
    )*};
}

attacks! {
    /// An illegal instruction.
    illegal() = hostile_illegal;
    /// An instruction of the kernel's: RSIL, WSR.PS, RSR.EPC1, WAITI, RFE, WDTLB.
    privileged(which) = hostile_privileged;
    /// A system call with any number.
    syscall(number, first) = hostile_syscall;
    /// A division, also by 0.
    divide(dividend, divisor) = hostile_divide;
    /// A load, also from an address that is no multiple of four.
    load(address) = hostile_load;
    /// Comes back with the caller's registers changed.
    clobber() = hostile_clobber;
    /// Does not come back.
    forever() = hostile_forever;
    /// Takes stack until there is none.
    recurse() = hostile_recurse;
    /// Loses its stack.
    no_stack() = hostile_no_stack;
}
