//! Any sequence of accesses: nothing panics, and what the machine was told
//! always agrees with what the registers say.

use std::collections::BTreeMap;

use acelab_abi::clock::Nanos;
use acelab_abi::core_id::CoreId;
use acelab_abi::regs::dspcs::{CPA, control};
use acelab_abi::regs::dw_ictl::{self, Reg};
use acelab_abi::regs::hda::Gateway::{HostOut, LinkIn};
use acelab_abi::regs::hfipc::{self, BUSY, IDIE, TBIE};
use acelab_abi::regs::{
    capability, debug_port, dint, dmw, dspcs, fw_status, host, idc, ipc_agent, pmc, tts,
};
use acelab_abi::trace::Event;
use proptest::prelude::*;

use super::Bench;
use crate::{Effect, HostEdge};

/// One thing that cores, host or time do.
#[derive(Clone, Debug)]
enum Act {
    Read {
        core: u8,
        addr: u32,
        size: u8,
    },
    Write {
        core: u8,
        addr: u32,
        size: u8,
        value: u32,
    },
    HostRead {
        addr: u32,
    },
    HostWrite {
        addr: u32,
        value: u32,
    },
    HostStore {
        addr: u32,
        bytes: Vec<u8>,
    },
    Jump {
        word: u32,
    },
    Run {
        nanos: u64,
    },
    /// In parallel time cores see slightly different clocks.
    Back {
        nanos: u64,
    },
}

const BLOCKS: [(u32, u32); 13] = [
    (capability::BASE, capability::SPAN),
    (dmw::BASE, dmw::SPAN),
    (pmc::BASE, pmc::SPAN),
    (tts::BASE, tts::SPAN),
    (hfipc::BASE, hfipc::SPAN),
    (dint::BASE, dint::SPAN),
    (idc::BASE, idc::SPAN),
    (dw_ictl::BASE, dw_ictl::SPAN),
    (fw_status::BASE, fw_status::SPAN),
    (dspcs::BASE, dspcs::SPAN),
    (debug_port::BASE, debug_port::SPAN),
    (HostOut.base(), HostOut.span()),
    (LinkIn.base(), LinkIn.span()),
];

/// Turns drawn words into choices. Drawing words and choosing here is many
/// times faster than a tree of strategies, and shrinks to the first choices.
struct Dice<'a> {
    words: std::slice::Iter<'a, u32>,
}

impl Dice<'_> {
    fn word(&mut self) -> u32 {
        self.words.next().copied().unwrap_or(0)
    }

    fn below(&mut self, bound: u32) -> u32 {
        self.word() % bound
    }

    fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(from.len() as u32) as usize]
    }

    fn core(&mut self) -> u8 {
        self.below(5) as u8
    }

    fn addr(&mut self) -> u32 {
        match self.below(11) {
            0..4 => {
                let (base, span) = self.pick(&BLOCKS);
                base + self.below(span.div_ceil(4)) * 4
            }
            4 => {
                let (base, span) = self.pick(&BLOCKS);
                base + self.below(span)
            }
            5..7 => hfipc::address(self.pick(ipc_agent::Reg::ALL)),
            7..9 => {
                let core = self.pick(&CoreId::ALL);
                let agent = self.pick(&[idc::Agent::A, idc::Agent::B]);
                idc::address(core, agent, self.pick(ipc_agent::Reg::ALL))
            }
            9 => self.below(0x18_0000),
            _ => self.word(),
        }
    }

    fn host_addr(&mut self) -> u32 {
        match self.below(10) {
            0..4 => hfipc::host_address(self.pick(ipc_agent::Reg::ALL)),
            4..6 => self.pick(host::Reg::ALL).offset(),
            6..8 => control(CoreId::PRIMARY),
            8 => self.window_addr(),
            _ => self.word(),
        }
    }

    fn window_addr(&mut self) -> u32 {
        0x18_0000 + self.below(0x2_0100)
    }

    fn value(&mut self) -> u32 {
        match self.below(7) {
            0 => 0,
            1 => !0,
            2 => self.below(4),
            3 => 1 << self.below(32),
            4 => BUSY | host::PURGE_FW,
            5 => 0xA002_4003,
            _ => self.word(),
        }
    }

    fn act(&mut self) -> Act {
        match self.below(22) {
            0..3 => Act::Read {
                core: self.core(),
                addr: self.addr(),
                size: self.pick(&SIZES),
            },
            3..11 => Act::Write {
                core: self.core(),
                addr: self.addr(),
                size: self.pick(&SIZES),
                value: self.value(),
            },
            11 => Act::HostRead {
                addr: self.host_addr(),
            },
            12..17 => Act::HostWrite {
                addr: self.host_addr(),
                value: self.value(),
            },
            17 => Act::HostStore {
                addr: self.window_addr(),
                bytes: self.word().to_le_bytes()[..self.below(5) as usize].to_vec(),
            },
            18 => Act::Jump {
                word: self.pick(&[0xA003_1000, 0, 7]),
            },
            19..21 => Act::Run {
                nanos: self.pick(&[100_000, 1, 27, 20_000, u64::MAX]),
            },
            _ => Act::Back {
                nanos: self.below(1000).into(),
            },
        }
    }
}

const SIZES: [u8; 6] = [4, 4, 4, 2, 1, 8];

/// What every draw of acts takes at most: the words of one act.
const WORDS: usize = 7;

fn acts(most: usize) -> impl Strategy<Value = Vec<Act>> {
    prop::collection::vec(any::<[u32; WORDS]>(), 0..most).prop_map(|draws| {
        draws
            .iter()
            .map(|words| {
                Dice {
                    words: words.iter(),
                }
                .act()
            })
            .collect()
    })
}

impl Bench {
    fn act(&mut self, act: &Act) {
        match *act {
            Act::Read { core, addr, size } => {
                let _ = self.read_as(core, addr, size);
            }
            Act::Write {
                core,
                addr,
                size,
                value,
            } => {
                let _ = self.write_as(core, addr, size, value);
            }
            Act::HostRead { addr } => {
                let _ = self.host_get(addr);
            }
            Act::HostWrite { addr, value } => {
                let _ = self.soc.host_write(self.now, addr, value, &mut self.ram);
                self.collect();
            }
            Act::HostStore { addr, ref bytes } => {
                let _ = self
                    .soc
                    .host_write_memory(self.now, addr, bytes, &mut self.ram);
                self.collect();
            }
            Act::Jump { word } => self.ram.put(acelab_abi::memory::ROM_JUMP_WORD, word),
            Act::Run { nanos } => self.run(Nanos(nanos)),
            Act::Back { nanos } => self.now = Nanos(self.now.0.saturating_sub(nanos)),
        }
    }
}

/// What a machine that applies the effects believes.
#[derive(Default)]
struct Believed {
    levels: BTreeMap<CoreId, bool>,
    running: BTreeMap<CoreId, bool>,
}

impl Believed {
    fn apply(&mut self, effects: &[Effect]) {
        for effect in effects {
            match *effect {
                Effect::Irq { core, level, .. } => {
                    self.levels.insert(core, level);
                }
                Effect::StartCore { core, .. } => {
                    self.running.insert(core, true);
                    // A reset core has no line up until it is told so.
                    self.levels.insert(core, false);
                }
                Effect::StallCore { core } => {
                    self.running.insert(core, false);
                }
                Effect::HostInterrupt(_) | Effect::Exit { .. } => {}
                Effect::Event(event) => {
                    assert_eq!(Event::from_bytes(&event.to_bytes()), Ok(event));
                }
            }
        }
    }
}

proptest! {
    #[test]
    fn the_machine_is_told_the_truth(
        cores in 1..6_u32,
        powered in any::<bool>(),
        acts in acts(80),
    ) {
        let mut bench = Bench::new(cores);
        let mut believed = Believed::default();
        if powered {
            bench.power_up();
        }
        bench.ram.put(0xA104_2000, u32::from_le_bytes(*b"$AM1"));
        bench.ram.put(0xA104_2004, 52);
        bench.ram.put(0xA104_2024, 1);
        for act in &acts {
            bench.act(act);
            believed.apply(&bench.take());
            for core in CoreId::ALL.into_iter().take(cores as usize) {
                let sources = bench.get(dw_ictl::address(core, Reg::FinalStatus));
                let active = bench.get(control(core)) & CPA != 0;
                // Reading may let time catch up with the clock.
                believed.apply(&bench.take());
                let level = believed.levels.get(&core).copied().unwrap_or(false);
                prop_assert_eq!(level, sources != 0, "line of core {} after {:?}", core, act);
                // The ROM may refuse to start a core that is active.
                let running = believed.running.get(&core).copied().unwrap_or(false);
                prop_assert!(active || !running, "core {} runs inactive after {:?}", core, act);
            }
        }
    }

    #[test]
    fn the_host_is_interrupted_on_each_rise_of_a_cause(
        acts in acts(80),
    ) {
        let mut bench = Bench::new(2);
        bench.power_up();
        let mut before = [false; 2];
        for act in &acts {
            bench.act(act);
            // What is due at once happens before the look, not because of it.
            bench.run(Nanos::ZERO);
            let told: Vec<_> = bench.take().into_iter().filter_map(|effect| match effect {
                Effect::HostInterrupt(edge) => Some(edge),
                _ => None,
            }).collect();
            let ctl = bench.host_get(hfipc::host_address(hfipc::Reg::Ctl)).expect("exists");
            let tdr = bench.host_get(hfipc::host_address(hfipc::Reg::Tdr)).expect("exists");
            let ida = bench.host_get(hfipc::host_address(hfipc::Reg::Ida)).expect("exists");
            bench.take();
            let after = [tdr & BUSY != 0 && ctl & TBIE != 0, ida & BUSY != 0 && ctl & IDIE != 0];
            for (cause, edge) in [HostEdge::Doorbell, HostEdge::Done].into_iter().enumerate() {
                let rises = told.iter().filter(|told| **told == edge).count();
                prop_assert_eq!(rises, usize::from(after[cause] && !before[cause]));
            }
            before = after;
        }
    }

    #[test]
    fn reads_change_nothing(
        acts in acts(40),
        looks in any::<[u32; WORDS]>(),
    ) {
        let mut bench = Bench::new(5);
        for act in &acts {
            bench.act(act);
        }
        // Whatever is due happens before the first look.
        bench.run(Nanos::ZERO);
        bench.take();
        let before = format!("{:?}", bench.soc);
        for word in looks {
            let addr = Dice { words: [word, word >> 8, word >> 16].iter() }.addr();
            let _ = bench.read_as(1, addr, 4);
        }
        prop_assert_eq!(format!("{:?}", bench.soc), before);
    }

    #[test]
    fn the_same_acts_give_the_same_effects(acts in acts(60)) {
        let run = || {
            let mut bench = Bench::new(5);
            acts.iter().for_each(|act| bench.act(act));
            bench.take()
        };
        prop_assert_eq!(run(), run());
    }
}
