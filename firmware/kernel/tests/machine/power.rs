//! Cores up and down.

use acelab_abi::clock::Nanos;
use acelab_abi::core_id::CoreId;
use acelab_abi::memory::{HP_SRAM, ROM_JUMP_WORD};
use acelab_abi::regs::dspcs;
use acelab_kernel::bus::Bus;
use acelab_kernel::power::{Sequencer, Wait};

use crate::bench::Bench;

const ENTRY: u32 = HP_SRAM.base + 0x1_1000;

/// Waits in virtual time, a microsecond between two looks.
struct Virtual<'a>(&'a Bench);

impl Wait for Virtual<'_> {
    fn wait(&mut self, mut done: impl FnMut() -> bool) -> bool {
        (0..1000).any(|_| {
            self.0.pass(Nanos::from_micros(1));
            done()
        })
    }
}

#[test]
fn each_core_starts_at_the_jump_word_as_often_as_it_is_switched_on() {
    let bench = Bench::booted(5);
    bench.store(ROM_JUMP_WORD, ENTRY);
    for round in 1..=3 {
        for core in CoreId::ALL.into_iter().skip(1) {
            let sequencer = Sequencer::new(bench.bus(CoreId::PRIMARY), core);
            sequencer.up(&mut Virtual(&bench)).expect("the core starts");
            sequencer.hold_power_while_waiting();
            let starts = bench.started();
            let own = starts.iter().filter(|start| **start == (core, ENTRY));
            assert_eq!(own.count(), round);
            sequencer
                .down(&mut Virtual(&bench))
                .expect("the core stops");
            let control = bench.bus(CoreId::PRIMARY).read32(dspcs::control(core));
            assert_eq!(control & dspcs::CPA, 0);
        }
    }
}
