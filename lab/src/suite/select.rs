//! Which cases run.

use std::str::FromStr;

use crate::case::{Case, EXHAUSTIVE};

/// One of several equal parts of the suite.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shard {
    index: usize,
    count: usize,
}

impl FromStr for Shard {
    type Err = String;

    /// Reads `i/n`, counted from 1.
    fn from_str(text: &str) -> Result<Self, String> {
        let parts = text
            .split_once('/')
            .and_then(|(i, n)| Some((i.parse().ok()?, n.parse().ok()?)));
        match parts {
            Some((index, count)) if (1..=count).contains(&index) => Ok(Self { index, count }),
            _ => Err(format!("`{text}` is not a shard; write 1/3, 2/3 or 3/3")),
        }
    }
}

/// Whether a case runs only when it is asked for.
#[must_use]
pub fn is_exhaustive(case: &Case) -> bool {
    case.tags.iter().any(|tag| tag == EXHAUSTIVE)
}

/// What the command line selects.
#[derive(Debug, Clone, Default)]
pub struct Selection {
    /// Parts of names; a case must have one of them, if any are given.
    pub filters: Vec<String>,
    /// Tags; a case must have all of them.
    pub tags: Vec<String>,
    /// A part of what is left.
    pub shard: Option<Shard>,
    /// Also the exhaustive cases that neither their tag nor the whole name of
    /// their file asks for.
    pub exhaustive: bool,
}

impl Selection {
    /// The selected cases, in their order.
    pub fn apply<'a>(&self, cases: impl IntoIterator<Item = &'a Case>) -> Vec<&'a Case> {
        let named = |case: &&Case| {
            let name = case.id.to_string();
            self.filters.is_empty() || self.filters.iter().any(|part| name.contains(part.as_str()))
        };
        let tagged = |case: &&Case| self.tags.iter().all(|tag| case.tags.contains(tag));
        let wanted = |case: &&Case| self.exhaustive || !is_exhaustive(case) || self.asks_for(case);
        let selected = cases
            .into_iter()
            .filter(named)
            .filter(tagged)
            .filter(wanted);
        match self.shard {
            None => selected.collect(),
            Some(Shard { index, count }) => selected.skip(index - 1).step_by(count).collect(),
        }
    }

    fn asks_for(&self, case: &Case) -> bool {
        let whole = |part: &String| part.starts_with(&case.id.file);
        self.tags.iter().any(|tag| tag == EXHAUSTIVE) || self.filters.iter().any(whole)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::load_text;

    fn cases() -> Vec<Case> {
        let text = "summary: x\ntags: [smoke]\nmatrix: { n: [1, 2, 3] }\nsteps: [boot]\n";
        load_text("boot/ready", text).expect("a case")
    }

    fn check(selection: &Selection, expected: &[&str]) {
        let cases = cases();
        let names: Vec<String> = selection
            .apply(&cases)
            .iter()
            .map(|case| case.id.choice.clone())
            .collect();
        assert_eq!(names, expected);
    }

    #[test]
    fn names_tags_and_shards_select() {
        let named = |part: &str| Selection {
            filters: vec![part.to_owned()],
            ..Selection::default()
        };
        check(&Selection::default(), &["[n=1]", "[n=2]", "[n=3]"]);
        check(&named("ready[n=2"), &["[n=2]"]);
        check(&named("other"), &[]);
        check(
            &Selection {
                tags: vec!["smoke".into(), "slow".into()],
                ..Selection::default()
            },
            &[],
        );
        let shard = |text: &str| Selection {
            shard: text.parse().ok(),
            ..Selection::default()
        };
        check(&shard("1/2"), &["[n=1]", "[n=3]"]);
        check(&shard("2/2"), &["[n=2]"]);
        let exhaustive = "summary: x\ntags: [exhaustive]\nsteps: [boot]\n";
        let long = load_text("kernel/long", exhaustive).expect("a case");
        let count = |selection: &Selection| selection.apply(&long).len();
        let tagged = Selection {
            tags: vec!["exhaustive".into()],
            ..Selection::default()
        };
        let all = Selection {
            exhaustive: true,
            ..Selection::default()
        };
        assert_eq!(
            (count(&Selection::default()), count(&named("kernel"))),
            (0, 0)
        );
        assert_eq!(
            (count(&tagged), count(&named("kernel/long")), count(&all)),
            (1, 1, 1)
        );
        assert!("0/2".parse::<Shard>().is_err() && "3/2".parse::<Shard>().is_err());
    }
}
