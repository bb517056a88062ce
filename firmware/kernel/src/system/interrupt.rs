//! What handlers do without a thread that asks for it.

use acelab_abi::syscall::{FOREVER, SysError};

use super::Kernel;
use crate::ids::ThreadId;
use crate::object::Object;
use crate::port::Port;
use crate::sync::{EventFlags, Semaphore};
use crate::thread::{Pending, Wait};

impl Kernel {
    /// The earliest deadline, in wall clock ticks; the port arms its comparator
    /// for it whenever it has changed.
    #[must_use]
    pub fn next_deadline(&self) -> Option<u64> {
        self.deadlines
            .next()
            .filter(|deadline| *deadline != FOREVER)
    }

    /// Ends every wait whose deadline has come, and runs timers.
    pub fn expire(&mut self, port: &mut impl Port) {
        let now = port.now();
        while let Some(key) = self.deadlines.pop_due(now) {
            if let Some(timer) = key.as_timer() {
                self.timer_expire(port, timer, now);
            } else if let Some(thread) = key.as_thread() {
                self.thread_expire(port, thread);
            }
        }
    }

    /// The deadline of a thread has come.
    fn thread_expire(&mut self, port: &mut impl Port, thread: ThreadId) {
        match self.threads[thread.index()].wait {
            Wait::Sleep => self.finish_wait(port, thread, Ok([0; 2])),
            Wait::Again(call) => {
                self.finish_wait(port, thread, Ok([0; 2]));
                self.threads[thread.index()].pending = Pending::Again(call);
            }
            // It has ended, and is reaped in steps.
            Wait::None => self.reap(port, thread),
            _ => self.finish_wait(port, thread, Err(SysError::Timeout)),
        }
    }

    /// Sets flags of the event that a word names, as `event_post` does.
    ///
    /// # Errors
    /// [`SysError::BadHandle`], [`SysError::WrongKind`].
    pub fn post_event(
        &mut self,
        port: &mut impl Port,
        event: u32,
        bits: u32,
    ) -> Result<(), SysError> {
        let id = self.objects.find(event)?;
        self.event_post(port, id, bits)
    }

    /// Adds one to the semaphore that a word names, as `sem_give` does.
    ///
    /// # Errors
    /// [`SysError::BadHandle`], [`SysError::WrongKind`],
    /// [`SysError::Overflow`].
    pub fn give(&mut self, port: &mut impl Port, semaphore: u32) -> Result<(), SysError> {
        let id = self.objects.find(semaphore)?;
        self.semaphore_give(port, id)
    }

    /// Creates an event that belongs to the kernel; answers its handle.
    ///
    /// # Errors
    /// [`SysError::NoMemory`].
    pub fn create_event(&mut self) -> Result<u32, SysError> {
        self.create_own(Object::Event(EventFlags::NEW))
    }

    /// Creates a semaphore that belongs to the kernel; answers its handle.
    ///
    /// # Errors
    /// [`SysError::NoMemory`].
    pub fn create_semaphore(&mut self, initial: u32, limit: u32) -> Result<u32, SysError> {
        self.create_own(Object::Semaphore(Semaphore::new(initial, limit)))
    }

    fn create_own(&mut self, object: Object) -> Result<u32, SysError> {
        let id = self.objects.create(object, None, None)?;
        Ok(self.objects.handle(id))
    }

    /// Closes an object that a word names, whoever owns it. For what was created
    /// by [`create_event`](Self::create_event) and
    /// [`create_semaphore`](Self::create_semaphore).
    ///
    /// # Errors
    /// [`SysError::BadHandle`]; [`SysError::Busy`] while it is in use.
    pub fn close(&mut self, port: &mut impl Port, object: u32) -> Result<(), SysError> {
        let id = self.objects.find(object)?;
        self.close_object(port, id)
    }
}
