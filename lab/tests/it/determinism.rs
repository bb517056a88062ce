//! The determinism check finds what it is there to find.

use acelab_lab::case::{Firmware as Build, load_text};
use acelab_lab::snapshot::{Policy, Store};
use acelab_lab::suite::{Divergence, FirmwareSet, Suite, check_determinism};

use crate::elf::small_elf;
use crate::fake::{Fakes, Firmware};

fn divergences(firmware: Firmware) -> Vec<Divergence> {
    let folder = tempfile::tempdir().expect("a folder");
    let elf = folder.path().join("small.elf");
    std::fs::write(&elf, small_elf()).expect("a file");
    let text =
        "summary: x\nsnapshot: []\nmatrix: { n: [1, 2, 3] }\nsteps: [boot, { ipc: boot_config }]\n";
    let cases = load_text("lab/fake", text).expect("cases");
    let suite = Suite {
        launcher: &Fakes(firmware),
        firmware: &FirmwareSet::new([(Build::Production, elf)]),
        snapshots: &Store::new(folder.path().join("snapshots"), Policy::Keep),
    };
    let cases: Vec<_> = cases.iter().collect();
    let (results, divergences) = check_determinism(&suite, &cases, &|_| {});
    assert_eq!(results.len(), 2 * cases.len());
    divergences
}

#[test]
fn runs_without_host_time_are_the_same() {
    assert_eq!(divergences(Firmware::Good), []);
}

#[test]
fn host_time_in_the_log_is_found_in_every_case() {
    let found = divergences(Firmware::LeaksHostTime);
    assert_eq!(found.len(), 3);
    let shown = found[0].to_string();
    assert!(
        shown.contains("- ") && shown.contains("+ ") && shown.contains("<inf> leak: "),
        "{shown}"
    );
}
