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
    0 Account account() -> (objects, threads, semaphores, mutexes, events, timers, slots, domains, partitions, channels, pages, deadlines, heap_bytes);
    /// A thread is created, runs when it is started, ends with its code, and is joined.
    1 ThreadLife thread_life() -> ();
    /// A thread is aborted that has not started, that runs, that sleeps, that waits.
    2 ThreadAbort thread_abort() -> ();
    /// Several threads wait for the end of one; a wait for oneself is refused.
    3 ThreadJoin thread_join() -> ();
    /// Parameters and privileges of new threads are checked; what there is no room for is refused and given back.
    4 ThreadLimits thread_limits() -> (threads);
    /// So many threads are created and end, one after the other.
    5 ThreadChurn thread_churn(count) -> (threads);
    /// A thread outlives its test by so many milliseconds.
    6 ThreadStay thread_stay(millis) -> ();
    /// The most urgent thread runs, and among equals the one that came first.
    7 ThreadPriorities thread_priorities() -> ();
    /// A more urgent thread that wakes up runs at once, a less urgent one does not.
    8 ThreadPreemption thread_preemption() -> ();
    /// Threads of one priority take turns by yielding.
    9 ThreadYield thread_yield() -> ();
    /// A priority that is changed counts at once, and is never above that of who changes it.
    10 ThreadSetPriority thread_set_priority() -> ();
    /// Sleep ends never before its time and at most so much after it.
    11 SleepAccuracy sleep_accuracy(micros, rounds, late_micros) -> (least_ticks, most_ticks);
    /// Threads wake up in the order of their deadlines.
    12 SleepOrder sleep_order() -> ();
    /// A deadline that is past ends a wait at once, and none is lost that is set too late.
    13 PastDeadlines past_deadlines() -> ();
    /// Every call that waits ends at its deadline.
    14 Timeouts timeouts() -> (most_ticks);
    /// A periodic timer is as punctual at the end as at the beginning.
    15 TimerDrift timer_drift(micros, periods, late_micros) -> (periods, most_ticks);
    /// Timers expire once, periodically, in the past; they count what was missed, and are stopped.
    16 TimerBasics timer_basics() -> ();
    /// A semaphore counts, up to its limit.
    17 SemaphoreCount semaphore_count() -> ();
    /// Threads get a semaphore by urgency, and among equals in turn.
    18 SemaphoreOrder semaphore_order() -> ();
    /// Who waits for an object that is closed is told.
    19 SemaphoreClosed semaphore_closed() -> ();
    /// Event flags are waited for, any or all, and cleared; one post wakes all who wait for it.
    20 EventFlags event_flags() -> ();
    /// A slot holds one message; senders and receivers wait by urgency.
    21 SlotMessages slot_messages() -> ();
    /// A mutex is unlocked as often as it was locked, and by its owner.
    22 MutexRecursive mutex_recursive() -> ();
    /// An urgent thread waits for a mutex no longer than its owner works, whoever else wants the core.
    23 MutexInversion mutex_inversion(without) -> (waited_us, work_us);
    /// As before, when the owner itself waits for another mutex.
    24 MutexChain mutex_chain(without) -> (waited_us, work_us);
    /// A lent priority is gone as soon as nobody waits any more.
    25 MutexPriorityBack mutex_priority_back() -> ();
    /// A wait that would never end is refused.
    26 MutexDeadlock mutex_deadlock() -> ();
    /// The next owner of a mutex is told that the last one died: by exit (0), abort (1), fault (2), panic (3).
    27 MutexOwnerDeath mutex_owner_death(way, waiting, without) -> ();
    /// A thread can do nothing with an object it has no permission for.
    28 PermissionNone permission_none() -> ();
    /// Permissions are given, passed on, and taken back.
    29 PermissionGrant permission_grant() -> ();
    /// Handles of closed objects, of other kinds and of none are refused, also when their index is used again.
    30 HandleChecks handle_checks() -> (reused);
    /// The threads of a domain own a bounded number of objects, and their end closes them.
    31 ObjectQuota object_quota() -> ();
    /// A heap's account is exact, and misuse is refused.
    32 HeapAccount heap_account() -> (blocks);
    /// Memory of a heap is filled with patterns when it is given out and when it comes back.
    33 HeapPoison heap_poison() -> ();
    /// What threads leave on the heap is in the account, and goes with the domain.
    34 HeapLeak heap_leak() -> (bytes);
    /// A partition is used only as its rights say: kinds 0 to 7.
    35 PartitionRights partition_rights(kind) -> ();
    /// A partition holds code that runs, and is never writable and executable at once.
    36 PartitionUse partition_use() -> ();
    /// Two domains see one partition, each with its own rights and view.
    37 PartitionShared partition_shared() -> ();
    /// A partition that is detached is out of reach at once, and empty for who gets its memory next.
    38 PartitionDetach partition_detach() -> ();
    /// A domain has room for 32 partitions.
    39 PartitionMany partition_many() -> (partitions);
    /// A user thread is stopped by an exception (`debug_ipc::ExceptionKind`) with this cause, and nobody else is.
    40 UserFault user_fault(kind, address, cause) -> ();
    /// A user thread is stopped by a bad pointer in a system call.
    41 UserBadPointer user_bad_pointer(address) -> ();
    /// Threads compute with floats, preempted by others that do, and get the same bits as alone.
    42 FpuThreads fpu_threads(rounds) -> (interruptions, hash);
    /// Semaphores between two cores.
    43 SmpSemaphores smp_semaphores(other, rounds) -> (ticks_per_round);
    /// Messages from one core to another.
    44 SmpSlots smp_slots(other, rounds) -> ();
    /// A mutex protects a counter between two cores.
    45 SmpMutex smp_mutex(other, rounds) -> ();
    /// Priority inheritance reaches the other core.
    46 SmpInversion smp_inversion(other, without) -> (waited_us, work_us);
    /// A thread that runs on another core is aborted.
    47 SmpAbort smp_abort(other, rounds) -> ();
    /// A partition that is detached here is out of reach on the other core at once.
    48 SmpShootDown smp_shoot_down(other, without) -> (reads);
    /// An operation of `kernel_bench`, so often, between words for the debug port.
    49 Bench bench(operation, rounds) -> ();
    /// A thread whose message gets into a slot because another one took the last runs before that goes on, if it is more urgent.
    50 SlotHandover slot_handover() -> ();
    /// The TLBs hold what the page tables say, and nothing that was taken away on another core.
    51 Tlb tlb(other, without) -> (touched, entries);
    /// Since the start, handlers have used at most three quarters of their stack.
    52 HandlerStack handler_stack() -> (used, size);
    /// Every system call with every class of bad argument: an error or a stopped thread, and nothing else is different.
    53 ArgumentMatrix argument_matrix() -> (syscalls, arguments, combinations, errors, stopped, good);
    /// The buffer of a thread that waits is taken away: the thread is stopped, the message is not lost.
    54 UnmappedWhileWaiting unmapped_while_waiting() -> (calls);
    /// Instructions that are not for user threads, one by one.
    55 HostilePrivileged hostile_privileged() -> (attacks, stopped);
    /// Every kind of load, store and jump to every kind of address.
    56 HostileMemory hostile_memory() -> (attacks, stopped);
    /// Stack pointer and THREADPTR anywhere, jumps into the kernel, an endless loop, a stack overflow.
    57 HostileState hostile_state() -> (attacks, stopped);
    /// A user thread executes these instructions, each a word; 0xFFFFFFFF for none.
    58 HostileCode hostile_code(first, second, third, a2, a3) -> (reason, value);
    /// RSR, WSR and XSR of every special register, RUR and WUR of every user register.
    59 SpecialRegisters special_registers() -> (permitted, refused);
    /// A zero-overhead loop that would end in the kernel.
    60 LoopAttack loop_attack(whole_text) -> (ranges);
    /// A thread finds nothing of others in its registers.
    61 RegisterLeak register_leak(rounds) -> (rounds_done);
    /// Random system calls with random arguments.
    62 RandomSyscalls random_syscalls(seed, calls, spawns) -> (calls_done);
    /// Random instructions.
    63 RandomCode random_code(seed, pages) -> (threads);
    /// Threads that wake up all the time: timers and sleeps of a tick of the wall clock.
    64 WakeUpStorm wake_up_storm() -> (storming);
    /// A user thread sends numbered frames through the loopback of its core's port, and gets every one of them back in order.
    65 DmaLoopback dma_loopback(millis) -> (frames);
    /// Hostile user threads give the DMA memory, channels and lists that are not theirs, or that are none.
    66 DmaHostile dma_hostile() -> (attacks, stopped);
    /// A thread ends while its channels run: aborted, by a fault, by its exit. The hardware stops, and the port is free.
    67 DmaOwnerDeath dma_owner_death() -> ();
    /// LL tasks run by priority, are cancelled and freed at any time, and scheduled once, in user mode.
    68 LlTasks ll_tasks() -> ();
    /// A thread does with the pages of a module, or with the library store, what it must not: kinds 0 to 32.
    69 ModuleRights module_rights(kind) -> ();
    /// Two domains share a module's text and have data of their own; it is taken from one, and from the other by its end.
    70 ModuleUse module_use() -> (pages);
    /// An exception (`debug_ipc::ExceptionKind`) with this cause ends a guarded call; the thread goes on, and keeps its mutex.
    71 GuardedFault guarded_fault(kind, address, cause) -> ();
    /// Every system call but a few ends a guarded call.
    72 GuardedCalls guarded_calls() -> (ended);
    /// A guarded call has its own time and no more, alone and beside a more urgent thread.
    73 GuardedBudget guarded_budget(micros) -> (alone_us, beside_us);
    /// What a guarded call leaves in registers, a zero-overhead loop too, does not reach who made it.
    74 GuardedRegisters guarded_registers() -> ();
    /// Guards used as nobody should; kinds 0 to 5.
    75 GuardAbuse guard_abuse(kind) -> ();
    /// Every system call but a few ends a confined thread.
    76 ConfinedCalls confined_calls() -> (stopped);
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
        /// Who gets a mutex is not told that its owner died.
        WithoutOwnerDeath = 3 => "WITHOUT_OWNER_DEATH",
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
