//! Debug IPC: parameter TEST (0xF0) of the base firmware, which only the
//! `debug` variant of the firmware has. Everywhere else it is an unknown
//! parameter.
//!
//! Payload of LARGE_CONFIG_SET and of LARGE_CONFIG_GET (in the inbox):
//! `{u32 test_id, u32 core, u32 args[]}`. SET starts something and has no
//! result; what stops the firmware runs only after the host has acknowledged
//! the reply, so that the order reply, fault is fixed. GET runs a test to its
//! end and returns words in the outbox.

/// Word of the payload that holds the test id.
pub const TEST_ID: usize = 0;
/// Word of the payload that holds the core to run on.
pub const CORE: usize = 1;
/// First word of the arguments.
pub const ARGS: usize = 2;
/// Most arguments a test takes.
pub const MAX_ARGS: usize = 8;
/// Most words a test returns.
pub const MAX_RESULTS: usize = 16;

codes! {
    /// What to test.
    pub enum TestId: u32 {
        /// SET, args: [`ExceptionKind`], address for the kinds that take one,
        /// time to wait before it in µs (the core stays busy).
        Exception = 1 => "EXCEPTION",
        /// SET, args: number of lines to write to the log of `core` at once.
        LogFlood = 2 => "LOG_FLOOD",
        /// GET, args: group, seed. Result: hash low, hash high, group count.
        Codegen = 3 => "CODEGEN",
        /// GET, args: interrupt level (1 or 3), rounds (at most 1024).
        /// Result: smallest entry cost, smallest exit cost, smallest round
        /// trip, all in CCOUNT cycles, each without what reading CCOUNT costs.
        IrqCost = 4 => "IRQ_COST",
        /// SET: `core` loops with interrupts masked for ever.
        Hang = 5 => "HANG",
        /// SET, args: exit code, written to the debug port.
        Exit = 6 => "EXIT",
        /// SET, args: a word, written to the debug port's MARK register.
        Mark = 7 => "MARK",
        /// GET. Result: lines written, lines dropped by `core` since boot.
        LogCounters = 8 => "LOG_COUNTERS",
        /// GET, args: doorbells to exchange. Core 0 rings `core` and waits
        /// for its answer each time. Result: rounds done.
        DoorbellPing = 9 => "DOORBELL_PING",
        /// GET: a test of the kernel; args and result: see
        /// [`crate::kernel_test`].
        Kernel = 10 => "KERNEL",
        /// SET, args: a bit for each fault that is planted, see
        /// [`crate::audio_fault::AudioFault::bit`]. In effect before the reply.
        Plant = 11 => "PLANT",
        /// SET, args: a [`Disturbance`], µs. What the audio threads of `core` do
        /// from now on, until they are told otherwise.
        Disturb = 12 => "DISTURB",
        /// GET: a piece of a memory map; args and result: see
        /// [`crate::memory_map`].
        MemoryMap = 13 => "MEMORY_MAP",
    }
}

codes! {
    /// What the audio threads of a core do that they should not.
    pub enum Disturbance: u32 {
        /// Nothing.
        None = 0 => "NONE",
        /// The IPC thread sleeps for so long before it executes INIT_INSTANCE.
        SleepInInit = 1 => "SLEEP_IN_INIT",
        /// The same, but it keeps the core busy.
        WorkInInit = 2 => "WORK_IN_INIT",
        /// The same, but it has the LL lock meanwhile.
        HoldLockInInit = 3 => "HOLD_LOCK_IN_INIT",
        /// The LL thread reads an address of the kernel at its next tick.
        FaultInTick = 4 => "FAULT_IN_TICK",
        /// The IPC thread does so at its next command.
        FaultInCommand = 5 => "FAULT_IN_COMMAND",
        /// The LL thread keeps the core busy for so long in each tick.
        WorkInTick = 6 => "WORK_IN_TICK",
        /// The IPC thread answers commands that nobody gave for so long, before it
        /// executes the next one.
        AnswerWrongly = 7 => "ANSWER_WRONGLY",
        /// It answers with a message that is too long, and then as it should.
        AnswerTooLong = 8 => "ANSWER_TOO_LONG",
        /// The core's audio threads cannot be started.
        FailStart = 9 => "FAIL_START",
    }
}

codes! {
    /// Which exception to provoke.
    pub enum ExceptionKind: u32 {
        Illegal = 0 => "ILLEGAL",
        /// Load from the address in the next argument.
        Load = 1 => "LOAD",
        /// Store to the address in the next argument.
        Store = 2 => "STORE",
        /// Unaligned load.
        Unaligned = 3 => "UNALIGNED",
        /// Integer division by zero by the hardware instruction.
        DivideByZero = 4 => "DIVIDE_BY_ZERO",
        /// Endless recursion until the stack's guard page is hit.
        StackOverflow = 5 => "STACK_OVERFLOW",
        /// A jump to the address in the next argument.
        Jump = 6 => "JUMP",
        /// SYSCALL from an interrupt handler.
        Syscall = 7 => "SYSCALL",
        /// A panic of the firmware.
        Panic = 8 => "PANIC",
        /// BREAK without a debugger: the debug interrupt level.
        Break = 9 => "BREAK",
    }
}
