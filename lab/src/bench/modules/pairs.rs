//! What a tick costs with a loadable module, against the built-in one of the same source.

use acelab_abi::core_id::CoreId;

use crate::bench::scenario::{complaint, parse};
use crate::case::budget::Metric;
use crate::engine::run_case;
use crate::symbols::Elf;
use crate::target::Launcher;

/// What a loadable module may cost above the built-in one, in percent of the tick's instructions.
pub const ABOVE_BUILT_IN_LIMIT: f64 = 2.0;

/// Ticks that are measured: a multiple of what a converter from 48 to 44.1 kHz repeats.
const TICKS: u32 = 100;

/// High pass at 100 Hz and a peak of 3 dB at 1 kHz on the first channel, the second as it is.
const EQUALISER: &str = "hex 7400000002000000010000000000000000000000000000000000000000000000\
    ffffffff02000000020000000000000000000000000000000000000078832cc173b4d07e3f0c693f83e72d813f0c693f\
    0000000000400000e6b1a9c611904c783779f637ef6fb387e3d45f410100000000400000";

/// A module that is built in and that a library has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pair {
    /// What plays.
    pub what: &'static str,
    library: &'static str,
    /// Streams, begun in this order and ended in the other; `@` stands for the library.
    streams: &'static [&'static str],
    /// What `%` stands for in the streams.
    setting: &'static str,
}

/// All pairs.
pub const PAIRS: [Pair; 4] = [
    Pair {
        what: "GAIN",
        library: "gain",
        streams: &["host0 > gain@(-6 dB) > ssp0"],
        setting: "",
    },
    Pair {
        what: "MIXIN and MIXOUT",
        library: "mixer",
        streams: &["mixout@ > ssp0", "host0 > mixin@ > s0"],
        setting: "",
    },
    Pair {
        what: "SRC, 48 to 44.1 kHz",
        library: "src",
        streams: &["host0 > src@(44100) > ssp0"],
        setting: "",
    },
    Pair {
        what: "EQIIR, two biquads on one of two channels",
        library: "eq_iir",
        streams: &["host0 > eqiir@(%) > ssp0"],
        setting: EQUALISER,
    },
];

/// Instructions of core 0 in a tick, in the mean.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PairCost {
    /// With the built-in module.
    pub built_in: f64,
    /// With the loadable one.
    pub loadable: f64,
}

impl PairCost {
    /// What the loadable module costs above the built-in one, in percent of the tick.
    pub fn above(self) -> f64 {
        100.0 * (self.loadable - self.built_in) / self.built_in
    }

    /// Whether the limit is kept.
    pub fn is_kept(self) -> bool {
        self.above() <= ABOVE_BUILT_IN_LIMIT
    }
}

/// Plays both modules of a pair, one after the other on machines of their own.
pub fn measure_pair(launcher: &dyn Launcher, elf: &Elf, pair: &Pair) -> Result<PairCost, String> {
    let measure = |loadable| tick(launcher, elf, &text(pair, loadable));
    Ok(PairCost {
        built_in: measure(false)?,
        loadable: measure(true)?,
    })
}

fn tick(launcher: &dyn Launcher, elf: &Elf, text: &str) -> Result<f64, String> {
    let case = parse("bench/pair", text)?;
    let finished = run_case(&case, launcher, elf);
    if let Some(complaint) = complaint(&finished) {
        return Err(complaint);
    }
    let mut measured = finished.record.measured.iter();
    let core0 = measured.find(|ticks| ticks.core == CoreId::PRIMARY);
    let all = core0.and_then(|ticks| {
        let spread = ticks.spread(Metric::InstructionsPerTick)?;
        Some(spread.total as f64 / ticks.ticks as f64)
    });
    // A tick without instructions has played nothing.
    all.filter(|mean| *mean > 0.0)
        .ok_or_else(|| "nothing was measured".to_owned())
}

fn text(pair: &Pair, loadable: bool) -> String {
    let library = pair.library;
    let suffix = if loadable { "@1" } else { "" };
    // Both have the library loaded, so that they differ in one thing only.
    let mut text = format!(
        "summary: What a tick costs\nsnapshot: []\nlibraries: {{ 1: {library} }}\nstreams:\n"
    );
    for (number, chain) in pair.streams.iter().enumerate() {
        let chain = chain.replace('@', suffix).replace('%', pair.setting);
        text.push_str(&format!(
            "  s{number}: {{ playback: \"{chain}\", format: s32le/48000/2, signal: noise seed 1 -3 dBFS }}\n"
        ));
    }
    text.push_str("steps:\n  - boot\n  - load: 1\n");
    let names: Vec<String> = (0..pair.streams.len())
        .map(|number| format!("s{number}"))
        .collect();
    let all = names.join(", ");
    text.push_str(&format!(
        "  - start: [{all}]\n  - run: 20 ms\n  - measure: {{ ticks: {TICKS} }}\n"
    ));
    for name in names.iter().rev() {
        text.push_str(&format!("  - stop: {name}\n"));
    }
    text.push_str("expect: { audio: { s0: bit-exact } }\n");
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::Case;
    use crate::case::stream::Component;

    #[test]
    fn the_cases_can_be_read_and_differ_in_where_their_modules_are_from() {
        for pair in PAIRS {
            let [built_in, loadable] = [false, true].map(|loadable| {
                let text = text(&pair, loadable);
                let case = parse("bench/pair", &text);
                case.unwrap_or_else(|wrong| panic!("{}: {wrong}", pair.what))
            });
            let ids = |case: &Case| -> Vec<Option<u8>> {
                let components = case
                    .streams
                    .iter()
                    .flat_map(|stream| stream.chain.components());
                let modules = components.filter_map(|component| match component {
                    Component::Module(module) => Some(module.library),
                    _ => None,
                });
                modules.collect()
            };
            assert!(ids(&built_in).iter().all(Option::is_none), "{}", pair.what);
            assert!(
                ids(&loadable).iter().all(|id| *id == Some(1)),
                "{}",
                pair.what
            );
        }
    }

    #[test]
    fn the_limit_is_of_the_built_in_ones_tick() {
        let cost = |loadable| PairCost {
            built_in: 10_000.0,
            loadable,
        };
        assert_eq!(cost(10_150.0).above(), 1.5);
        assert!(cost(10_200.0).is_kept() && cost(9_000.0).is_kept());
        assert!(!cost(10_201.0).is_kept());
    }
}
