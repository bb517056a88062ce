//! The same computations on the host and on the DSP.

use acelab_codegen::{GROUPS, Group};

use super::runner::{Halt, Runner};
use crate::case::diagnostic::suggest;
use crate::case::expect::ReplyExpectation;
use crate::case::step::{Codegen, Groups};
use crate::case::test;
use crate::host::decode;

impl Runner<'_> {
    /// Runs groups on a core of the DSP and compares their hashes with the host's.
    pub(super) fn codegen(&mut self, step: &Codegen) -> Result<(), Halt> {
        let expect = ReplyExpectation {
            within: step.within,
            ..ReplyExpectation::default()
        };
        for (index, group) in self.selected(&step.groups) {
            let message = test::codegen(step.core, index, step.seed);
            let exchange = self.exchange(&message, &expect)?;
            let fields = decode::fields(&message, &exchange.reply.payload);
            let field = |name: &str| -> Option<u64> {
                fields
                    .iter()
                    .find(|(known, _)| known == name)?
                    .1
                    .parse()
                    .ok()
            };
            let count = field("group_count");
            if count != u64::try_from(GROUPS.len()).ok() {
                self.fail(
                    "number of groups",
                    format!("{}", GROUPS.len()),
                    format!("{count:?}"),
                );
                return Err(Halt::Failed);
            }
            let came = field("hash_high")
                .zip(field("hash_low"))
                .map(|(high, low)| high << 32 | low);
            let expected = (group.run)(u64::from(step.seed));
            if came != Some(expected) {
                let came =
                    came.map_or_else(|| "no hash".to_owned(), |hash| format!("{hash:#018x}"));
                self.fail(
                    format!("code of group `{}`", group.name),
                    format!("{expected:#018x}"),
                    came,
                );
            }
        }
        Ok(())
    }

    fn selected(&mut self, groups: &Groups) -> Vec<(u32, &'static Group)> {
        let all = (0_u32..).zip(GROUPS);
        match groups {
            Groups::All(_) => all.collect(),
            Groups::Named(names) => {
                let known: Vec<&str> = GROUPS.iter().map(|group| group.name).collect();
                for name in names.iter().filter(|name| !known.contains(&name.as_str())) {
                    self.fail(
                        format!("group `{name}`"),
                        suggest(name, &known),
                        "no such group",
                    );
                }
                all.filter(|(_, group)| names.iter().any(|name| name == group.name))
                    .collect()
            }
        }
    }
}
