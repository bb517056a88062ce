//! Timers.

use acelab_abi::syscall::{FOREVER, SysError};

use crate::ids::ThreadId;
use crate::object::{Object, ObjectId};
use crate::port::Port;
use crate::system::{Kernel, Stop};
use crate::thread::{ThreadSet, Wait};

use super::DeadlineKey;

/// Counts expiries.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Timer {
    /// The next expiry, in wall clock ticks, while it runs.
    pub next: Option<u64>,
    /// Ticks between two expiries; 0 if there is only one.
    pub period: u32,
    /// Expiries nobody has waited for yet.
    pub expiries: u32,
    /// Who waits for the next expiry.
    pub waiters: ThreadSet,
}

impl Timer {
    /// It does not run.
    pub const NEW: Self = Self {
        next: None,
        period: 0,
        expiries: 0,
        waiters: ThreadSet::EMPTY,
    };

    /// Counts what is due at `now` and sets the next expiry. That is always a
    /// whole number of periods after the first one, however late `now` is.
    pub fn advance(&mut self, now: u64) {
        let Some(due) = self.next.filter(|due| *due <= now) else {
            return;
        };
        let period = u64::from(self.period);
        if period == 0 {
            self.next = None;
            self.expiries = self.expiries.saturating_add(1);
            return;
        }
        // A division costs hundreds of instructions, and is hardly ever needed.
        let late = now - due;
        let missed = if late < period { 0 } else { late / period };
        let expired = u32::try_from(missed + 1).unwrap_or(u32::MAX);
        self.expiries = self.expiries.saturating_add(expired);
        // At the end of time there is no next expiry.
        let step = (missed + 1).checked_mul(period);
        self.next = Some(
            step.and_then(|step| due.checked_add(step))
                .unwrap_or(FOREVER),
        );
    }
}

impl Kernel {
    fn timer(&mut self, id: ObjectId) -> Result<&mut Timer, SysError> {
        match &mut self.objects.get_mut(id).object {
            Object::Timer(timer) => Ok(timer),
            _ => Err(SysError::WrongKind),
        }
    }

    /// Starts a timer anew. Who waits for it goes on waiting.
    pub(crate) fn timer_start(
        &mut self,
        id: ObjectId,
        first: u64,
        period: u32,
    ) -> Result<(), SysError> {
        let timer = self.timer(id)?;
        timer.next = Some(first);
        timer.period = period;
        timer.expiries = 0;
        self.arm_timer(id);
        Ok(())
    }

    /// Stops a timer. Who waits for it would wait for ever and is told.
    pub(crate) fn timer_stop(
        &mut self,
        port: &mut impl Port,
        id: ObjectId,
    ) -> Result<(), SysError> {
        let timer = self.timer(id)?;
        timer.next = None;
        timer.expiries = 0;
        let waiters = timer.waiters;
        self.finish_all(port, waiters, Err(SysError::BadState));
        self.arm_timer(id);
        Ok(())
    }

    /// Takes the expiries since the last wait, or waits for one.
    pub(crate) fn timer_wait(
        &mut self,
        port: &mut impl Port,
        caller: ThreadId,
        id: ObjectId,
        deadline: u64,
    ) -> Result<u32, Stop> {
        let now = port.now();
        // Those who waited before get what is due before.
        self.timer_expire(port, id, now);
        let timer = self.timer(id)?;
        if timer.expiries > 0 {
            return Ok(core::mem::take(&mut timer.expiries));
        }
        if timer.next.is_none() {
            return Err(SysError::BadState.into());
        }
        let stop = self.wait(port, caller, Wait::Timer(id), deadline);
        self.arm_timer(id);
        Err(stop)
    }

    /// Counts what is due at `now`: everybody who waits for it gets the count.
    pub(crate) fn timer_expire(&mut self, port: &mut impl Port, id: ObjectId, now: u64) {
        let Ok(timer) = self.timer(id) else {
            return;
        };
        timer.advance(now);
        if timer.expiries > 0 && !timer.waiters.is_empty() {
            let (waiters, expiries) = (timer.waiters, core::mem::take(&mut timer.expiries));
            self.finish_all(port, waiters, Ok([expiries, 0]));
        }
        self.arm_timer(id);
    }

    /// A timer has a deadline only while somebody waits for it; otherwise its
    /// expiries are counted when somebody asks. So a timer that nobody waits
    /// for interrupts nobody, however short its period is.
    fn arm_timer(&mut self, id: ObjectId) {
        let Ok(timer) = self.timer(id) else {
            return;
        };
        let key = DeadlineKey::timer(id);
        match timer.next.filter(|_| !timer.waiters.is_empty()) {
            Some(next) if self.deadlines.get(key) == Some(next) => {}
            Some(next) => {
                let order = self.next_sequence();
                self.deadlines.set(key, next, order);
            }
            None => self.deadlines.cancel(key),
        }
    }
}
