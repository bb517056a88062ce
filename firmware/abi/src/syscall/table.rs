//! The table.

use super::argument::Argument::{
    self, AnyHandle, Bits, DeadlineHigh, DeadlineLow, HeapAddress, In, Length, Out, Range, Word,
};
use super::argument::Buffer::{Bytes, Words};
use super::thread::{MAX_PRIORITY, ThreadParams};
use super::{
    ExchangeEntry, MAX_CACHE_RANGE, MAX_DMA_BUFFER, MAX_EXCHANGE, MAX_GATEWAY_INDEX,
    MAX_HEAP_PAGES, MAX_MESSAGE, MAX_TEXT, PortParams, SysError,
};
use crate::account::{HeapAccount, KernelAccount};
use crate::object::ObjectKind;

/// One system call as the table has it.
#[derive(Clone, Copy, Debug)]
pub struct SyscallInfo {
    /// Which one.
    pub syscall: Syscall,
    /// Its name.
    pub name: &'static str,
    /// What it does.
    pub summary: &'static str,
    /// Names and meanings of the arguments in a2 and up.
    pub args: &'static [(&'static str, Argument)],
    /// Names of the results in a3 and a4.
    pub results: &'static [&'static str],
    /// Errors it may answer beside those of its argument kinds.
    pub errors: &'static [SysError],
}

const THREAD: Argument = Argument::Handle(ObjectKind::Thread);
const SEMAPHORE: Argument = Argument::Handle(ObjectKind::Semaphore);
const MUTEX: Argument = Argument::Handle(ObjectKind::Mutex);
const EVENT: Argument = Argument::Handle(ObjectKind::Event);
const TIMER: Argument = Argument::Handle(ObjectKind::Timer);
const SLOT: Argument = Argument::Handle(ObjectKind::Slot);
const DOMAIN: Argument = Argument::Handle(ObjectKind::Domain);
const PARTITION: Argument = Argument::Handle(ObjectKind::Partition);
const CHANNEL: Argument = Argument::Handle(ObjectKind::Channel);

/// Bytes of the entries of one `dma_exchange`, at most.
const EXCHANGE: u32 = MAX_EXCHANGE * ExchangeEntry::SIZE;

macro_rules! syscalls {
    ($(
        $(#[doc = $doc:literal])+
        $number:literal $variant:ident $name:ident
            ($($arg:ident: $meaning:expr),*) -> ($($result:ident),*) errors [$($error:ident),*];
    )+) => {
        codes_with_expr_names! {
            $($(#[doc = $doc])+ $variant = $number => $name,)+
        }

        /// Every system call, in the order of the numbers.
        pub const SYSCALLS: &[SyscallInfo] = &[$(SyscallInfo {
            syscall: Syscall::$variant,
            name: stringify!($name),
            summary: concat!($($doc),+),
            args: &[$((stringify!($arg), $meaning)),*],
            results: &[$(stringify!($result)),*],
            errors: &[$(SysError::$error),*],
        }),+];

        /// The meanings of the arguments alone, without the texts, for the
        /// kernel.
        static ARGUMENTS: &[&[Argument]] = &[$(&[$($meaning),*]),+];

        /// The names alone, for reports.
        static NAMES: &[&str] = &[$(stringify!($name)),+];
    };
}

macro_rules! codes_with_expr_names {
    ($($(#[doc = $doc:literal])+ $variant:ident = $number:literal => $name:ident,)+) => {
        /// A system call.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(u32)]
        pub enum Syscall {
            $($(#[doc = $doc])+ $variant = $number,)+
        }

        impl Syscall {
            /// The number in a7.
            #[must_use]
            pub const fn number(self) -> u32 {
                self as u32
            }

            /// The call with this number, if there is one.
            #[must_use]
            pub const fn from_number(number: u32) -> Option<Self> {
                match number {
                    $($number => Some(Self::$variant),)+
                    _ => None,
                }
            }
        }
    };
}

syscalls! {
    /// Does nothing; what a round trip costs.
    0 Null null() -> () errors [];
    /// Creates a thread. It waits for `thread_start`.
    1 ThreadCreate thread_create(params: In(Words(4 * ThreadParams::WORDS as u32))) -> (thread)
        errors [Permission, InvalidValue, BadHandle, WrongKind, Busy, NoMemory];
    /// Lets a thread run that was created.
    2 ThreadStart thread_start(thread: THREAD) -> () errors [BadState];
    /// Ends the calling thread.
    3 ThreadExit thread_exit(code: Word) -> () errors [];
    /// Ends another thread; its mutexes are handed on, its objects closed.
    4 ThreadAbort thread_abort(thread: THREAD) -> () errors [BadState];
    /// Waits until a thread has ended.
    5 ThreadJoin thread_join(thread: THREAD, deadline_low: DeadlineLow, deadline_high: DeadlineHigh) -> (reason, value)
        errors [Timeout, Deadlock, Deleted];
    /// Lets other threads of the same priority run.
    6 ThreadYield thread_yield() -> () errors [];
    /// Sleeps until a time.
    7 ThreadSleep thread_sleep(deadline_low: DeadlineLow, deadline_high: DeadlineHigh) -> () errors [];
    /// Sets the priority of a thread, not above that of the caller.
    8 ThreadSetPriority thread_set_priority(thread: THREAD, priority: Range(0, MAX_PRIORITY)) -> () errors [Permission, BadState];
    /// The calling thread's own handle.
    9 ThreadSelf thread_self() -> (thread) errors [];
    /// Lets another thread use an object that the caller may use.
    10 ObjectGrant object_grant(thread: THREAD, object: AnyHandle) -> () errors [];
    /// Takes that permission back.
    11 ObjectRevoke object_revoke(thread: THREAD, object: AnyHandle) -> () errors [];
    /// Closes an object of the caller's own; who waits for it is told.
    12 ObjectClose object_close(object: AnyHandle) -> () errors [Permission, Busy, BadState];
    /// Creates a semaphore.
    13 SemCreate sem_create(initial: Word, limit: Range(1, u32::MAX)) -> (semaphore) errors [InvalidValue, NoMemory];
    /// Adds one, or wakes the first thread that waits.
    14 SemGive sem_give(semaphore: SEMAPHORE) -> () errors [Overflow];
    /// Takes one, or waits for it.
    15 SemTake sem_take(semaphore: SEMAPHORE, deadline_low: DeadlineLow, deadline_high: DeadlineHigh) -> () errors [Timeout, Deleted];
    /// The count.
    16 SemCount sem_count(semaphore: SEMAPHORE) -> (count) errors [];
    /// Creates a mutex: recursive, with priority inheritance.
    17 MutexCreate mutex_create() -> (mutex) errors [NoMemory];
    /// Locks a mutex, or waits for it. OWNER_DIED means that it is locked.
    18 MutexLock mutex_lock(mutex: MUTEX, deadline_low: DeadlineLow, deadline_high: DeadlineHigh) -> ()
        errors [Timeout, OwnerDied, Deadlock, Deleted, Overflow];
    /// Unlocks a mutex once.
    19 MutexUnlock mutex_unlock(mutex: MUTEX) -> () errors [NotOwner];
    /// Creates a word of event flags.
    20 EventCreate event_create() -> (event) errors [NoMemory];
    /// Sets flags and wakes who waited for them.
    21 EventPost event_post(event: EVENT, bits: Word) -> () errors [];
    /// Clears flags.
    22 EventClear event_clear(event: EVENT, bits: Word) -> () errors [];
    /// Waits for any or all flags of a mask.
    23 EventWait event_wait(event: EVENT, mask: Bits(u32::MAX), mode: Range(0, 3), deadline_low: DeadlineLow, deadline_high: DeadlineHigh) -> (bits)
        errors [Timeout, Deleted];
    /// Creates a timer.
    24 TimerCreate timer_create() -> (timer) errors [NoMemory];
    /// Starts a timer: first expiry at a time, then each period (0: once), in wall clock ticks.
    25 TimerStart timer_start(timer: TIMER, first_low: DeadlineLow, first_high: DeadlineHigh, period: Word) -> () errors [];
    /// Stops a timer and forgets its expiries.
    26 TimerStop timer_stop(timer: TIMER) -> () errors [];
    /// Waits for the next expiry; answers how many there were since the last wait.
    27 TimerWait timer_wait(timer: TIMER, deadline_low: DeadlineLow, deadline_high: DeadlineHigh) -> (expiries)
        errors [Timeout, Deleted, BadState];
    /// Creates a message slot: it holds one message.
    28 SlotCreate slot_create() -> (slot) errors [NoMemory];
    /// Puts a message into the slot, or waits until it is empty.
    29 SlotSend slot_send(slot: SLOT, message: In(Bytes(MAX_MESSAGE as u32)), length: Length(MAX_MESSAGE as u32), deadline_low: DeadlineLow, deadline_high: DeadlineHigh) -> ()
        errors [Timeout, Deleted, TooLong];
    /// Takes the message out of the slot, or waits for one.
    30 SlotReceive slot_receive(slot: SLOT, buffer: Out(Bytes(MAX_MESSAGE as u32)), length: Length(MAX_MESSAGE as u32), deadline_low: DeadlineLow, deadline_high: DeadlineHigh) -> (received)
        errors [Timeout, Deleted, TooLong];
    /// The wall clock, in ticks of 38.4 MHz.
    31 ClockNow clock_now() -> (low, high) errors [];
    /// Takes memory from the heap of the caller's domain.
    32 HeapAlloc heap_alloc(size: Word, align: Word) -> (address) errors [InvalidValue, NoMemory, BadState];
    /// Gives it back; not while the buffer of a channel lies there.
    33 HeapFree heap_free(address: HeapAddress) -> () errors [InvalidValue, BadState, Busy];
    /// The account of the heap of the caller's domain.
    34 HeapStats heap_stats(account: Out(Words(4 * HeapAccount::WORDS as u32))) -> () errors [BadState];
    /// Creates a domain. For threads that may spawn.
    35 DomainCreate domain_create() -> (domain) errors [Permission, NoMemory];
    /// Creates a partition of pages, filled with zeros. For threads that may spawn.
    36 PartitionCreate partition_create(pages: Range(1, 256)) -> (partition, address) errors [Permission, NoMemory];
    /// Maps a partition into a domain with some rights.
    37 PartitionAttach partition_attach(domain: DOMAIN, partition: PARTITION, rights: Bits(0xF)) -> ()
        errors [Permission, InvalidValue, Busy, NoMemory];
    /// Unmaps a partition from a domain; on return no core can reach it there.
    38 PartitionDetach partition_detach(domain: DOMAIN, partition: PARTITION) -> () errors [Permission, BadState, Busy];
    /// Moves a thread that has not started into a domain.
    39 DomainAssign domain_assign(domain: DOMAIN, thread: THREAD) -> () errors [Permission, BadState, NoMemory];
    /// Gives a domain a heap of pages, which it sees cached and uncached.
    40 HeapCreate heap_create(domain: DOMAIN, pages: Range(1, MAX_HEAP_PAGES)) -> () errors [Permission, BadState, NoMemory];
    /// Writes a line to the log of the core.
    41 Log log(level: Range(0, 3), text: In(Bytes(MAX_TEXT as u32)), length: Length(MAX_TEXT as u32)) -> () errors [];
    /// Ends the calling thread with a message; a kernel thread takes the DSP with it.
    42 Panic panic(text: In(Bytes(MAX_TEXT as u32)), length: Length(MAX_TEXT as u32)) -> () errors [];
    /// Writes back (1) or invalidates (2) the cache over a range that the caller may write.
    43 Cache cache(start: Out(Bytes(MAX_CACHE_RANGE)), length: Length(MAX_CACHE_RANGE), operation: Range(1, 2)) -> () errors [];
    /// What the kernel holds.
    44 Account account(account: Out(Words(4 * KernelAccount::WORDS as u32))) -> () errors [];
    /// Writes a word to the debug port, if the build has it.
    45 Mark mark(word: Word) -> () errors [NotSupported];
    /// Opens a gateway of the DMA, which nobody else has. For threads that may use devices.
    46 DmaOpen dma_open(kind: Range(0, 3), index: Range(0, MAX_GATEWAY_INDEX)) -> (channel)
        errors [Permission, InvalidValue, Busy, NoMemory];
    /// Gives a channel that is stopped its buffer: memory of the heap or of a partition of the caller's domain, which stays
    /// its own until the channel is closed or gets another one. The container of a sample has 2 or 4 bytes.
    47 DmaConfigure dma_configure(channel: CHANNEL, buffer: Out(Bytes(MAX_DMA_BUFFER)), length: Length(MAX_DMA_BUFFER), container: Range(2, 4)) -> ()
        errors [InvalidValue, BadState, Busy];
    /// Starts a channel, and the port of a link channel.
    48 DmaStart dma_start(channel: CHANNEL) -> () errors [BadState, Busy];
    /// Stops a channel, and the port of a link channel with the last of its two directions.
    49 DmaStop dma_stop(channel: CHANNEL) -> () errors [BadState];
    /// Commits to each channel of a list what the DSP is done with, and answers its positions; how many entries had no error.
    /// The list is aligned to 32 bytes, and made of `ExchangeEntry`.
    50 DmaExchange dma_exchange(entries: Out(Bytes(EXCHANGE)), length: Length(EXCHANGE)) -> (accepted) errors [InvalidValue];
    /// Programs the port of a link channel; not while the port runs.
    51 PortConfigure port_configure(channel: CHANNEL, params: In(Words(4 * PortParams::WORDS as u32))) -> ()
        errors [InvalidValue, BadState, Busy];
    /// Once for each user thread: from here on what it does wrong in a guarded call ends the call only, and the thread goes on
    /// at this entry. Answers the address of the block by which they are made (`syscall/guard.rs`).
    52 GuardRegister guard_register(entry: Word) -> (block) errors [Permission, InvalidValue, BadState];
}

impl Syscall {
    /// The meanings of its arguments in a2 and up.
    #[must_use]
    pub const fn arguments(self) -> &'static [Argument] {
        ARGUMENTS[self as usize]
    }

    /// Its name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        NAMES[self as usize]
    }

    /// Its line of the table, with the texts: for documents and tests.
    #[must_use]
    pub const fn info(self) -> &'static SyscallInfo {
        &SYSCALLS[self as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syscall::MAX_ARGS;

    #[test]
    fn numbers_are_indices() {
        for (index, info) in SYSCALLS.iter().enumerate() {
            assert_eq!(info.syscall.number() as usize, index);
            assert_eq!(Syscall::from_number(index as u32), Some(info.syscall));
            let meanings = info.args.iter().map(|(_, meaning)| meaning);
            assert!(meanings.eq(info.syscall.arguments()));
            assert_eq!(info.syscall.name(), info.name);
        }
        assert_eq!(Syscall::from_number(SYSCALLS.len() as u32), None);
    }

    #[test]
    fn arguments_fit_the_registers_and_come_in_pairs() {
        for info in SYSCALLS {
            assert!(info.args.len() <= MAX_ARGS, "{}", info.name);
            for (index, (_, argument)) in info.args.iter().enumerate() {
                let next = info.args.get(index + 1).map(|(_, argument)| *argument);
                match argument {
                    DeadlineLow => assert_eq!(next, Some(DeadlineHigh), "{}", info.name),
                    In(Bytes(most)) | Out(Bytes(most)) => {
                        assert_eq!(next, Some(Length(*most)), "{}", info.name);
                    }
                    _ => {}
                }
            }
        }
    }
}
