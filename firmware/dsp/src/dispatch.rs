//! Where threads enter the kernel. The entry code calls these functions on the
//! handler stack of the core, interrupts masked; they answer who goes on.

use acelab_abi::exception::{CAUSE_FPU_OFF, CAUSE_LEVEL1_INTERRUPT};
use acelab_abi::syscall::Syscall;
use acelab_kernel::arch::xtensa::ContextRef;
use acelab_kernel::system::{Fate, Outcome};

use crate::{fatal, interrupts, kernel, switch, user_fault};

/// Size of the instruction `SYSCALL`; a context has the address behind it.
const SYSCALL_BYTES: u32 = 3;

/// An exception or interrupt of a thread, all of whose registers are saved.
// SAFETY: the only symbol of this name; entry.S calls it with the context of the
// thread that runs.
#[unsafe(no_mangle)]
extern "C" fn acelab_trap(context: ContextRef) -> ContextRef {
    match context.registers().cause {
        CAUSE_LEVEL1_INTERRUPT => {
            if interrupts::handle(context) {
                return context;
            }
        }
        CAUSE_FPU_OFF => {
            switch::give_fpu(context);
            return context;
        }
        _ => user_fault::met(context),
    }
    switch::after_handler(context)
}

/// A system call.
// SAFETY: the only symbol of this name; vectors.S calls it with the registers
// and the context of the thread that runs.
#[unsafe(no_mangle)]
extern "C" fn acelab_syscall(
    a2: u32,
    a3: u32,
    a4: u32,
    a5: u32,
    a6: u32,
    number: u32,
    mut context: ContextRef,
) -> ContextRef {
    if number == Syscall::Null.number() {
        context.set_results([0; 3]);
        return context;
    }
    long_call(a2, a3, a4, a5, a6, number, context)
}

#[inline(never)]
extern "C" fn long_call(
    a2: u32,
    a3: u32,
    a4: u32,
    a5: u32,
    a6: u32,
    number: u32,
    context: ContextRef,
) -> ContextRef {
    call([a2, a3, a4, a5, a6], number, context)
}

/// The short way of the system call `thread_yield`, where the next thread only
/// has to go on; calls no function. `None` if it takes [`acelab_yield_slowly`].
// SAFETY: the only symbol of this name; vectors.S calls it with the context of
// the thread that runs.
#[unsafe(no_mangle)]
extern "C" fn acelab_yield(mut context: ContextRef) -> Option<ContextRef> {
    context.set_results([0; 3]);
    let next = kernel::yield_on(context.core())?;
    Some(context.beside(next))
}

/// `thread_yield` like any other system call.
// SAFETY: the only symbol of this name; vectors.S calls it after `acelab_yield`.
#[unsafe(no_mangle)]
extern "C" fn acelab_yield_slowly(context: ContextRef) -> ContextRef {
    call([0; 5], Syscall::ThreadYield.number(), context)
}

const _: () = assert!(
    Syscall::ThreadYield.number() == 6,
    "vectors.S has the number"
);

#[inline(never)]
fn call(args: [u32; 5], number: u32, mut context: ContextRef) -> ContextRef {
    let core = context.core();
    let thread = context.thread();
    let [a2, a3, a4, a5, a6] = args;
    let is_kernel = context.ring() == 0;
    if number == Syscall::Panic.number() && is_kernel {
        context.note_arguments([a2, a3, a4, a5, a6, number]);
        fatal::thread(context);
    }
    kernel::enter_on(core, |kernel, port| {
        let fate = match kernel.syscall(port, thread, number, &args) {
            Outcome::Return(words) => {
                context.set_results(words);
                if !kernel.next_differs(core) {
                    context.show_domain();
                    return context;
                }
                None
            }
            Outcome::Blocked | Outcome::Ended => None,
            Outcome::BadPointer { argument, address } => {
                let pc = context.registers().pc - SYSCALL_BYTES;
                Some(Fate::bad_pointer(number, pc, argument, address))
            }
            Outcome::Forbidden => Some(Fate::forbidden(
                number,
                context.registers().pc - SYSCALL_BYTES,
            )),
            Outcome::Panic => Some(Fate::panicked(context.registers().pc - SYSCALL_BYTES)),
        };
        if let Some(fate) = fate {
            context.note_arguments([a2, a3, a4, a5, a6, number]);
            if is_kernel {
                fatal::thread(context);
            }
            kernel.fail(port, thread, fate);
        }
        switch::next(kernel, port, core)
    })
}
