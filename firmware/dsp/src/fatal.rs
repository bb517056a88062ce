//! The end: fatal exceptions and panics.
//!
//! A fault of the kernel on any core halts the DSP. The core at fault reports
//! into its own log. If it is not core 0, it asks core 0 to tell the host; if
//! core 0 does not react within a millisecond – it may be stuck itself – it
//! tells the host directly. Whoever told the host tells the other cores to
//! stop; each of them says what it was doing. A core that has stopped waits with
//! interrupts masked for ever.

use core::sync::atomic::{AtomicU32, Ordering};

use acelab_abi::core_id::CoreId;
use acelab_abi::exception::CAUSE_SYSCALL;
use acelab_abi::ipc4::fw_registers::{CoreStatus, FwError};
use acelab_abi::ipc4::notification::Notification;
use acelab_abi::syscall::Syscall;
use acelab_kernel::arch::xtensa::{ContextRef, Frame, Mmio, Registers, current_core, park};
use acelab_kernel::cross_core;
use acelab_kernel::fault::{Fault, Running};
use acelab_kernel::idc::Message;
use acelab_kernel::mailbox::emergency_send;
use acelab_kernel::time::{ticks_from_micros, ticks_from_millis};

use crate::panic::kernel_text;
use crate::{doorbell, klog, power, registers, timers};

/// Time core 0 gets to take over the report of another core.
const TAKE_OVER_MICROS: u64 = 1000;
/// Time the host gets to take the messages before the last one.
const HOST_MILLIS: u32 = 20;

cross_core! {
    /// Cores that have begun to report a fault.
    static REPORTING: AtomicU32 = AtomicU32::new(0);
    /// Cores that have begun to tell others of their fault.
    static ENDING: AtomicU32 = AtomicU32::new(0);
    /// Cores that wait for core 0 to report their fault to the host.
    static CRASHED: AtomicU32 = AtomicU32::new(0);
}

/// Called by the entry code on the emergency stack, interrupts masked.
// SAFETY: the only symbol of this name; emergency.S calls it with a frame.
#[unsafe(no_mangle)]
extern "C" fn acelab_fault(frame: &Frame) -> ! {
    let core = current_core();
    let registers = &frame.registers;
    if is_panic(registers) && frame.depc == 0 {
        panicked(core, registers)
    }
    begin(core);
    registers::set_error(FwError::Exception, core, registers.cause);
    frame.fault(core).report(&mut klog::fatal);
    end(core)
}

/// A handler: the kernel thread of `context` has met a fault, passed a bad
/// pointer, or panics.
pub fn thread(context: ContextRef) -> ! {
    let core = context.core();
    let registers = context.registers();
    if registers.a[7] == Syscall::Panic.number() && context.is_in_call() {
        panicked(core, registers)
    }
    begin(core);
    let cause = if context.is_in_call() {
        CAUSE_SYSCALL
    } else {
        registers.cause
    };
    registers::set_error(FwError::Exception, core, cause);
    let fault = Fault {
        cause,
        ..registers.fault(core, context.stack())
    };
    fault.report_of(Some(context.name().as_str()), &mut klog::fatal);
    end(core)
}

/// Whether kernel code has said its last words, see [`panic`].
fn is_panic(registers: &Registers) -> bool {
    registers.cause == CAUSE_SYSCALL && registers.a[7] == Syscall::Panic.number()
}

/// The kernel panics; a2 and a3 say where the text is.
fn panicked(core: CoreId, registers: &Registers) -> ! {
    begin(core);
    registers::set_error(FwError::Panic, core, 0);
    klog::fatal(format_args!("** KERNEL PANIC"));
    // SAFETY: `panic` below is the one place where kernel code makes this system
    // call; the text is on its stack.
    let text = unsafe { kernel_text(registers.a[2], registers.a[3]) };
    klog::fatal(format_args!("** CPU {core} {text}"));
    klog::fatal(format_args!("Halting system"));
    end(core)
}

/// A core that faults while it reports a fault reports no further.
fn begin(core: CoreId) {
    if REPORTING.fetch_or(core.bit(), Ordering::AcqRel) & core.bit() != 0 {
        end(core);
    }
    power::halted(core);
}

fn end(core: CoreId) -> ! {
    if ENDING.fetch_or(core.bit(), Ordering::AcqRel) & core.bit() != 0 {
        park();
    }
    if core.is_primary() || !taken_over(core) {
        tell_host(core);
        halt_others(core);
    }
    park()
}

/// Leaves the rest to core 0; true when it took it.
fn taken_over(core: CoreId) -> bool {
    if power::state(CoreId::PRIMARY) != CoreStatus::Active {
        return false;
    }
    CRASHED.fetch_or(core.bit(), Ordering::AcqRel);
    doorbell::send(CoreId::PRIMARY, Message::Crashed);
    let deadline = timers::now() + ticks_from_micros(TAKE_OVER_MICROS);
    while timers::now() < deadline {
        if CRASHED.load(Ordering::Acquire) & core.bit() == 0 {
            return true;
        }
    }
    // Whoever clears the bit is the one who tells the host.
    CRASHED.fetch_and(!core.bit(), Ordering::AcqRel) & core.bit() == 0
}

/// Core 0, in its doorbell's handler: tells the host for the others and stops.
pub fn another_core_crashed(context: ContextRef) {
    let crashed = CRASHED.swap(0, Ordering::AcqRel);
    if crashed == 0 {
        return;
    }
    power::halted(CoreId::PRIMARY);
    for core in CoreId::ALL {
        if crashed & core.bit() != 0 {
            klog::fatal(format_args!("halted by a fault of core {core}"));
            show(context);
            tell_host(core);
        }
    }
    halt_others(CoreId::PRIMARY);
    park()
}

/// Whether a core has met a fault; one that starts meanwhile stops again.
pub fn dsp_has_failed() -> bool {
    REPORTING.load(Ordering::Acquire) != 0
}

/// Any core, in its doorbell's handler or at its start.
pub fn halted_by_another_core(context: Option<ContextRef>) -> ! {
    klog::fatal(format_args!("halted by a fault of another core"));
    if let Some(context) = context {
        show(context);
    }
    power::halted(current_core());
    park()
}

/// What this core was doing.
fn show(context: ContextRef) {
    let registers = context.registers();
    let name = context.name();
    let thread = Running {
        thread: name.as_str(),
        pc: registers.pc,
        ps: registers.ps,
    };
    klog::fatal(format_args!("{thread}"));
}

fn tell_host(core: CoreId) {
    let deadline = timers::now() + ticks_from_millis(HOST_MILLIS);
    let message = Notification::exception_caught(core).into();
    emergency_send(Mmio, message, || timers::now() < deadline);
}

fn halt_others(core: CoreId) {
    for other in CoreId::ALL {
        if other != core && power::state(other) == CoreStatus::Active {
            doorbell::send(other, Message::Halt);
        }
    }
}
