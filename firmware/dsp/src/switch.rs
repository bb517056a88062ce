//! Which thread a core runs next.

use acelab_abi::core_id::CoreId;
use acelab_kernel::arch::xtensa::mmu::{DomainMap, forget_translations};
use acelab_kernel::arch::xtensa::{
    ContextRef, Contexts, CoreLocal, FirstRegisters, FpuOwner, Identity,
};
use acelab_kernel::ids::ThreadId;
use acelab_kernel::system::{Kernel, Next, Resume, Ring, Start};
use acelab_kernel::thread::Limits;

use crate::port::DspPort;
use crate::{kernel, stacks, watchdog};

static CONTEXTS: Contexts = Contexts::new();

static FPU: CoreLocal<FpuOwner> = CoreLocal::new(FpuOwner::NOBODY);

/// A core that has just got its power holds nothing of any thread.
pub fn reset() {
    FPU.with(|owner| *owner = FpuOwner::NOBODY);
    forget_translations();
}

/// Runs the first thread of this core.
pub fn run_first(core: CoreId) -> ! {
    let context = kernel::enter(|kernel, port| next(kernel, port, core));
    context.run()
}

/// At the end of a handler that `context` could go on after: itself, or a
/// thread that is more urgent now.
pub fn after_handler(context: ContextRef) -> ContextRef {
    let core = context.core();
    kernel::enter_on(core, |kernel, port| {
        if kernel.next_differs(core) {
            next(kernel, port, core)
        } else {
            context.show_domain();
            context
        }
    })
}

/// Takes the most urgent thread of this core.
#[inline(never)]
pub fn next(kernel: &mut Kernel, port: &mut DspPort, core: CoreId) -> ContextRef {
    let Next { thread, resume } = kernel.choose(port, core);
    let mut context = CONTEXTS.get(core, thread);
    match resume {
        Resume::Continue => {}
        Resume::Answer(words) => context.set_results(words),
        Resume::Start(start) => begin(kernel, core, thread, start),
    }
    context.show_domain();
    context
}

/// Makes the context of a thread that has not run.
#[inline(never)]
fn begin(kernel: &Kernel, core: CoreId, thread: ThreadId, start: Start) {
    let record = kernel.thread(thread);
    let stack = match &record.stack {
        Some(stack) => stack.bottom()..stack.top(),
        None => stacks::idle(core),
    };
    let domain = record.domain.and_then(|id| {
        let table = kernel.memory().page_table(id)?;
        // SAFETY: `Memory` has made this table, and keeps it while a thread of
        // the domain lives.
        Some(unsafe { DomainMap::new(id, table) })
    });
    let who = Identity {
        thread,
        core,
        name: record.name,
        stack,
        domain,
    };
    let first = FirstRegisters {
        pc: start.entry,
        return_to: thread_return(),
        stack: start.stack,
        argument: start.arg,
        thread_pointer: start.thread_pointer,
        ring: match start.ring {
            Ring::Kernel => 0,
            Ring::User => 2,
        },
    };
    let mut context = CONTEXTS.get(core, thread);
    FPU.with(|owner| owner.forget(context));
    context.start(&who, first, stacks::handler_top(core));
    if matches!(record.limits, Limits::Guarded(_)) {
        watchdog::go_on(context);
    }
}

/// `context`, which runs, has met its first floating-point instruction since
/// another thread had the unit.
pub fn give_fpu(context: ContextRef) {
    FPU.with(|owner| owner.give_to(context));
}

/// The context of a thread of this core.
#[inline(always)]
pub fn context(core: CoreId, thread: ThreadId) -> ContextRef {
    CONTEXTS.get(core, thread)
}

/// Where the function of a thread returns to.
fn thread_return() -> u32 {
    unsafe extern "C" {
        safe static acelab_thread_return: u8;
    }
    (&raw const acelab_thread_return).addr() as u32
}
