//! What there is to be covered: the scenarios of a DSP firmware's audio part,
//! the bugs that firmwares of its kind have had, and what may lie behind a
//! stream that fails when another one ends.
//!
//! A case says by `covers:` which of them it shows. [`Table`] sets them
//! against each other; what no case shows needs a stated reason.

mod bugs;
mod hypotheses;
mod id;
mod load_errors;
mod scenarios;
mod statuses;
mod table;

pub use id::Covered;
pub use load_errors::{LoadErrors, LoadRow, Refusal, text_of};
pub use statuses::{StatusRow, Statuses, reason};
pub use table::{Row, Table};

/// Something that a case can cover.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Item {
    /// A letter or two and a number, such as `T04`, `B23`, `HY5`.
    pub id: &'static str,
    /// What it is about.
    pub what: &'static str,
    /// Why there is nothing to cover here, if there is not.
    pub reason: Option<&'static str>,
}

/// One that a case must cover.
const fn item(id: &'static str, what: &'static str) -> Item {
    Item {
        id,
        what,
        reason: None,
    }
}

/// One that does not apply, and why.
const fn left_out(id: &'static str, what: &'static str, reason: &'static str) -> Item {
    Item {
        id,
        what,
        reason: Some(reason),
    }
}

/// Everything, in the order of the documentation.
pub fn items() -> impl Iterator<Item = &'static Item> {
    let groups: [&[Item]; 3] = [&scenarios::SCENARIOS, &bugs::BUGS, &hypotheses::HYPOTHESES];
    groups.into_iter().flatten()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn ids_are_well_formed_and_none_comes_twice() {
        let mut seen = BTreeSet::new();
        for item in items() {
            let digits = item.id.trim_start_matches(|c: char| c.is_ascii_uppercase());
            assert!(["T", "B", "HY"].contains(&&item.id[..item.id.len() - digits.len()]));
            assert!(digits.parse::<u32>().is_ok(), "{}", item.id);
            assert!(seen.insert(item.id), "{} comes twice", item.id);
            assert!(!item.what.ends_with('.') && item.reason != Some(""));
        }
        assert_eq!(seen.len(), 53 + 54 + 11);
    }
}
