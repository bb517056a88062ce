//! Which thread a core runs next, and what of the core goes with it.

use acelab_abi::core_id::CoreId;
use acelab_kernel::arch::xtensa::mmu::{self, DomainMap};
use acelab_kernel::arch::xtensa::{
    ContextRef, Contexts, CoreLocal, FirstRegisters, FpuOwner, Identity,
};
use acelab_kernel::ids::{DomainId, ThreadId};
use acelab_kernel::memory::Stack;
use acelab_kernel::system::{Kernel, Next, Resume, Ring, Start};

use crate::port::DspPort;
use crate::{kernel, stacks};

static CONTEXTS: Contexts = Contexts::new();

/// What a core has loaded for the thread that it runs.
#[derive(Clone, Copy)]
struct Loaded {
    fpu: FpuOwner,
    /// The domain in the user window; `None` while it shows nothing. It may be
    /// any while a kernel thread runs.
    domain: Option<DomainId>,
}

static LOADED: CoreLocal<Loaded> = CoreLocal::new(Loaded {
    fpu: FpuOwner::NOBODY,
    domain: None,
});

/// A core that has just got its power has nothing loaded.
pub fn reset() {
    LOADED.with(|loaded| {
        loaded.fpu = FpuOwner::NOBODY;
    });
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
    kernel::enter(|kernel, port| {
        if kernel.next_differs(core) {
            next(kernel, port, core)
        } else {
            go_on(kernel, context)
        }
    })
}

/// Sees to it that `context`, which goes on, has its domain: a shoot-down may
/// have come in between.
#[inline]
pub fn go_on(kernel: &Kernel, context: ContextRef) -> ContextRef {
    if context.ring() != 0 {
        show_domain(kernel, context.thread());
    }
    context
}

fn show_domain(kernel: &Kernel, thread: ThreadId) {
    let domain = kernel.domain_of(thread);
    LOADED.with(|loaded| {
        if loaded.domain == domain {
            return;
        }
        if let Some(id) = domain
            && let Some(table) = kernel.memory().page_table(id)
        {
            // SAFETY: `Memory` has made this table, and keeps it while a thread
            // of the domain lives.
            let map = unsafe { DomainMap::new(id, table) };
            map.enter();
            loaded.domain = domain;
        }
    });
}

/// This core drops everything that it has read from page tables.
pub fn forget_translations() {
    LOADED.with(|loaded| {
        mmu::forget_translations();
        loaded.domain = None;
    });
}

/// Takes the most urgent thread of this core.
pub fn next(kernel: &mut Kernel, port: &mut DspPort, core: CoreId) -> ContextRef {
    let Next { thread, resume } = kernel.choose(port, core);
    let mut context = CONTEXTS.get(core, thread);
    match resume {
        Resume::Continue => {}
        Resume::Answer(words) => context.set_results(words),
        Resume::Start(start) => begin(kernel, core, thread, start),
    }
    LOADED.with(|loaded| loaded.fpu.switch_to(context));
    go_on(kernel, context)
}

fn begin(kernel: &Kernel, core: CoreId, thread: ThreadId, start: Start) {
    let record = kernel.thread(thread);
    let stack = match &record.stack {
        Some(stack) => stack_range(stack),
        None => stacks::idle(core),
    };
    let who = Identity {
        thread,
        core,
        name: record.name,
        stack,
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
    LOADED.with(|loaded| loaded.fpu.forget(context));
    context.start(&who, first, stacks::handler_top(core));
}

fn stack_range(stack: &Stack) -> core::ops::Range<u32> {
    stack.bottom()..stack.top()
}

/// `context`, which runs, has met its first floating-point instruction since
/// another thread had the unit.
pub fn give_fpu(context: ContextRef) {
    LOADED.with(|loaded| loaded.fpu.give_to(context));
}

/// The context of a thread of this core.
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
