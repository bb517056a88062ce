//! The groups of vectors run on the host.

use std::collections::BTreeSet;

use acelab_modules::vectors::GROUPS;

#[test]
fn every_group_runs_and_depends_on_its_seed_only() {
    let names: BTreeSet<_> = GROUPS.iter().map(|group| group.name).collect();
    assert_eq!(names.len(), GROUPS.len());
    let mut hashes = BTreeSet::new();
    for group in GROUPS {
        let hash = (group.run)(1).unwrap_or_else(|| panic!("{} cannot run", group.name));
        assert_eq!((group.run)(1), Some(hash), "{}", group.name);
        assert!(
            hashes.insert(hash),
            "{} does what another one does",
            group.name
        );
        // The tone has no random input.
        let same = (group.run)(2) == Some(hash);
        assert_eq!(same, group.name == "tone/sine", "{}", group.name);
    }
}
