//! Objects are closed.

use acelab_abi::syscall::SysError;

use super::{Fate, Kernel};
use crate::ids::{DomainId, ThreadId};
use crate::object::{Object, ObjectId};
use crate::port::Port;
use crate::sync::DeadlineKey;
use crate::thread::{Pending, State};

impl Kernel {
    /// Closes an object; who waits for it is told.
    ///
    /// # Errors
    /// [`SysError::Busy`]: a thread that runs, a domain that threads live in, a
    /// partition that is attached.
    pub(super) fn close_object(
        &mut self,
        port: &mut impl Port,
        id: ObjectId,
    ) -> Result<(), SysError> {
        match &self.objects.get(id).object {
            Object::Free => return Err(SysError::BadHandle),
            Object::Thread(thread) => return self.close_thread(port, *thread),
            Object::Domain(domain) => return self.close_domain(port, id, *domain),
            Object::Partition(partition) => {
                if self.memory.attachments(partition) > 0 {
                    return Err(SysError::Busy);
                }
                self.close_partition(port, id);
                return Ok(());
            }
            Object::Channel(gateway) => self.dma.close(port, *gateway),
            Object::Mutex(_) => self.mutex_close(port, id),
            Object::Timer(_) => self.deadlines.cancel(DeadlineKey::timer(id)),
            Object::Slot(slot) => {
                if let Some(reader) = slot.reserved {
                    let answer = super::wait::words(Err(SysError::Deleted));
                    self.threads[reader.index()].pending = Pending::Answer(answer);
                }
            }
            Object::Semaphore(_) | Object::Event(_) => {}
        }
        self.wake_waiters(port, id);
        self.objects.remove(id);
        Ok(())
    }

    /// Tells everybody who waits for an object that it is closed.
    fn wake_waiters(&mut self, port: &mut impl Port, id: ObjectId) {
        let sets = match &self.objects.get(id).object {
            Object::Semaphore(semaphore) => [semaphore.waiters, Default::default()],
            Object::Mutex(mutex) => [mutex.waiters, Default::default()],
            Object::Event(event) => [event.waiters, Default::default()],
            Object::Timer(timer) => [timer.waiters, Default::default()],
            Object::Slot(slot) => [slot.receivers, slot.senders],
            _ => return,
        };
        for set in sets {
            self.finish_all(port, set, Err(SysError::Deleted));
        }
    }

    /// A thread that has not started ends; one that has ended is forgotten.
    fn close_thread(&mut self, port: &mut impl Port, thread: ThreadId) -> Result<(), SysError> {
        if self.threads[thread.index()].state == State::Created {
            // Freed along the way if it has no owner.
            self.stop(port, thread, Fate::aborted());
        }
        match self.threads[thread.index()].state {
            State::Ended => self.free_record(thread),
            State::Free => {}
            _ => return Err(SysError::Busy),
        }
        Ok(())
    }

    fn close_domain(
        &mut self,
        port: &mut impl Port,
        id: ObjectId,
        domain: DomainId,
    ) -> Result<(), SysError> {
        if !self.threads_in(domain).is_empty() {
            return Err(SysError::Busy);
        }
        self.dma.release_in(port, domain);
        self.memory.destroy_domain(port, domain)?;
        self.objects.remove(id);
        Ok(())
    }

    /// Closes a partition, and takes it out of every domain.
    pub(super) fn close_partition(&mut self, port: &mut impl Port, id: ObjectId) {
        if let Object::Partition(partition) = self.objects.remove(id) {
            let (at, size) = (partition.kernel_address().get(), partition.size());
            self.dma.release_at(port, at, size);
            self.memory.destroy_partition(port, partition);
        }
    }
}
