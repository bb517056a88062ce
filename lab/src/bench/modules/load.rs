//! What LOAD_LIBRARY costs by the size of the file and the number of its relocations.
//!
//! Each file is loaded by a machine of its own, from the request's doorbell until
//! its reply and DONE are there. Files that differ in one thing only give the
//! cost of that thing, and one between them shows that the cost is a line.

use acelab_abi::clock::Nanos;
use acelab_abi::ipc4::GlobalType;
use acelab_abi::memory::PAGE_SIZE;
use acelab_library::format::{Abi, BODY_OFFSET};
use acelab_library::write::{Layout, to_words};

use super::{Spent, files};
use crate::case::LibrarySource;
use crate::engine::load::{BUFFER, FORMAT, message};
use crate::host::decode;
use crate::host::{Content, Host, HostError, Side, StreamId};
use crate::library::{File, abi_of};
use crate::symbols::Elf;
use crate::target::Launcher;

/// Virtual time that a library with at least [`LINK_RELOCATIONS`] may take, received,
/// checked and linked.
pub const LINK_LIMIT: Nanos = Nanos::from_millis(50);
/// Relocations that must be done in that time.
pub const LINK_RELOCATIONS: usize = 25_000;

/// Pages of data of the files that differ in their size.
const SIZES: [u32; 3] = [16, 56, 96];
/// Pages that one of the files of the last size has as relocations, not as data.
const LISTS: [u32; 2] = [12, 24];
/// What a file between two others may differ from the line through them, in percent.
const BEND: f64 = 1.0;

/// Virtual time for a boot, and for a library.
const WITHIN: Nanos = Nanos::from_millis(1_000);
const BYTES_OF_KIB: f64 = 1024.0;
const DMA: u8 = 0;
const ID: u8 = 1;

/// A library that was loaded.
#[derive(Debug, Clone, PartialEq)]
pub struct Loaded {
    /// Bytes of its file.
    pub bytes: usize,
    /// Its relocations.
    pub relocations: usize,
    /// What it took.
    pub spent: Spent,
}

/// What loading costs.
#[derive(Debug, Clone, PartialEq)]
pub struct Loads {
    /// Receive, check and digest a KiB.
    pub kib: Spent,
    /// Whatever the size: request, the first [`BODY_OFFSET`] bytes with the manifest, reply.
    pub request: Spent,
    /// Do a relocation whose word in the list was received and digested.
    pub relocation: Spent,
    /// What is not proportional.
    pub bent: Vec<String>,
}

/// Loads files that were made to be compared.
pub fn measure_loads(launcher: &dyn Launcher, elf: &Elf, abi: Abi) -> Result<Loads, String> {
    let load = |data, list| -> Result<Loaded, String> {
        let relocations = list * PAGE_SIZE / 4;
        let file = files::file(abi, data - list, relocations).map_err(|error| error.to_string())?;
        load(launcher, elf, file)
    };
    let [small, middle, large] = SIZES;
    let (small, middle, large) = (load(small, 0)?, load(middle, 0)?, load(large, 0)?);
    let [half, whole] = LISTS;
    let (half, whole) = (load(SIZES[2], half)?, load(SIZES[2], whole)?);
    let kib = |loaded: &Loaded| (loaded.bytes as f64 - f64::from(BODY_OFFSET)) / BYTES_OF_KIB;
    let relocations = |loaded: &Loaded| loaded.relocations as f64;
    let size = Line::through(&small, &large, kib);
    let list = Line::through(&large, &whole, relocations);
    let bent = [
        size.bend("the size", &middle, kib),
        list.bend("the relocations", &half, relocations),
    ];
    Ok(Loads {
        kib: size.slope,
        request: size.at(0.0),
        relocation: list.slope,
        bent: bent.into_iter().flatten().collect(),
    })
}

/// Loads a library that was built, and says what it was built for.
pub fn measure_library(
    launcher: &dyn Launcher,
    elf: &Elf,
    name: &str,
) -> Result<(Loaded, Abi), String> {
    let file = File::open(&LibrarySource::intact(name)).map_err(|error| error.to_string())?;
    let abi = abi_of(&file.bytes);
    Ok((load(launcher, elf, file.bytes)?, abi))
}

/// How many words of a library depend on where it lies; none if it is no library.
pub fn relocations_of(bytes: &[u8]) -> usize {
    let words = to_words(bytes);
    let Ok(layout) = Layout::read(&words) else {
        return 0;
    };
    let of_image = |image: u32| {
        let field = layout.words(&format!("image[{image}].sites"))?;
        words.get(field.start).map(|sites| *sites as usize)
    };
    (0..).map_while(of_image).sum()
}

fn load(launcher: &dyn Launcher, elf: &Elf, bytes: Vec<u8>) -> Result<Loaded, String> {
    let (length, relocations) = (bytes.len(), relocations_of(&bytes));
    let spent = spent(launcher, elf, bytes).map_err(|error| error.to_string())?;
    Ok(Loaded {
        bytes: length,
        relocations,
        spent: spent.map_err(|status| format!("LOAD_LIBRARY was answered {status}"))?,
    })
}

/// What the request takes, or the status that it is refused with.
fn spent(
    launcher: &dyn Launcher,
    elf: &Elf,
    bytes: Vec<u8>,
) -> Result<Result<Spent, String>, HostError> {
    let mut host = Host::new(launcher.launch(1)?, WITHIN);
    host.boot(&elf.image, WITHIN)?;
    host.meter_requests();
    let stream = StreamId {
        side: Side::Playback,
        index: DMA,
    };
    let end = bytes.len();
    host.hda_open(stream, FORMAT, Content::Bytes { bytes, end }, BUFFER)?;
    host.hda_run(stream, true)?;
    let exchange = host.request(&message(GlobalType::LoadLibrary, DMA, ID), WITHIN)?;
    let (record, end) = host.finish();
    end?;
    let status = exchange.reply.primary.status_code();
    Ok(match (status, record.costs.last()) {
        (Some(0), Some(cost)) => Ok(cost.into()),
        (Some(code), _) => Err(decode::status(code)),
        (None, _) => Err("nothing".to_owned()),
    })
}

/// Costs that grow evenly.
struct Line {
    /// Of nothing.
    start: Spent,
    /// Of one more.
    slope: Spent,
}

impl Line {
    fn through(low: &Loaded, high: &Loaded, measure: impl Fn(&Loaded) -> f64) -> Self {
        let (from, to) = (measure(low), measure(high));
        let slope = |low: f64, high: f64| (high - low) / (to - from);
        let slope = Spent {
            instructions: slope(low.spent.instructions, high.spent.instructions),
            nanos: slope(low.spent.nanos, high.spent.nanos),
        };
        let start = Spent {
            instructions: low.spent.instructions - from * slope.instructions,
            nanos: low.spent.nanos - from * slope.nanos,
        };
        Self { start, slope }
    }

    fn at(&self, x: f64) -> Spent {
        Spent {
            instructions: self.start.instructions + x * self.slope.instructions,
            nanos: self.start.nanos + x * self.slope.nanos,
        }
    }

    /// Complains about what does not lie on the line.
    fn bend(
        &self,
        what: &str,
        loaded: &Loaded,
        measure: impl Fn(&Loaded) -> f64,
    ) -> Option<String> {
        let expected = self.at(measure(loaded)).instructions;
        let came = loaded.spent.instructions;
        let percent = 100.0 * (came - expected).abs() / expected;
        (percent > BEND).then(|| {
            format!(
                "instructions do not grow evenly with {what}: {came} of {} KiB with {} relocations, \
                 not {expected:.0}",
                loaded.bytes / BYTES_OF_KIB as usize,
                loaded.relocations
            )
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn loaded(relocations: usize, instructions: f64) -> Loaded {
        Loaded {
            bytes: 4096,
            relocations,
            spent: Spent {
                instructions,
                nanos: 2.0 * instructions + 500.0,
            },
        }
    }

    #[test]
    fn a_line_has_a_start_and_a_slope_and_tells_what_lies_beside_it() {
        let measure = |loaded: &Loaded| loaded.relocations as f64;
        let line = Line::through(&loaded(100, 11_000.0), &loaded(300, 13_000.0), measure);
        assert_eq!((line.slope.instructions, line.slope.nanos), (10.0, 20.0));
        assert_eq!(line.at(0.0).instructions, 10_000.0);
        assert_eq!(line.at(0.0).asleep(), 500.0);
        let bend = |instructions| line.bend("it", &loaded(200, instructions), measure);
        assert_eq!(bend(12_100.0), None);
        let bent = bend(12_400.0).expect("two percent and more");
        assert!(
            bent.contains("with it: 12400 of 4 KiB with 200 relocations, not 12000"),
            "{bent}"
        );
        assert!(bend(11_700.0).is_some());
    }
}
