//! What the kernel holds, before and after.

use acelab_abi::ipc4::BaseFwParam;
use acelab_abi::kernel_test::KernelTest;

use super::runner::{Halt, Runner};
use crate::case::expect::ReplyExpectation;
use crate::case::message::Message;
use crate::case::step::Account;
use crate::case::stream::Heap;
use crate::case::test::Kernel;
use crate::host::decode;

/// Names and values of an account.
pub(super) type Words = Vec<(String, String)>;

/// The question for what the firmware has in use.
fn memory_state() -> Message {
    Message::large_config_get(BaseFwParam::MemoryStateInfo)
}

impl Runner<'_> {
    /// Keeps what the firmware has in use, if the case expects it to be so again.
    pub(super) fn remember_baseline(&mut self) -> Result<(), Halt> {
        if self.case.expect.heap == Some(Heap::Baseline) {
            self.baseline = Some(self.memory()?);
        }
        Ok(())
    }

    /// Everything that streams have taken is given back.
    pub(super) fn baseline_at_end(&mut self) -> Result<(), Halt> {
        let Some(before) = self.baseline.take() else {
            return Ok(());
        };
        let after = self.memory()?;
        for ((name, before), (_, after)) in before.into_iter().zip(after) {
            if before != after {
                self.fail(format!("{name} at the end"), before, after);
            }
        }
        Ok(())
    }

    fn memory(&mut self) -> Result<Words, Halt> {
        let message = memory_state();
        let exchange = self.exchange(&message, &ReplyExpectation::default())?;
        let words = decode::fields(&message, &exchange.reply.payload);
        if words.is_empty() {
            self.fail("memory state", "what is in use", "nothing");
            return Err(Halt::Failed);
        }
        Ok(words)
    }

    /// Reads the account, and keeps or compares it.
    pub(super) fn account(&mut self, step: Account) -> Result<(), Halt> {
        let message = Kernel::plain(KernelTest::Account).message();
        let exchange = self.exchange(&message, &ReplyExpectation::default())?;
        let words = decode::fields(&message, &exchange.reply.payload);
        if words.len() != KernelTest::Account.info().results.len() {
            self.fail("account", "a word for each name", format!("{words:?}"));
            return Err(Halt::Failed);
        }
        match step {
            Account::Remember => self.remembered = Some(words),
            Account::Unchanged => {
                let Some(before) = self.remembered.clone() else {
                    self.fail("account", "an earlier `account: remember`", "none");
                    return Err(Halt::Failed);
                };
                for ((name, before), (_, after)) in before.into_iter().zip(words) {
                    if before != after {
                        self.fail(format!("account of {name}"), before, after);
                    }
                }
            }
        }
        Ok(())
    }
}
