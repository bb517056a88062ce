//! What instances of a loadable module cost when they come and go.

use acelab_abi::ipc4::layout;

use super::Spent;
use crate::bench::scenario::{complaint, parse};
use crate::engine::run_metered;
use crate::host::Cost;
use crate::symbols::Elf;
use crate::target::Launcher;

/// INIT_INSTANCE and DELETE_INSTANCE, from the doorbell until reply and DONE.
#[derive(Debug, Clone, PartialEq)]
pub struct Instances {
    /// Of the built-in module.
    pub built_in: [Spent; 2],
    /// Of the loadable module's first instance, which takes, fills and maps its pages; and of the
    /// last, which gives them back.
    pub only: [Spent; 2],
    /// Of one more on the same core.
    pub another: [Spent; 2],
}

/// The first of them is not counted: it takes memory that later ones find.
const CASE: &str = "\
summary: How long instances of a loadable module take
snapshot: []
libraries: { 1: gain }
steps:
  - boot
  - load: 1
  - ipc: { create_pipeline: { id: 1, core: 0 } }
  - ipc: { init_instance: { module: gain, instance: 0, pipeline: 1, core: 0, payload: { volume: { base: { format: s32le/48000/2 } } } } }
  - ipc: { init_instance: { module: gain, instance: 1, pipeline: 1, core: 0, payload: { volume: { base: { format: s32le/48000/2 } } } } }
  - ipc: { delete_instance: { module: gain, instance: 1 } }
  - ipc: { init_instance: { module: gain@1, instance: 0, pipeline: 1, core: 0, payload: { volume: { base: { format: s32le/48000/2 } } } } }
  - ipc: { init_instance: { module: gain@1, instance: 1, pipeline: 1, core: 0, payload: { volume: { base: { format: s32le/48000/2 } } } } }
  - ipc: { delete_instance: { module: gain@1, instance: 1 } }
  - ipc: { delete_instance: { module: gain@1, instance: 0 } }
  - ipc: { delete_pipeline: { id: 1 } }
";

/// Makes and deletes instances of GAIN, of the built-in one and of library `gain`.
pub fn measure_instances(launcher: &dyn Launcher, elf: &Elf) -> Result<Instances, String> {
    let case = parse("bench/instances", CASE)?;
    let finished = run_metered(&case, launcher, elf);
    if let Some(complaint) = complaint(&finished) {
        return Err(complaint);
    }
    sorted(&finished.record.costs).ok_or_else(|| "not every request was measured".to_owned())
}

fn sorted(costs: &[Cost]) -> Option<Instances> {
    let of = |command: &str| -> Vec<Spent> {
        let costs = costs.iter().filter(|cost| {
            layout::Message::of(cost.request).is_some_and(|kind| kind.name == command)
        });
        costs.map(Spent::from).collect()
    };
    let [_, built_in, only, another] = of("init_instance").try_into().ok()?;
    let [built_in_end, another_end, only_end] = of("delete_instance").try_into().ok()?;
    Some(Instances {
        built_in: [built_in, built_in_end],
        only: [only, only_end],
        another: [another, another_end],
    })
}

#[cfg(test)]
mod tests {
    use acelab_abi::clock::Nanos;
    use acelab_abi::ipc4::Primary;

    use super::*;

    #[test]
    fn the_case_can_be_read() {
        assert!(parse("bench/instances", CASE).is_ok());
    }

    #[test]
    fn each_request_has_its_place() {
        let cost = |command: &str, instructions| {
            let kind = layout::Message::by_name(command).expect("a command");
            Cost {
                request: Primary::new(kind.header().word()),
                status: Some(0),
                start: Nanos::ZERO,
                time: Nanos(instructions),
                instructions,
            }
        };
        let inits = [1, 2, 4, 5].map(|number| cost("init_instance", number));
        let deletes = [3, 6, 7].map(|number| cost("delete_instance", number));
        let [one, two, four, five] = inits;
        let [three, six, seven] = deletes;
        let all = [one, two, three, four, five, six, seven];
        let sorted = sorted(&all).expect("all of them");
        let numbers = |pair: [Spent; 2]| pair.map(|spent| spent.instructions);
        assert_eq!(numbers(sorted.built_in), [2.0, 3.0]);
        assert_eq!(numbers(sorted.only), [4.0, 7.0]);
        assert_eq!(numbers(sorted.another), [5.0, 6.0]);
        assert_eq!(super::sorted(&all[..6]), None);
    }
}
