//! How the kernel's operations are measured from outside: the test `bench` of
//! the debug build writes a word to the debug port before and after each
//! operation, and the machine tells the exact time of both.

codes! {
    /// What is measured.
    pub enum Operation: u32 {
        /// Nothing between the words: what they cost themselves.
        Marks = 0 => "MARKS",
        /// The system call `null`.
        Null = 1 => "NULL",
        /// A semaphore given, until the thread that waited for it has taken it.
        Semaphore = 2 => "SEMAPHORE",
        /// A yield, until another thread of the same domain runs.
        Yield = 3 => "YIELD",
        /// A yield, until a thread of another domain runs.
        YieldDomain = 4 => "YIELD_DOMAIN",
        /// A semaphore given, until a thread on another, idle core has taken it.
        CrossCore = 5 => "CROSS_CORE",
        /// The deadline of a sleep, until the thread runs on an idle core.
        Timer = 6 => "TIMER",
        /// An illegal instruction, until another thread runs.
        Fault = 7 => "FAULT",
        /// The system call `dma_exchange` for two channels that run.
        Exchange = 8 => "EXCHANGE",
    }
}

impl Operation {
    /// The word before the operation. That of [`Timer`](Self::Timer) is followed
    /// by one more word, the lower half of the deadline in wall clock ticks.
    #[must_use]
    pub const fn start(self) -> u32 {
        0xBE70_0000 | self.code()
    }

    /// The word after it.
    #[must_use]
    pub const fn end(self) -> u32 {
        0xBE7E_0000 | self.code()
    }
}
