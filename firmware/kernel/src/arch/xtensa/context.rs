//! The registers of threads that do not run.

use core::cell::UnsafeCell;
use core::mem::offset_of;
use core::ops::Range;
use core::ptr::NonNull;

use acelab_abi::core_id::{CoreId, MAX_CORES};

use super::asm;
use super::fpu::FpuRegisters;
use super::frame::Registers;
use super::mmu::DomainMap;
use crate::ids::{MAX_THREADS, ThreadId};
use crate::thread::Name;

/// PS.EXCM; `RFE` clears it.
const PS_EXCM: u32 = 1 << 4;
/// PS.UM: exceptions go to the user vector, as those of every thread do.
const PS_UM: u32 = 1 << 5;
const PS_RING_SHIFT: u32 = 6;

/// Value of `saved` in a context that holds all registers.
const FULL: u32 = 1;

/// Who a thread is, for reports that cannot ask the kernel.
#[derive(Clone, Debug)]
pub struct Identity {
    /// The thread.
    pub thread: ThreadId,
    /// Its core.
    pub core: CoreId,
    /// Its name.
    pub name: Name,
    /// Its stack, as it sees it.
    pub stack: Range<u32>,
    /// Its domain; a kernel thread may have none.
    pub domain: Option<DomainMap>,
}

/// What a thread starts with; all other registers are zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FirstRegisters {
    /// First instruction.
    pub pc: u32,
    /// a0: where the thread's function returns to.
    pub return_to: u32,
    /// a1.
    pub stack: u32,
    /// a2.
    pub argument: u32,
    /// THREADPTR.
    pub thread_pointer: u32,
    /// PS.RING.
    pub ring: u32,
}

/// The save area of one thread; the image's `macros.inc` has the same layout.
#[repr(C, align(16))]
struct Context {
    /// All registers after an exception or interrupt; after a system call only
    /// a0, a1, a12 to a15, PC, PS and THREADPTR, and a2 to a4 as results.
    registers: Registers,
    /// [`FULL`] after an exception or interrupt, else 0.
    saved: u32,
    /// Top of the stack on which the thread's core runs handlers.
    handler_stack: u32,
    stack_start: u32,
    stack_end: u32,
    /// TLB word and RASID of its domain; RASID is 0 without one.
    domain: [u32; 2],
    /// CPENABLE: 1 while its floating-point registers are in the FPU.
    owns_fpu: u32,
    /// Cycles that the thread may run until the watchdog looks at it; 0 when it
    /// does not. Counted by CCOMPARE0 while the thread runs.
    watch: u32,
    thread: ThreadId,
    core: CoreId,
    name: Name,
    /// Valid while its floating-point registers are not in the FPU.
    fpu: FpuRegisters,
}

const _: () = assert!(offset_of!(Context, registers) == 0);
const _: () = assert!(offset_of!(Context, saved) == 108);
const _: () = assert!(offset_of!(Context, handler_stack) == 112);
const _: () = assert!(offset_of!(Context, domain) == 124);
const _: () = assert!(offset_of!(Context, owns_fpu) == 132);
const _: () = assert!(offset_of!(Context, watch) == 136);

impl Context {
    const NONE: Self = Self {
        registers: Registers::ZERO,
        saved: 0,
        handler_stack: 0,
        stack_start: 0,
        stack_end: 0,
        domain: [0; 2],
        owns_fpu: 0,
        watch: 0,
        fpu: FpuRegisters::ZERO,
        thread: ThreadId::FIRST,
        core: CoreId::PRIMARY,
        name: Name::NONE,
    };
}

/// The contexts of all threads on all cores. Each core has its own set, in
/// cached memory, and uses no other: where a thread number was used on another
/// core before, no line of that core's cache can overwrite anything.
pub struct Contexts([[UnsafeCell<Context>; MAX_THREADS]; MAX_CORES]);

// SAFETY: a core uses its own contexts only, and only its handlers, which do
// not interrupt each other; see `ContextRef`.
unsafe impl Sync for Contexts {}

impl Contexts {
    /// No thread has run.
    #[must_use]
    pub const fn new() -> Self {
        Self([const { [const { UnsafeCell::new(Context::NONE) }; MAX_THREADS] }; MAX_CORES])
    }

    /// That of `thread` on `core`, the executing one.
    #[inline(always)]
    pub fn get(&'static self, core: CoreId, thread: ThreadId) -> ContextRef {
        // SAFETY: both numbers are below the length of their dimension.
        let cell = unsafe {
            let own = self.0.get_unchecked(core.index());
            own.get_unchecked(thread.index())
        };
        // SAFETY: a cell is not null.
        ContextRef(unsafe { NonNull::new_unchecked(cell.get()) })
    }
}

impl Default for Contexts {
    fn default() -> Self {
        Self::new()
    }
}

/// One of [`Contexts`], of the executing core. EXCSAVE1 holds the address of
/// that of the running thread.
///
/// Handlers alone write contexts; the work thread of the core reads those of
/// threads that have been stopped.
#[derive(Clone, Copy, PartialEq, Eq)]
#[repr(transparent)]
pub struct ContextRef(NonNull<Context>);

// SAFETY: what a core keeps of its contexts only itself uses, see `Contexts`.
unsafe impl Send for ContextRef {}

impl ContextRef {
    fn get(&self) -> &Context {
        // SAFETY: contexts live for ever; nobody writes this one while the
        // reference lives, because `self` is a handler of its core, or the
        // thread has been stopped.
        unsafe { self.0.as_ref() }
    }

    fn get_mut(&mut self) -> &mut Context {
        // SAFETY: as in `get`, and `self` is a handler.
        unsafe { self.0.as_mut() }
    }

    /// Makes it that of a thread that has not run.
    pub fn start(&mut self, who: &Identity, first: FirstRegisters, handler_stack: u32) {
        let context = self.get_mut();
        // Each field by itself: the constant as a whole would be 300 bytes of memory.
        context.registers = Registers::ZERO;
        context.fpu = FpuRegisters::ZERO;
        context.owns_fpu = 0;
        context.watch = 0;
        context.handler_stack = handler_stack;
        context.stack_start = who.stack.start;
        context.stack_end = who.stack.end;
        context.domain = who.domain.map_or([0; 2], DomainMap::words);
        context.thread = who.thread;
        context.core = who.core;
        context.name = who.name;
        context.saved = FULL;
        let registers = &mut context.registers;
        registers.a[0] = first.return_to;
        registers.a[1] = first.stack;
        registers.a[2] = first.argument;
        registers.pc = first.pc;
        registers.ps = PS_EXCM | PS_UM | (first.ring & 3) << PS_RING_SHIFT;
        registers.threadptr = first.thread_pointer;
    }

    /// What a system call answers in a2, a3 and a4.
    #[inline(always)]
    pub fn set_results(&mut self, results: [u32; 3]) {
        let registers = &mut self.get_mut().registers.a;
        registers[2] = results[0];
        registers[3] = results[1];
        registers[4] = results[2];
    }

    /// Notes the arguments of a system call, a2 to a7, where a report finds
    /// them.
    pub fn note_arguments(&mut self, arguments: [u32; 6]) {
        let registers = &mut self.get_mut().registers.a;
        registers[2..8].copy_from_slice(&arguments);
        registers[8..12].fill(0);
    }

    /// The thread.
    #[inline(always)]
    #[must_use]
    pub fn thread(&self) -> ThreadId {
        self.get().thread
    }

    /// That of another thread of the same core.
    #[inline(always)]
    #[must_use]
    pub fn beside(self, thread: ThreadId) -> Self {
        let steps = thread.index() as isize - self.thread().index() as isize;
        // SAFETY: the contexts of a core lie in one array, that of each thread at its
        // number; the address of one that runs comes from the entry code.
        Self(unsafe { self.0.offset(steps) })
    }

    /// Its core.
    #[inline(always)]
    #[must_use]
    pub fn core(&self) -> CoreId {
        self.get().core
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> Name {
        self.get().name
    }

    /// Its stack, as it sees it.
    #[must_use]
    pub fn stack(&self) -> Range<u32> {
        self.get().stack_start..self.get().stack_end
    }

    /// Whether the thread is in a system call, and only the registers of one are
    /// saved.
    #[must_use]
    pub fn is_in_call(&self) -> bool {
        self.get().saved != FULL
    }

    /// PS.RING.
    #[must_use]
    pub fn ring(&self) -> u32 {
        self.get().registers.ps >> PS_RING_SHIFT & 3
    }

    /// The registers, as they were saved last.
    #[must_use]
    pub fn registers(&self) -> &Registers {
        &self.get().registers
    }

    /// Has this core see the domain of the thread, which goes on after a handler
    /// in which translations may have been forgotten. Where another thread goes
    /// on, the entry code does this.
    #[inline]
    pub fn show_domain(&self) {
        let [table, rasid] = self.get().domain;
        if rasid != 0 {
            DomainMap::from_words([table, rasid]).enter();
        }
    }

    /// The watchdog looks at the thread when it has run so many cycles.
    pub fn watch_after(&mut self, cycles: u32) {
        self.get_mut().watch = cycles;
    }

    /// Whether the watchdog looks at the thread.
    #[must_use]
    pub fn is_watched(&self) -> bool {
        self.get().watch != 0
    }

    pub(super) fn set_owns_fpu(&mut self, owns: bool) {
        self.get_mut().owns_fpu = u32::from(owns);
    }

    pub(super) fn fpu(&mut self) -> &mut FpuRegisters {
        &mut self.get_mut().fpu
    }

    /// Runs the thread; for the first one of a core, interrupts masked. What is
    /// on the stack of the caller is lost.
    pub fn run(self) -> ! {
        // SAFETY: the context is that of a thread that can go on, and nobody
        // returns to the caller.
        unsafe { asm::xt_run(self.0.as_ptr().cast()) }
    }
}
