//! The end of a user thread that did something wrong, or of its guarded call: it
//! is stopped at once, and reported by the work thread of its core, which is more urgent than all others.

use core::fmt;

use acelab_abi::core_id::CoreId;
use acelab_abi::fault_report::{Head, Reason};
use acelab_abi::syscall::{ExitReason, MAX_TEXT};
use acelab_kernel::arch::xtensa::{ContextRef, CoreLocal};
use acelab_kernel::fault::{Fault, return_addresses};
use acelab_kernel::ids::ThreadId;
use acelab_kernel::memory::UserBytes;
use acelab_kernel::system::Fate;

use crate::{audio, fatal, kernel, klog, log_service, switch};

/// Words of the stack that a report looks through.
const STACK_WORDS: usize = 64;

/// What the thread that panicked last has said.
#[derive(Clone, Copy)]
struct LastWords {
    thread: Option<ThreadId>,
    text: [u8; MAX_TEXT],
    len: usize,
}

/// One for each core is enough: its work thread reports before another thread
/// of the core runs.
static LAST_WORDS: CoreLocal<LastWords> = CoreLocal::new(LastWords {
    thread: None,
    text: [0; MAX_TEXT],
    len: 0,
});

/// The thread that runs has met an exception: it ends, or its guarded call does.
/// A kernel thread takes the DSP with it.
pub fn met(context: ContextRef) {
    if context.ring() == 0 {
        fatal::thread(context);
    }
    let registers = context.registers();
    let fate = Fate::faulted(registers.cause, registers.pc, registers.address);
    kernel::enter(|kernel, port| kernel.fail(port, context.thread(), fate));
}

/// Keeps what a thread of this core says when it panics.
pub fn keep_words(thread: ThreadId, text: &[u8]) {
    LAST_WORDS.with(|last| {
        let len = text.len().min(MAX_TEXT);
        last.text[..len].copy_from_slice(&text[..len]);
        last.len = len;
        last.thread = Some(thread);
    });
}

/// For the work thread of `core`: reports what has been stopped, tells the host,
/// and lets the kernel have what is left, or the thread go on; whether a thread of
/// the core's audio has ended.
pub fn report_all(core: CoreId) -> bool {
    let domain = audio::domain_id(core);
    let mut of_audio = false;
    while let Some(thread) = kernel::enter_from_thread(|kernel, _| kernel.next_report(core)) {
        report(core, thread);
        log_service::tell_fault(core);
        kernel::enter_from_thread(|kernel, port| {
            let ends = kernel.ended_call(port, thread).is_none();
            of_audio |= ends && kernel.thread(thread).domain == domain;
            kernel.reap(port, thread);
        });
    }
    of_audio
}

fn report(core: CoreId, thread: ThreadId) {
    let context = switch::context(core, thread);
    let (fate, who) = kernel::enter_from_thread(|kernel, port| {
        (kernel.thread(thread).fate, kernel.ended_call(port, thread))
    });
    let words = LAST_WORDS.with(|last| *last);
    let text = match words.thread {
        Some(of) if of == thread => printable(&words.text[..words.len]),
        _ => "",
    };
    let reason = match fate.reason {
        ExitReason::BadPointer => Reason::BadPointer {
            address: fate.address,
            syscall: fate.value,
        },
        ExitReason::Panicked => Reason::Panic(text),
        ExitReason::Forbidden => Reason::Forbidden(fate.value),
        ExitReason::Budget => Reason::OverBudget(fate.value),
        _ => Reason::Exception(fate.value),
    };
    let name = context.name();
    let head = Head {
        thread: name.as_str(),
        core,
        ring: context.ring(),
        reason,
    };
    line(format_args!("{head}"));
    let fault = context.registers().fault(core, context.stack());
    let fault = Fault {
        pc: fate.pc,
        ..fault
    };
    fault.show_state(&mut line);
    stack(thread, &fault);
    match who {
        Some(who) => line(format_args!(
            "guarded call for {who:#010x} ended, the thread goes on"
        )),
        None => line(format_args!("thread stopped, the others go on")),
    }
}

/// The words of the thread's stack that could be return addresses.
fn stack(thread: ThreadId, fault: &Fault) {
    let top = fault.registers[1] & !3;
    if !fault.stack.contains(&top) {
        return;
    }
    let len = (fault.stack.end - top).min(4 * STACK_WORDS as u32);
    let mut bytes = [0; 4 * STACK_WORDS];
    let read = kernel::enter_from_thread(|kernel, port| {
        let space = kernel.thread(thread).space();
        let claim = UserBytes::bytes(top, len).ok()?;
        let read = kernel.memory().read(port, space, claim, &mut bytes).ok()?;
        Some(read.len())
    });
    let words = bytes[..read.unwrap_or(0)]
        .chunks_exact(4)
        .map(|word| u32::from_le_bytes([word[0], word[1], word[2], word[3]]));
    return_addresses(words, &mut line);
}

#[inline(never)]
fn line(text: fmt::Arguments<'_>) {
    klog::write_line(
        acelab_abi::log::Level::Error,
        acelab_abi::fault_report::MODULE,
        text,
    );
}

/// The text up to the first byte that would not show in one line.
fn printable(text: &[u8]) -> &str {
    let shows = |byte: &u8| *byte == b' ' || byte.is_ascii_graphic();
    let len = text.iter().position(|byte| !shows(byte));
    let text = &text[..len.unwrap_or(text.len())];
    core::str::from_utf8(text).unwrap_or_default()
}
