//! Files that are almost right, judged twice.

use acelab_library::fuzz;
use proptest::prelude::*;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]
    #[test]
    fn loader_and_oracle_agree(seed in any::<u64>()) {
        let _account = fuzz::run(40, seed);
    }
}

#[test]
fn every_outcome_is_among_some_thousand_files() {
    let account = fuzz::run(6000, 5);
    assert!(
        account.loaded > 1000 && account.instances > 500,
        "{account}"
    );
    let some = [
        "Checksum",
        "CyclicDependency",
        "Segment WriteExecute",
        "Segment Overlap",
        "Site Outside",
        "Site Order",
        "UnknownImport",
        "TooLarge",
        "Truncated",
        "Stalled",
        "Module Table",
    ];
    for error in some {
        assert!(account.errors.contains_key(error), "no {error}:\n{account}");
    }
}

#[test]
fn a_number_names_a_file() {
    let abi = fuzz::sample::ABI;
    assert_eq!(fuzz::file(7, abi), fuzz::file(7, abi));
    assert_ne!(fuzz::file(7, abi), fuzz::file(8, abi));
}
