//! From the number of a system call to the function that does it.

use acelab_abi::syscall::{MAX_ARGS, SysError, Syscall};

use super::{Kernel, Outcome};
use crate::ids::ThreadId;
use crate::memory::MemoryError;
use crate::port::Port;
use crate::thread::{Call, State, Wait};

/// Why a system call does not just answer its results.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stop {
    /// It answers an error.
    Error(SysError),
    /// The caller waits.
    Blocked,
    /// The caller has ended.
    Ended,
    /// The caller has passed a bad pointer.
    BadPointer {
        /// In which argument.
        argument: usize,
        /// Where it is wrong.
        address: u32,
    },
    /// The caller panics.
    Panic,
    /// A part is done. The rest is done when interrupts have come in.
    Again,
}

impl From<MemoryError> for Stop {
    fn from(error: MemoryError) -> Self {
        match error {
            MemoryError::Unfinished => Self::Again,
            error => Self::Error(error.into()),
        }
    }
}

impl From<SysError> for Stop {
    fn from(error: SysError) -> Self {
        Self::Error(error)
    }
}

/// Results of a system call, for a3 and a4.
pub(crate) type Answer = Result<[u32; 2], Stop>;

impl Kernel {
    /// Does a system call for the thread that its core runs.
    pub fn syscall(
        &mut self,
        port: &mut impl Port,
        caller: ThreadId,
        number: u32,
        words: &[u32; MAX_ARGS],
    ) -> Outcome {
        // Another core may have ended it on its way here.
        if self.threads[caller.index()].state != State::Ready {
            return Outcome::Ended;
        }
        if !self.may_call(port, caller, number) {
            return Outcome::Forbidden;
        }
        let answer = match self.dispatch(port, caller, number, words) {
            Err(Stop::Again) => {
                let words = *words;
                let call = Call { number, words };
                Err(self.block(caller, Wait::Again(call), port.now()))
            }
            answer => answer,
        };
        match answer {
            Ok([first, second]) => Outcome::Return([SysError::Ok.code(), first, second]),
            Err(Stop::Error(error)) => Outcome::Return([error.code(), 0, 0]),
            Err(Stop::Blocked | Stop::Again) => Outcome::Blocked,
            Err(Stop::Ended) => Outcome::Ended,
            Err(Stop::Panic) => Outcome::Panic,
            Err(Stop::BadPointer { argument, address }) => {
                Outcome::BadPointer { argument, address }
            }
        }
    }

    fn dispatch<P: Port>(
        &mut self,
        port: &mut P,
        caller: ThreadId,
        number: u32,
        words: &[u32; MAX_ARGS],
    ) -> Answer {
        use crate::dma::calls as dma;

        use super::calls::{memory, misc, object, sync, thread};
        use super::guard;

        let syscall = Syscall::from_number(number).ok_or(SysError::BadSyscall)?;
        let args = &self.check_args(port, caller, syscall, words)?;
        let call = match syscall {
            Syscall::Null => misc::null,
            Syscall::ThreadCreate => thread::create,
            Syscall::ThreadStart => thread::start,
            Syscall::ThreadExit => thread::exit,
            Syscall::ThreadAbort => thread::abort,
            Syscall::ThreadJoin => thread::join,
            Syscall::ThreadYield => thread::yield_now,
            Syscall::ThreadSleep => thread::sleep,
            Syscall::ThreadSetPriority => thread::set_priority,
            Syscall::ThreadSelf => thread::own_handle,
            Syscall::ObjectGrant => object::grant,
            Syscall::ObjectRevoke => object::revoke,
            Syscall::ObjectClose => object::close,
            Syscall::SemCreate => sync::sem_create,
            Syscall::SemGive => sync::sem_give,
            Syscall::SemTake => sync::sem_take,
            Syscall::SemCount => sync::sem_count,
            Syscall::MutexCreate => sync::mutex_create,
            Syscall::MutexLock => sync::mutex_lock,
            Syscall::MutexUnlock => sync::mutex_unlock,
            Syscall::EventCreate => sync::event_create,
            Syscall::EventPost => sync::event_post,
            Syscall::EventClear => sync::event_clear,
            Syscall::EventWait => sync::event_wait,
            Syscall::TimerCreate => sync::timer_create,
            Syscall::TimerStart => sync::timer_start,
            Syscall::TimerStop => sync::timer_stop,
            Syscall::TimerWait => sync::timer_wait,
            Syscall::SlotCreate => sync::slot_create,
            Syscall::SlotSend => sync::slot_send,
            Syscall::SlotReceive => sync::slot_receive,
            Syscall::ClockNow => misc::clock_now,
            Syscall::HeapAlloc => memory::heap_alloc,
            Syscall::HeapFree => memory::heap_free,
            Syscall::HeapStats => memory::heap_stats,
            Syscall::DomainCreate => memory::domain_create,
            Syscall::PartitionCreate => memory::partition_create,
            Syscall::PartitionAttach => memory::partition_attach,
            Syscall::PartitionDetach => memory::partition_detach,
            Syscall::DomainAssign => memory::domain_assign,
            Syscall::HeapCreate => memory::heap_create,
            Syscall::Log => misc::log,
            Syscall::Panic => misc::panic,
            Syscall::Cache => misc::cache,
            Syscall::Account => misc::account,
            Syscall::Mark => misc::mark,
            Syscall::DmaOpen => dma::open,
            Syscall::DmaConfigure => dma::configure,
            Syscall::DmaStart => dma::start,
            Syscall::DmaStop => dma::stop,
            Syscall::DmaExchange => dma::exchange,
            Syscall::PortConfigure => dma::configure_port,
            Syscall::GuardRegister => guard::register,
        };
        call(self, port, caller, args)
    }
}
