//! What a core has done, counted by the machine and not by the firmware.

/// Numbers of system calls that are told apart. The last one stands for it
/// and all above, which no firmware uses.
pub const SYSCALL_NUMBERS: usize = 64;

/// Values of EXCCAUSE.
pub const CAUSES: usize = 64;

/// Levels of interrupts, from 0, which none has.
pub const LEVELS: usize = 8;

/// What a core runs, by PS: the ring counts only where nothing is masked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Activity {
    /// EXCM or INTLEVEL is set: vectors, handlers, and what masks interrupts.
    Handler = 0,
    /// Ring 0 with all interrupts open: kernel threads.
    Ring0 = 1,
    /// Ring 1.
    Ring1 = 2,
    /// Ring 2: user threads.
    Ring2 = 3,
    /// Ring 3.
    Ring3 = 4,
}

impl Activity {
    /// All, in the order of their numbers.
    pub const ALL: [Self; 5] = [
        Self::Handler,
        Self::Ring0,
        Self::Ring1,
        Self::Ring2,
        Self::Ring3,
    ];
}

/// From where a core entered the kernel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Origin {
    /// From a handler, or from code that masks interrupts.
    Handler = 0,
    /// From ring 0.
    Kernel = 1,
    /// From another ring.
    User = 2,
}

impl Origin {
    /// All, in the order of their numbers.
    pub const ALL: [Self; 3] = [Self::Handler, Self::Kernel, Self::User];
}

/// What one core has done since the machine was made. A power cycle of the
/// core does not clear it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CoreCounters {
    /// Instructions executed, by [`Activity`]. An idle core executes none.
    pub instructions: [u64; Activity::ALL.len()],
    /// `SYSCALL` by [`Origin`] and the number in a7.
    pub syscalls: [[u64; SYSCALL_NUMBERS]; Origin::ALL.len()],
    /// Exceptions other than system calls and interrupts, by [`Origin`] and
    /// EXCCAUSE.
    pub exceptions: [[u64; CAUSES]; Origin::ALL.len()],
    /// Interrupts taken, by level.
    pub interrupts: [u64; LEVELS],
}

impl CoreCounters {
    /// Numbers in all.
    pub const WORDS: usize =
        Activity::ALL.len() + Origin::ALL.len() * (SYSCALL_NUMBERS + CAUSES) + LEVELS;

    /// A core that has done nothing.
    pub const ZERO: Self = Self {
        instructions: [0; Activity::ALL.len()],
        syscalls: [[0; SYSCALL_NUMBERS]; Origin::ALL.len()],
        exceptions: [[0; CAUSES]; Origin::ALL.len()],
        interrupts: [0; LEVELS],
    };

    /// Every number, in the order of the fields.
    pub fn words(&self) -> impl Iterator<Item = u64> + '_ {
        self.instructions
            .iter()
            .chain(self.syscalls.as_flattened())
            .chain(self.exceptions.as_flattened())
            .chain(&self.interrupts)
            .copied()
    }

    /// Every number, in the order of the fields.
    pub fn words_mut(&mut self) -> impl Iterator<Item = &mut u64> + '_ {
        self.instructions
            .iter_mut()
            .chain(self.syscalls.as_flattened_mut())
            .chain(self.exceptions.as_flattened_mut())
            .chain(&mut self.interrupts)
    }

    /// What the core has done since `earlier`. Numbers that went back, which
    /// none does, give 0.
    #[must_use]
    pub fn since(&self, earlier: &Self) -> Self {
        let mut passed = *self;
        for (now, then) in passed.words_mut().zip(earlier.words()) {
            *now = now.saturating_sub(then);
        }
        passed
    }

    /// Instructions executed of one kind.
    #[must_use]
    pub const fn instructions(&self, activity: Activity) -> u64 {
        self.instructions[activity as usize]
    }

    /// Instructions executed.
    #[must_use]
    pub fn all_instructions(&self) -> u64 {
        self.instructions.iter().sum()
    }

    /// System calls from `origin` with this number.
    #[must_use]
    pub fn syscalls(&self, origin: Origin, number: u32) -> u64 {
        self.syscalls[origin as usize][(number as usize).min(SYSCALL_NUMBERS - 1)]
    }

    /// System calls from `origin`.
    #[must_use]
    pub fn all_syscalls(&self, origin: Origin) -> u64 {
        self.syscalls[origin as usize].iter().sum()
    }

    /// Exceptions from `origin` with this cause; causes above 63 do not exist.
    #[must_use]
    pub fn exceptions(&self, origin: Origin, cause: u32) -> u64 {
        let causes = &self.exceptions[origin as usize];
        causes.get(cause as usize).copied().unwrap_or(0)
    }

    /// Exceptions from `origin`, whatever the cause.
    #[must_use]
    pub fn all_exceptions(&self, origin: Origin) -> u64 {
        self.exceptions[origin as usize].iter().sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_as_many_words_as_fields_and_each_is_its_own() {
        let mut counters = CoreCounters::ZERO;
        for (value, word) in (1..).zip(counters.words_mut()) {
            *word = value;
        }
        assert_eq!(counters.words().count(), CoreCounters::WORDS);
        assert!(counters.words().eq(1..=CoreCounters::WORDS as u64));
        assert_eq!(counters.instructions(Activity::Ring2), 4);
        assert_eq!(counters.syscalls(Origin::Kernel, 0), 6 + 64);
        assert_eq!(counters.exceptions(Origin::Handler, 63), 5 + 192 + 64);
        assert_eq!(counters.interrupts[7], CoreCounters::WORDS as u64);
    }

    #[test]
    fn a_difference_counts_from_the_earlier_reading() {
        let mut earlier = CoreCounters::ZERO;
        earlier.syscalls[2][27] = 3;
        let mut later = earlier;
        later.syscalls[2][27] = 8;
        later.interrupts[2] = 1;
        let passed = later.since(&earlier);
        assert_eq!(passed.syscalls(Origin::User, 27), 5);
        assert_eq!(passed.all_syscalls(Origin::User), 5);
        assert_eq!(passed.interrupts[2], 1);
        assert_eq!(passed.all_instructions(), 0);
    }

    #[test]
    fn a_number_that_no_firmware_uses_is_counted_with_the_last() {
        let mut counters = CoreCounters::ZERO;
        counters.syscalls[2][63] = 2;
        assert_eq!(counters.syscalls(Origin::User, 1_000), 2);
        assert_eq!(counters.exceptions(Origin::User, 64), 0);
    }
}
