//! What holds for every group on the host.

use std::collections::BTreeSet;

use acelab_codegen::{GROUPS, Group, HEAP_GROUPS, find};

/// Seeds that the groups are run with; overflow checks are on in tests.
const SEEDS: [u64; 4] = [0, 1, 0x5EED, u64::MAX];

fn all() -> impl Iterator<Item = &'static Group> {
    GROUPS.iter().chain(HEAP_GROUPS)
}

#[test]
fn names_are_unique_and_found() {
    let names: BTreeSet<_> = all().map(|group| group.name).collect();
    assert_eq!(names.len(), all().count());
    for group in GROUPS {
        assert_eq!(find(group.name).map(|found| found.name), Some(group.name));
    }
    assert!(find("no/such").is_none());
}

#[test]
fn a_seed_gives_one_hash() {
    for group in all() {
        for seed in SEEDS {
            assert_eq!(
                (group.run)(seed),
                (group.run)(seed),
                "{} with seed {seed}",
                group.name
            );
        }
    }
}

/// A group that hashes nothing that depends on its inputs proves nothing.
#[test]
fn seeds_matter() {
    // This one counts the solutions of a puzzle.
    let without_inputs = ["recursion/backtracking"];
    for group in all() {
        let hashes: BTreeSet<_> = SEEDS.iter().map(|seed| (group.run)(*seed)).collect();
        let expected = if without_inputs.contains(&group.name) {
            1
        } else {
            SEEDS.len()
        };
        assert_eq!(hashes.len(), expected, "{}", group.name);
    }
}

/// Two groups with one hash are one group. These two differ by their calling
/// convention only.
#[test]
fn groups_differ_from_each_other() {
    let conventions = ["aggregates/rust", "aggregates/c"];
    let [rust, c] = conventions.map(|name| find(name).expect("the group exists"));
    assert_eq!((rust.run)(7), (c.run)(7));
    let hashes: BTreeSet<_> = all().map(|group| (group.run)(7)).collect();
    assert_eq!(hashes.len(), all().count() - 1);
}
