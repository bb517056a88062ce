//! Counting semaphores.

use acelab_abi::syscall::SysError;

use crate::ids::ThreadId;
use crate::object::{Object, ObjectId};
use crate::port::Port;
use crate::system::{Kernel, Stop};
use crate::thread::{ThreadSet, Wait};

/// A count that can be waited for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Semaphore {
    /// What can be taken.
    pub count: u32,
    /// Most that can be there.
    pub limit: u32,
    /// Who waits; nobody while there is something to take.
    pub waiters: ThreadSet,
}

impl Semaphore {
    /// A semaphore nobody waits for.
    #[must_use]
    pub const fn new(count: u32, limit: u32) -> Self {
        Self {
            count,
            limit,
            waiters: ThreadSet::EMPTY,
        }
    }
}

impl Kernel {
    fn semaphore(&mut self, id: ObjectId) -> Result<&mut Semaphore, SysError> {
        match &mut self.objects.get_mut(id).object {
            Object::Semaphore(semaphore) => Ok(semaphore),
            _ => Err(SysError::WrongKind),
        }
    }

    /// Adds one, or hands it to the first thread that waits.
    pub(crate) fn semaphore_give(
        &mut self,
        port: &mut impl Port,
        id: ObjectId,
    ) -> Result<(), SysError> {
        let semaphore = self.semaphore(id)?;
        let waiters = semaphore.waiters;
        if waiters.is_empty() {
            if semaphore.count == semaphore.limit {
                return Err(SysError::Overflow);
            }
            semaphore.count += 1;
        } else if let Some(first) = self.most_urgent(waiters) {
            self.finish_wait(port, first, Ok([0; 2]));
        }
        Ok(())
    }

    /// Takes one, or waits for it.
    pub(crate) fn semaphore_take(
        &mut self,
        port: &mut impl Port,
        caller: ThreadId,
        id: ObjectId,
        deadline: u64,
    ) -> Result<(), Stop> {
        let semaphore = self.semaphore(id)?;
        if semaphore.count > 0 {
            semaphore.count -= 1;
            return Ok(());
        }
        Err(self.wait(port, caller, Wait::Semaphore(id), deadline))
    }
}
