//! The part of `lab bench` on loadable modules.

use super::super::Failure;
use crate::bench::{
    ABOVE_BUILT_IN_LIMIT, Instances, LINK_LIMIT, LINK_RELOCATIONS, Loaded, Loads, PAIRS, Pair,
    PairCost, Spent, measure_instances, measure_library, measure_loads, measure_pair,
};
use crate::symbols::Elf;
use crate::target::Launcher;

/// Libraries that are loaded as they were built: an ordinary one, and the one with the most
/// relocations, whose time is limited.
const SMALL: &str = "gain";
const LINKED: &str = "relocs";

/// Prints what loadable modules cost; whether every limit is kept.
pub(super) fn print(launcher: &dyn Launcher, elf: &Elf) -> Result<bool, Failure> {
    println!(
        "loadable modules, in guest instructions and virtual time, measured from outside the guest"
    );
    let (small, abi) = measure_library(launcher, elf, SMALL).map_err(failed)?;
    let (linked, _) = measure_library(launcher, elf, LINKED).map_err(failed)?;
    let loads = measure_loads(launcher, elf, abi).map_err(failed)?;
    print_loads(&loads);
    print_library(SMALL, &small, "");
    let mut kept = print_linked(&linked) && loads.bent.is_empty();
    print_instances(&measure_instances(launcher, elf).map_err(failed)?);
    for pair in &PAIRS {
        kept &= print_pair(pair, measure_pair(launcher, elf, pair).map_err(failed)?);
    }
    Ok(kept)
}

fn print_loads(loads: &Loads) {
    let head = "load: request, 40 KiB with the manifest, reply";
    print_spent(head, loads.request);
    print_spent("load: receive and digest a KiB behind them", loads.kib);
    let asleep = loads.kib.asleep() / 1000.0;
    println!("      of it asleep until the host's DMA has sent: {asleep:.2} µs");
    print_spent("link: each relocation", loads.relocation);
    for bent in &loads.bent {
        println!("  NOT PROPORTIONAL {bent}");
    }
}

fn print_library(name: &str, loaded: &Loaded, end: &str) {
    let (size, relocations) = (loaded.bytes / 1024, loaded.relocations);
    let what = format!("library {name}, {size} KiB, {relocations} relocations");
    let line = spent_line(&what, loaded.spent);
    println!("{line}{end}");
}

/// Whether the library with many relocations was loaded in time.
fn print_linked(loaded: &Loaded) -> bool {
    let enough = loaded.relocations >= LINK_RELOCATIONS;
    let in_time = loaded.spent.time() <= LINK_LIMIT;
    let limit = LINK_LIMIT.0 / 1_000_000;
    let exceeded = if in_time { "" } else { " EXCEEDED" };
    print_library(LINKED, loaded, &format!("  limit {limit} ms{exceeded}"));
    if !enough {
        println!("  TOO FEW of the {LINK_RELOCATIONS} relocations that the limit is for");
    }
    println!(
        "      published: 3.8 s for 25182 entries, Zephyr LLEXT, Intel Meteor Lake, linking alone (zephyr #99223)"
    );
    enough && in_time
}

fn print_instances(instances: &Instances) {
    let [create, delete] = instances.built_in;
    print_spent("instance of the built-in GAIN: create", create);
    print_spent("the same: delete", delete);
    let [create, delete] = instances.only;
    print_spent(
        "first instance of a loadable GAIN: copy, map, create",
        create,
    );
    print_spent("the last one: delete, unmap, free", delete);
    let [create, delete] = instances.another;
    print_spent("one more on the core: create", create);
    print_spent("the same: delete", delete);
}

/// Whether the loadable module is cheap enough.
fn print_pair(pair: &Pair, cost: PairCost) -> bool {
    let (what, above) = (pair.what, cost.above());
    let (built_in, loadable) = (cost.built_in, cost.loadable);
    let exceeded = if cost.is_kept() { "" } else { " EXCEEDED" };
    println!(
        "  tick with {what}: built in {built_in:.0}, loadable {loadable:.0} instructions: {above:+.2} %, limit {ABOVE_BUILT_IN_LIMIT} %{exceeded}"
    );
    cost.is_kept()
}

fn print_spent(what: &str, spent: Spent) {
    println!("{}", spent_line(what, spent));
}

fn spent_line(what: &str, spent: Spent) -> String {
    let (instructions, micros) = (spent.instructions, spent.nanos / 1000.0);
    // What is done many times takes little each time.
    let digits = if instructions < 10_000.0 { 1 } else { 0 };
    format!("  {what:<52} {instructions:>9.digits$} {micros:>9.2} µs")
}

fn failed(reason: String) -> Failure {
    Failure::Infrastructure(reason)
}
