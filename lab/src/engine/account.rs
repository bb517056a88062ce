//! What the kernel holds, before and after.

use acelab_abi::kernel_test::KernelTest;

use super::runner::{Halt, Runner};
use crate::case::expect::ReplyExpectation;
use crate::case::step::Account;
use crate::case::test::Kernel;
use crate::host::decode;

/// Names and values of an account.
pub(super) type Words = Vec<(String, String)>;

impl Runner<'_> {
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
