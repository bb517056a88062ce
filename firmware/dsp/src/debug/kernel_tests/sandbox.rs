//! A domain for the user threads of a test.

use core::hint::black_box;
use core::ops::Deref;

use acelab_abi::core_id::CoreId;
use acelab_abi::memory::{PAGE_SIZE, USER_DISTANCE, USER_UNCACHED_DISTANCE, to_uncached};
use acelab_abi::syscall::MAX_PRIORITY;
use acelab_user::{
    AnyObject, Builder, Deadline, Domain, Duration, Entry, Object, Owned, Partition, SysError,
    Thread, now, rights,
};

use super::Env;
use super::board::Board;
use super::check::{Failure, ends_with};

/// Priority of the thread that tests; its threads are less urgent, so that it
/// prepares them all before the first one runs.
pub const TESTER: u32 = 4;
/// Priority of a thread unless the test says otherwise.
pub const USUAL: u32 = 16;

/// A domain with a board that its threads share with the test.
pub struct Sandbox {
    core: CoreId,
    /// Where the kernel sees the board, past the cache.
    kernel: u32,
    /// Where the threads see it, past the cache.
    user: u32,
    /// Closed after the domain, in this order.
    domain: Owned<Domain>,
    _partition: Owned<Partition>,
}

impl Sandbox {
    /// A domain whose threads run on the core of the test.
    pub fn new(env: &Env) -> Result<Self, SysError> {
        let (partition, address) = Partition::create(1)?;
        let domain = Domain::create()?;
        domain.attach(*partition, rights::READ | rights::WRITE | rights::UNCACHED)?;
        Ok(Self {
            core: env.core,
            kernel: kernel_view(address),
            user: uncached_user_view(address),
            domain,
            _partition: partition,
        })
    }

    /// The domain.
    pub fn domain(&self) -> Domain {
        *self.domain
    }

    /// The board.
    pub fn board(&self) -> &Board {
        // SAFETY: the partition is a zeroed page of the pool, of which the
        // kernel sees every page, and lives as long as `self`.
        unsafe { Board::at(self.kernel) }
    }

    /// A user thread of the domain that gets the board and a number below 4096.
    pub fn builder(&self, name: &str, entry: Entry, number: u32) -> Builder {
        Builder::new(name, entry)
            .arg(self.user | number & (PAGE_SIZE - 1))
            .core(self.core)
            .domain(self.domain())
            .priority(USUAL)
            .stack_pages(2)
    }

    /// Waits until every other thread of the core waits: the least urgent one
    /// has had its turn.
    pub fn settle(&self) -> Result<(), Failure> {
        let last = self.builder("settle", nothing, 0).priority(MAX_PRIORITY);
        ends_with(*launch(&last, &[])?, 0)
    }

    /// A kernel thread that gets the same.
    pub fn kernel_builder(&self, name: &str, entry: Entry, number: u32) -> Builder {
        Builder::new(name, entry)
            .arg(self.kernel | number & (PAGE_SIZE - 1))
            .core(self.core)
            .kernel()
            .priority(USUAL)
            .stack_pages(2)
    }
}

extern "C" fn nothing(_: u32) -> u32 {
    0
}

/// Where the kernel sees a partition past the cache, of its user address.
pub const fn kernel_view(user: u32) -> u32 {
    to_uncached(user + USER_DISTANCE)
}

/// Where users see it past the cache.
pub const fn uncached_user_view(user: u32) -> u32 {
    user - USER_UNCACHED_DISTANCE
}

/// A thread of a test; it ends at the end of the scope, if it has not before.
pub struct Child(Owned<Thread>);

impl Deref for Child {
    type Target = Thread;

    fn deref(&self) -> &Thread {
        &self.0
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        // A good test has waited for its end, and this only forgets it. On
        // another core, the end takes a moment.
        let _ = self.0.abort();
        let _ = self.0.join(Deadline::after_millis(10));
    }
}

/// Creates a thread, lets it use these objects, and starts it.
pub fn launch(builder: &Builder, objects: &[AnyObject]) -> Result<Child, SysError> {
    let thread = prepare(builder, objects)?;
    thread.start()?;
    Ok(thread)
}

/// Creates a thread and lets it use these objects.
pub fn prepare(builder: &Builder, objects: &[AnyObject]) -> Result<Child, SysError> {
    let thread = Child(builder.create()?);
    for object in objects {
        object.grant(*thread)?;
    }
    Ok(thread)
}

/// What a thread of a test does; the code it ends with.
pub type Body = fn(&Board, u32) -> Result<u32, Failure>;

/// The frame of every thread of a test.
pub fn thread_main(name: &str, arg: u32, body: Body) -> u32 {
    // SAFETY: the sandbox that made the thread put the address of its board
    // there, and a test ends its threads before it lets go of the sandbox.
    let board = unsafe { Board::at(arg & !(PAGE_SIZE - 1)) };
    match body(board, arg & (PAGE_SIZE - 1)) {
        Ok(code) => code,
        Err(failure) => {
            failure.report(name);
            failure.code()
        }
    }
}

/// `threads! { fn name(board, number) { … } }`: functions for the threads of a
/// sandbox, which end with the code that the body has as its value.
macro_rules! threads {
    ($($(#[$meta:meta])* fn $name:ident($board:pat, $number:pat) $body:block)+) => {$(
        $(#[$meta])*
        extern "C" fn $name(arg: u32) -> u32 {
            #[allow(unreachable_code, reason = "some threads do not end by themselves")]
            fn body(
                $board: &$crate::debug::kernel_tests::board::Board,
                $number: u32,
            ) -> Result<u32, $crate::debug::kernel_tests::check::Failure> {
                Ok($body)
            }
            $crate::debug::kernel_tests::sandbox::thread_main(stringify!($name), arg, body)
        }
    )+};
}
pub(super) use threads;

/// Keeps the core busy for so many rounds: a matter of instructions, not of
/// time, so that who is preempted is not done earlier.
pub fn work(rounds: u32) {
    for round in 0..rounds {
        black_box(round);
    }
}

/// How long `work` takes now for so many rounds.
pub fn time_of_work(rounds: u32) -> Duration {
    let start = now();
    work(rounds);
    now() - start
}
