//! Steps that wait for something.

use acelab_abi::clock::Nanos;
use acelab_abi::core_id::CoreId;
use acelab_abi::ipc4::NotificationType;
use acelab_abi::ipc4::notification;

use super::runner::{Halt, Runner};
use crate::case::step::{Exit, Log, Notification};
use crate::host::{HostError, Mail, Received};

/// How often the host looks for new log lines. The guest does not tell it of
/// each line; a fixed step of virtual time keeps the moment reproducible.
pub(super) const LOG_STEP: Nanos = Nanos::from_micros(100);

impl Runner<'_> {
    /// Waits for a notification that no earlier step has claimed.
    pub(super) fn notification(&mut self, step: &Notification) -> Result<(), Halt> {
        let core = step.core.map(|core| core.0);
        let name = step.kind.0.name().to_ascii_lowercase();
        let seen = self.mail_seen;
        let matches = |mail: &Mail| {
            mail.received().is_some_and(|message| {
                message.notification() == Some(step.kind.0)
                    && core.is_none_or(|core| named_core(message) == Some(core))
            })
        };
        let result = self
            .host
            .wait_for(&name, step.within.0, step.within.0, |host| {
                Ok(host.mail()[seen..].iter().position(matches))
            });
        let expected = match core {
            Some(core) => format!("notification {name} for core {core}"),
            None => format!("notification {name}"),
        };
        let found = self.tried("notification", &expected, result)?;
        self.mail_seen = seen + found + 1;
        Ok(())
    }

    /// Waits for a log line that no earlier step has claimed.
    pub(super) fn log(&mut self, step: &Log) -> Result<(), Halt> {
        let seen = self.log_seen;
        let result = self
            .host
            .wait_for("the log line", step.within.0, LOG_STEP, |host| {
                host.read_firmware_log()?;
                Ok(host.log_lines()[seen..].iter().position(|line| {
                    line.text.contains(&step.contains)
                        && step.core.is_none_or(|core| core.0 == line.core)
                }))
            });
        let expected = match step.core {
            Some(core) => format!("a line with `{}` from core {}", step.contains, core.0),
            None => format!("a line with `{}`", step.contains),
        };
        let found = self.tried("log", &expected, result)?;
        self.log_seen = seen + found + 1;
        Ok(())
    }

    /// Waits for the guest to end the run.
    pub(super) fn exit(&mut self, step: &Exit) -> Result<(), Halt> {
        let within = step.within.0;
        let result = self
            .host
            .wait_for::<()>("the guest's exit", within, within, |_| Ok(None));
        match result {
            Err(HostError::Exited(code)) if code == step.code => Ok(()),
            Err(HostError::Exited(code)) => {
                self.fail(
                    "exit",
                    format!("code {}", step.code),
                    format!("code {code}"),
                );
                Ok(())
            }
            other => self.tried("exit", &format!("code {}", step.code), other),
        }
    }
}

/// The core a notification names, for those that name one.
pub(super) fn named_core(message: &Received) -> Option<CoreId> {
    match message.notification()? {
        NotificationType::LogBufferStatus => {
            notification::Notification::log_core_of(message.primary)
        }
        NotificationType::ExceptionCaught => {
            u8::try_from(message.extension).ok().and_then(CoreId::new)
        }
        _ => None,
    }
}
