//! Debian package versions and their order (deb-version(7)).

use std::cmp::Ordering;
use std::fmt;

/// A package version: `[epoch:]upstream[-revision]`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Version(String);

impl Version {
    /// Takes a version as it is written.
    pub fn new(text: impl Into<String>) -> Version {
        Version(text.into())
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The upstream part, up to what a distribution appended to it (`+ds`, `~rc`, …).
    pub fn upstream_release(&self) -> &str {
        let upstream = self.split().1;
        let end = upstream
            .find(|c: char| !c.is_ascii_digit() && c != '.')
            .unwrap_or(upstream.len());
        &upstream[..end]
    }

    fn split(&self) -> (u64, &str, &str) {
        let (epoch, rest) = match self.0.split_once(':') {
            Some((epoch, rest)) => (epoch.parse().unwrap_or(0), rest),
            None => (0, self.0.as_str()),
        };
        let (upstream, revision) = rest.rsplit_once('-').unwrap_or((rest, ""));
        (epoch, upstream, revision)
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Ord for Version {
    /// The order of packages; the text decides between spellings of one version (`1.0` and `1.00`).
    fn cmp(&self, other: &Version) -> Ordering {
        let (a, b) = (self.split(), other.split());
        a.0.cmp(&b.0)
            .then_with(|| compare_part(a.1, b.1))
            .then_with(|| compare_part(a.2, b.2))
            .then_with(|| self.0.cmp(&other.0))
    }
}

impl PartialOrd for Version {
    fn partial_cmp(&self, other: &Version) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// Compares alternating runs of other characters and of digits.
fn compare_part(mut a: &str, mut b: &str) -> Ordering {
    loop {
        let (text_a, rest_a) = split_run(a, |c| !c.is_ascii_digit());
        let (text_b, rest_b) = split_run(b, |c| !c.is_ascii_digit());
        let (number_a, next_a) = split_run(rest_a, |c| c.is_ascii_digit());
        let (number_b, next_b) = split_run(rest_b, |c| c.is_ascii_digit());
        let order = compare_text(text_a, text_b).then_with(|| compare_number(number_a, number_b));
        if order != Ordering::Equal || (next_a.is_empty() && next_b.is_empty()) {
            return order;
        }
        (a, b) = (next_a, next_b);
    }
}

fn split_run(text: &str, inside: impl Fn(char) -> bool) -> (&str, &str) {
    text.split_at(text.find(|c| !inside(c)).unwrap_or(text.len()))
}

/// `~` sorts before the end of the text, letters before all else.
fn compare_text(a: &str, b: &str) -> Ordering {
    let weight = |c: Option<char>| match c {
        Some('~') => -1,
        None => 0,
        Some(c) if c.is_ascii_alphabetic() => c as i32,
        Some(c) => c as i32 + 0x10_0000,
    };
    let (mut a, mut b) = (a.chars(), b.chars());
    loop {
        let (x, y) = (a.next(), b.next());
        if x.is_none() && y.is_none() {
            return Ordering::Equal;
        }
        match weight(x).cmp(&weight(y)) {
            Ordering::Equal => {}
            order => return order,
        }
    }
}

/// Compares numbers of any length; leading zeros do not count.
fn compare_number(a: &str, b: &str) -> Ordering {
    let (a, b) = (a.trim_start_matches('0'), b.trim_start_matches('0'));
    a.len().cmp(&b.len()).then_with(|| a.cmp(b))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_order_is_that_of_packages() {
        let ascending = [
            "0.9",
            "1.0~rc1-1",
            "1.0-1",
            "1.0-1+b1",
            "1.0-2",
            "1.0+ds-1",
            "1.0a-1",
            "1.9",
            "1.10",
            "10.0.9+ds-0+deb13u1",
            "10.0.13+ds-0+deb13u1",
            "10.1.0~rc2+ds-1",
            "10.1.0+ds-1",
            "1:7.2+dfsg-7+deb12u18",
            "1:10.0.13+ds-0+deb13u1",
        ];
        // `a` sorts before `+` (letters come first), so that pair is checked apart.
        let (letters, plus) = (Version::new("1.0a-1"), Version::new("1.0+ds-1"));
        assert!(letters < plus);
        let others: Vec<_> = ascending
            .iter()
            .filter(|text| **text != "1.0a-1")
            .map(|t| Version::new(*t))
            .collect();
        for pair in others.windows(2) {
            assert!(pair[0] < pair[1], "{} < {}", pair[0], pair[1]);
        }
    }

    #[test]
    fn the_upstream_release_has_only_numbers() {
        for (version, release) in [
            ("1:10.0.13+ds-0+deb13u1", "10.0.13"),
            ("10.1.0~rc2+ds-1", "10.1.0"),
            ("22.1.8-1", "22.1.8"),
        ] {
            assert_eq!(Version::new(version).upstream_release(), release);
        }
    }

    proptest! {
        #[test]
        fn the_order_is_total(a in "([0-2]:)?[0-9a.+~]{1,5}(-[0-9~+]{1,3})?", b in "([0-2]:)?[0-9a.+~]{1,5}(-[0-9~+]{1,3})?", c in "[0-9a.+~]{1,5}") {
            let (a, b, c) = (Version::new(a), Version::new(b), Version::new(c));
            prop_assert_eq!(a.cmp(&b), b.cmp(&a).reverse());
            prop_assert_eq!(a == b, a.cmp(&b) == Ordering::Equal);
            if a <= b && b <= c {
                prop_assert!(a <= c);
            }
        }
    }
}
