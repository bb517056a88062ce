//! The same computations on the host and on the DSP.

use acelab_codegen::GROUPS;

use super::runner::{Halt, Runner};
use crate::case::diagnostic::suggest;
use crate::case::expect::ReplyExpectation;
use crate::case::step::{Codegen, Groups, Subject};
use crate::case::test;
use crate::host::decode;

impl Runner<'_> {
    /// Runs groups on a core of the DSP and compares their hashes with the host's.
    pub(super) fn codegen(&mut self, step: &Codegen) -> Result<(), Halt> {
        if step.of == Subject::Modules {
            return self.vectors(step);
        }
        let expect = ReplyExpectation {
            within: step.within,
            ..ReplyExpectation::default()
        };
        let names: Vec<&str> = GROUPS.iter().map(|group| group.name).collect();
        for index in self.selected(&step.groups, &names) {
            let group = &GROUPS[index as usize];
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

    /// Numbers of the groups that a step names, of those with these names.
    pub(super) fn selected(&mut self, groups: &Groups, known: &[&str]) -> Vec<u32> {
        let all = (0_u32..).zip(known);
        match groups {
            Groups::All(_) => all.map(|(index, _)| index).collect(),
            Groups::Named(names) => {
                for name in names.iter().filter(|name| !known.contains(&name.as_str())) {
                    self.fail(
                        format!("group `{name}`"),
                        suggest(name, known),
                        "no such group",
                    );
                }
                all.filter(|(_, known)| names.iter().any(|name| name == *known))
                    .map(|(index, _)| index)
                    .collect()
            }
        }
    }
}
