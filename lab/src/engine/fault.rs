//! Waiting for the kernel to stop user threads.

use acelab_abi::clock::Nanos;
use acelab_abi::core_id::CoreId;
use acelab_abi::ipc4::NotificationType;

use super::runner::{Halt, Runner};
use super::wait::{LOG_STEP, named_core};
use crate::case::step::Fault;
use crate::host::{Host, Mail};
use crate::verdict::report_head;

impl Runner<'_> {
    /// Waits for the reports and the notifications that belong to them.
    pub(super) fn fault(&mut self, step: &Fault) -> Result<(), Halt> {
        let end = self.host.now().saturating_add(step.within.0);
        for _ in 0..step.times {
            let core = self.fault_report(step, end)?;
            self.fault_notification(core, end)?;
        }
        Ok(())
    }

    fn fault_report(&mut self, step: &Fault, end: Nanos) -> Result<CoreId, Halt> {
        let claimed = self.faults.lines.clone();
        let within = left(&self.host, end);
        let result = self
            .host
            .wait_for("the report of a fault", within, LOG_STEP, |host| {
                host.read_firmware_log()?;
                let mut lines = host.log_lines().iter().enumerate();
                Ok(lines.find_map(|(index, line)| {
                    let head = report_head(line)?;
                    let wanted = !claimed.contains(&index)
                        && head.thread == step.thread
                        && step.core.is_none_or(|core| core.0 == head.core)
                        && step.cause.is_none_or(|cause| cause.matches(head.reason));
                    wanted.then_some((index, head.core))
                }))
            });
        let mut expected = format!("thread `{}` is stopped", step.thread);
        if let Some(core) = step.core {
            expected.push_str(&format!(" on core {}", core.0));
        }
        if let Some(cause) = step.cause {
            expected.push_str(&format!(" with {cause}"));
        }
        let (index, core) = self.tried("fault", &expected, result)?;
        self.faults.lines.insert(index);
        Ok(core)
    }

    fn fault_notification(&mut self, core: CoreId, end: Nanos) -> Result<(), Halt> {
        let claimed = self.faults.mail.clone();
        let is_caught = |(index, mail): (usize, &Mail)| {
            let message = mail.received()?;
            let wanted = !claimed.contains(&index)
                && message.notification() == Some(NotificationType::ExceptionCaught)
                && named_core(message) == Some(core);
            wanted.then_some(index)
        };
        let within = left(&self.host, end);
        let result = self
            .host
            .wait_for("the notification of a fault", within, within, |host| {
                Ok(host.mail().iter().enumerate().find_map(is_caught))
            });
        let expected = format!("EXCEPTION_CAUGHT for core {core}");
        let index = self.tried("fault", &expected, result)?;
        self.faults.mail.insert(index);
        Ok(())
    }
}

fn left(host: &Host, end: Nanos) -> Nanos {
    Nanos(end.0.saturating_sub(host.now().0))
}
