//! `gain(-6 dB over 20 ms linear)`, `src(44100, dp)`.

use std::fmt;

use acelab_abi::clock::Nanos;
use acelab_abi::ipc4::volume::{self, Curve};

use super::text::split;
use crate::case::library::MAX_LIBRARY;
use crate::case::message::{Hex, Payload};
use crate::case::time::VirtualTime;

/// A module in a chain.
#[derive(Debug, Clone, PartialEq)]
pub struct ModuleUse {
    /// Its name in the list of its library, in upper case.
    pub name: String,
    /// The library that it is of; the firmware itself unless given.
    pub library: Option<u8>,
    /// Whether its own thread runs it (DP), instead of the tick.
    pub data_processing: bool,
    /// Length of the blocks that it works on, in milliseconds.
    pub block_millis: u32,
    /// What it is set to.
    pub options: Options,
}

/// What a module is set to.
#[derive(Debug, Clone, PartialEq)]
pub enum Options {
    /// As it comes.
    Default,
    /// A volume: Q1.31, and the text it was written as.
    Volume {
        /// Q1.31.
        target: u32,
        /// What the case says.
        text: String,
        /// How it gets there.
        ramp: Option<Ramp>,
    },
    /// Frames per second at the output.
    Rate(u32),
    /// Channels at the output.
    Channels(u8),
    /// The bytes behind the base configuration.
    Bytes(Vec<u8>),
}

/// The way to a volume.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ramp {
    /// How long it takes.
    pub time: VirtualTime,
    /// Its shape.
    pub curve: Curve,
}

impl Ramp {
    /// The time in the protocol's units of 100 ns.
    pub fn duration(self) -> u64 {
        self.time.0.0 / 100
    }
}

/// What options a module takes, by the names that cases use.
#[derive(Clone, Copy, PartialEq)]
enum Takes {
    Nothing,
    Volume,
    Rate,
    Channels,
    Bytes,
}

/// What the modules of the firmware take, by their names in its list; in cases they
/// are written in lower case.
fn takes(name: &str) -> Option<Takes> {
    match name {
        "COPIER" | "MIXIN" | "MIXOUT" => Some(Takes::Nothing),
        "GAIN" | "PEAKVOL" => Some(Takes::Volume),
        "SRC" => Some(Takes::Rate),
        "UPDWMIX" => Some(Takes::Channels),
        _ => acelab_modules::find(name).map(|_| Takes::Bytes),
    }
}

impl ModuleUse {
    /// Reads `name` or `name(options)`; `None` if there is no module of this name and
    /// no option either, so that it may be something else.
    pub fn parse(text: &str) -> Result<Option<Self>, String> {
        let (name, options) = match text.split_once('(') {
            Some((name, rest)) => {
                let options = rest
                    .strip_suffix(')')
                    .ok_or_else(|| format!("`{text}` does not end in `)`"))?;
                (name.trim(), Some(options))
            }
            None => (text, None),
        };
        let (name, library) = match name.split_once('@') {
            Some((name, id)) => (name, Some(library_id(id)?)),
            None => (name, None),
        };
        let list_name = name.to_ascii_uppercase();
        // Modules of libraries are known when these are read.
        let unknown = library.map(|_| Takes::Bytes);
        let Some(takes) = takes(&list_name).or(unknown).filter(|_| is_name(name)) else {
            if options.is_none() && is_name(name) {
                return Ok(None);
            }
            let built_in = acelab_modules::MODULES.iter().map(|module| module.name());
            let known = built_in.chain(["COPIER"]).map(str::to_ascii_lowercase);
            let known: Vec<String> = known.collect();
            let known: Vec<&str> = known.iter().map(String::as_str).collect();
            let help = crate::case::diagnostic::suggest(name, &known);
            return Err(format!("unknown module `{name}`\nhelp: {help}"));
        };
        let mut module = Self {
            name: list_name,
            library,
            data_processing: false,
            block_millis: 1,
            options: Options::Default,
        };
        for option in options.map_or(Ok(Vec::new()), |text| split(text, ','))? {
            match option {
                "ll" => module.data_processing = false,
                "dp" => module.data_processing = true,
                _ => match option.strip_prefix("dp ") {
                    Some(block) => {
                        module.data_processing = true;
                        module.block_millis = block_millis(block)?;
                    }
                    None => module.options = takes.parse(name, option)?,
                },
            }
        }
        Ok(Some(module))
    }
}

/// The length of a block of a DP module.
fn block_millis(text: &str) -> Result<u32, String> {
    let time: Option<VirtualTime> = text.trim().parse().ok();
    let millis = time.map(|time| (time.0.0 / 1_000_000, time.0.0 % 1_000_000));
    match millis {
        Some((millis @ 1..=100, 0)) => Ok(millis as u32),
        _ => Err(format!(
            "`{text}` is no length of a block\nhelp: write `dp 10 ms`; whole milliseconds, up to 100"
        )),
    }
}

/// The number behind `@`.
fn library_id(text: &str) -> Result<u8, String> {
    let id = text.parse().ok();
    id.filter(|id| (1..=MAX_LIBRARY).contains(id))
        .ok_or_else(|| {
            format!("`{text}` is no library\nhelp: write `gain@1`; ids are 1 to {MAX_LIBRARY}")
        })
}

/// Whether a word can be the name of a stream.
pub fn is_name(word: &str) -> bool {
    word.starts_with(|c: char| c.is_ascii_lowercase())
        && word
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
}

impl Takes {
    fn parse(self, name: &str, text: &str) -> Result<Options, String> {
        let wrong = |wanted: &str| format!("`{text}` for `{name}`\nhelp: write {wanted}");
        match self {
            Self::Nothing => Err(wrong("nothing, or `dp`")),
            Self::Volume => volume_of(text)
                .ok_or_else(|| wrong("`-6 dB`, `mute`, or `-6 dB over 20 ms linear`")),
            Self::Rate => match text.trim_end_matches("Hz").trim().parse() {
                Ok(rate) if (8_000..=192_000).contains(&rate) => Ok(Options::Rate(rate)),
                _ => Err(wrong("the rate at the output, such as `44100`")),
            },
            Self::Channels => match text.parse() {
                Ok(channels) if (1..=8).contains(&channels) => Ok(Options::Channels(channels)),
                _ => Err(wrong("the channels at the output, 1 to 8")),
            },
            Self::Bytes => text
                .strip_prefix("hex ")
                .and_then(Hex::read)
                .map(|hex| Options::Bytes(Payload::Hex(hex).bytes()))
                .ok_or_else(|| wrong("its configuration as `hex 01 0a`")),
        }
    }
}

/// `-6 dB`, `mute`, each with `over 20 ms CURVE` or without.
fn volume_of(text: &str) -> Option<Options> {
    let (level, ramp) = match text.split_once(" over ") {
        Some((level, rest)) => (level.trim(), Some(ramp(rest)?)),
        None => (text.trim(), None),
    };
    let target = if level == "mute" {
        0
    } else {
        let number = level.strip_suffix("dB")?.trim();
        let decibels: f64 = number.parse().ok()?;
        if !(-120.0..=0.0).contains(&decibels) {
            return None;
        }
        // Full scale is one step below 1.0.
        let factor = acelab_signal::ratio(decibels);
        (factor * f64::from(volume::UNITY) + 0.5) as u32
    };
    Some(Options::Volume {
        target,
        text: level.to_owned(),
        ramp,
    })
}

fn ramp(text: &str) -> Option<Ramp> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let (time, curve) = match words.split_last()? {
        (last, rest) if rest.len() >= 2 => (rest.join(" "), curve(last)?),
        _ => (words.join(" "), Curve::Linear),
    };
    let time: VirtualTime = time.parse().ok()?;
    (time.0 > Nanos::ZERO).then_some(Ramp { time, curve })
}

fn curve(name: &str) -> Option<Curve> {
    let named = |curve: &&Curve| curve.name().eq_ignore_ascii_case(name);
    Curve::ALL.iter().find(named).copied()
}

impl fmt::Display for ModuleUse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name.to_ascii_lowercase())?;
        if let Some(library) = self.library {
            write!(f, "@{library}")?;
        }
        let mut options = Vec::new();
        match &self.options {
            Options::Default => {}
            Options::Volume { text, ramp, .. } => options.push(match ramp {
                Some(ramp) => {
                    let curve = ramp.curve.name().to_ascii_lowercase();
                    format!("{text} over {} {curve}", ramp.time)
                }
                None => text.clone(),
            }),
            Options::Rate(rate) => options.push(rate.to_string()),
            Options::Channels(channels) => options.push(channels.to_string()),
            Options::Bytes(bytes) => {
                let bytes: Vec<_> = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
                options.push(format!("hex {}", bytes.join(" ")));
            }
        }
        if self.data_processing {
            options.push(match self.block_millis {
                1 => "dp".to_owned(),
                millis => format!("dp {millis} ms"),
            });
        }
        if options.is_empty() {
            return Ok(());
        }
        write!(f, "({})", options.join(", "))
    }
}
