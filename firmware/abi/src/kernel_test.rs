//! The kernel's tests: one list, from which the firmware's dispatcher and the
//! vocabulary of the cases are made.
//!
//! A test is asked for by `TestId::Kernel` with the words `{number, cores,
//! argument…}`: it runs at once on every core of the mask `cores`, which holds
//! the core of the request. The result are the words of the request's core.

/// Index of the test's number among the arguments of `TestId::Kernel`.
pub const NUMBER: usize = 0;
/// Index of the mask of cores.
pub const CORES: usize = 1;
/// Index of the test's own first argument.
pub const FIRST: usize = 2;
/// Most arguments of one test.
pub const MAX_ARGS: usize = crate::debug_ipc::MAX_ARGS - FIRST;

/// One test as the list has it.
#[derive(Clone, Copy, Debug)]
pub struct KernelTestInfo {
    /// Which one.
    pub test: KernelTest,
    /// Its name, as a case writes it.
    pub name: &'static str,
    /// What it shows.
    pub summary: &'static str,
    /// Names of its arguments; those that are not given are 0.
    pub args: &'static [&'static str],
    /// Names of the words it returns.
    pub results: &'static [&'static str],
}

macro_rules! kernel_tests {
    ($(
        $(#[doc = $doc:literal])+
        $number:literal $variant:ident $name:ident($($arg:ident),*) -> ($($result:ident),*);
    )+) => {
        /// A test of the kernel.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(u32)]
        pub enum KernelTest {
            $($(#[doc = $doc])+ $variant = $number,)+
        }

        impl KernelTest {
            /// Every test, in the order of the numbers.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The test with this number, if there is one.
            #[must_use]
            pub const fn from_number(number: u32) -> Option<Self> {
                match number {
                    $($number => Some(Self::$variant),)+
                    _ => None,
                }
            }
        }

        /// The list, in the order of the numbers.
        pub const KERNEL_TESTS: &[KernelTestInfo] = &[$(KernelTestInfo {
            test: KernelTest::$variant,
            name: stringify!($name),
            summary: concat!($($doc),+),
            args: &[$(stringify!($arg)),*],
            results: &[$(stringify!($result)),*],
        }),+];

        /// Hands every test, as `Variant name,`, to a macro: what is made of it
        /// cannot leave one out.
        #[macro_export]
        macro_rules! for_each_kernel_test {
            ($callback:ident) => {
                $callback! { $($variant $name,)+ }
            };
        }
    };
}

kernel_tests! {
    /// What the kernel holds.
    0 Account account() -> (objects, threads, semaphores, mutexes, events, timers, slots, domains, partitions, pages, deadlines, heap_bytes);
    /// A thread is created, runs when it is started, ends with its code, and is joined.
    1 ThreadLife thread_life() -> ();
}

impl KernelTest {
    /// Its number.
    #[must_use]
    pub const fn number(self) -> u32 {
        self as u32
    }

    /// Its line of the list.
    #[must_use]
    pub const fn info(self) -> &'static KernelTestInfo {
        &KERNEL_TESTS[self as usize]
    }
}

codes! {
    /// A part of the kernel that a test switches off, to see that the test
    /// would find it missing. Only the build with tests can.
    pub enum FaultSwitch: u32 {
        /// A mutex does not lend its owner the priority of who waits.
        WithoutInheritance = 1 => "WITHOUT_INHERITANCE",
        /// A change of a page table does not reach other cores' TLBs.
        WithoutShootDown = 2 => "WITHOUT_SHOOT_DOWN",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_indices_and_names_are_unique() {
        for (index, info) in KERNEL_TESTS.iter().enumerate() {
            assert_eq!(info.test.number() as usize, index, "{}", info.name);
            assert_eq!(KernelTest::from_number(index as u32), Some(info.test));
            assert!(
                KERNEL_TESTS[..index]
                    .iter()
                    .all(|other| other.name != info.name)
            );
            assert!(info.args.len() <= MAX_ARGS, "{}", info.name);
            assert!(
                info.results.len() <= crate::debug_ipc::MAX_RESULTS,
                "{}",
                info.name
            );
        }
        assert_eq!(KernelTest::from_number(KERNEL_TESTS.len() as u32), None);
    }
}
