//! What page tables hold.

use acelab_abi::memory::PAGE_SIZE;
use acelab_abi::memory_map::{DOMAINS, KERNEL, Run};
use acelab_library::write::Layout;

use super::runner::{Halt, Runner};
use crate::case::MemoryMap as Step;
use crate::case::expect::ReplyExpectation;
use crate::case::stream::TICK;
use crate::case::test;
use crate::symbols::image_place;
use crate::verdict::memory_map::{Expected, Image, MemoryMap, Segment, draw, join, judge};

impl Runner<'_> {
    /// Reads all page tables, draws them, and compares them with what the step says.
    pub(super) fn memory_map(&mut self, step: &Step) -> Result<(), Halt> {
        let cores = u32::from(self.case.cores);
        let map = self.read_map()?;
        for line in draw(&map, cores) {
            self.host.note(line);
        }
        let expected = Expected {
            cores,
            audio: self.images(&step.audio)?,
            private: self.images(&step.private)?,
        };
        for finding in judge(&map, &expected) {
            self.fail(finding.what, finding.expected, finding.came);
        }
        Ok(())
    }

    fn read_map(&mut self) -> Result<MemoryMap, Halt> {
        let kernel = self.runs(KERNEL)?.unwrap_or_default();
        let mut domains = Vec::new();
        for number in 0..DOMAINS {
            if let Some(runs) = self.runs(number)? {
                domains.push((number, runs));
            }
        }
        Ok(MemoryMap { kernel, domains })
    }

    /// The runs of one table; `None` when there is none.
    fn runs(&mut self, whose: u32) -> Result<Option<Vec<Run>>, Halt> {
        let (mut runs, mut from) = (Vec::new(), 0);
        loop {
            let message = test::memory_map(whose, from);
            let exchange = self.exchange(&message, &ReplyExpectation::default())?;
            self.leave_time()?;
            let words = words(&exchange.reply.payload);
            let Some((next, rest)) = words.split_first() else {
                return Ok(None);
            };
            let pieces = rest.chunks(Run::WORDS).map(|words| {
                let words = <[u32; Run::WORDS]>::try_from(words).ok()?;
                Run::from_words(words)
            });
            let Some(pieces) = pieces.collect::<Option<Vec<Run>>>() else {
                self.fail("memory map", "runs of pages", format!("{words:x?}"));
                return Err(Halt::Failed);
            };
            runs.extend(pieces);
            // The next address is always a higher one, or the lab would ask for ever.
            if *next != 0 && *next <= from {
                self.fail(
                    "memory map",
                    "an end",
                    format!("{next:#010x} after {from:#010x}"),
                );
                return Err(Halt::Failed);
            }
            from = *next;
            if from == 0 {
                return Ok(Some(join(runs)));
            }
        }
    }

    /// Gives what plays a tick of its own between two commands: these are more urgent than DP
    /// threads, and a map is dozens of them.
    fn leave_time(&mut self) -> Result<(), Halt> {
        if !self.streams.is_any_playing() {
            return Ok(());
        }
        let result = self.host.run(TICK);
        self.tried("memory map", "virtual time passes", result)
    }

    fn images(&mut self, domains: &[Vec<u8>]) -> Result<Vec<Vec<Image>>, Halt> {
        let mut found = Vec::new();
        for libraries in domains {
            let mut images = Vec::new();
            for id in libraries {
                let of_library = self.library_file(u32::from(*id)).map(shapes);
                let of_library = of_library.unwrap_or_default();
                if of_library.is_empty() {
                    self.fail(
                        "memory map",
                        format!("library {id} loaded"),
                        "no such library",
                    );
                    return Err(Halt::Failed);
                }
                for (number, segments) in (0..).zip(of_library) {
                    let name = format!("library {id} image {number}");
                    let Some(start) = self.logged_start(*id, number) else {
                        self.fail("memory map", format!("the place of {name}"), "not logged");
                        return Err(Halt::Failed);
                    };
                    images.push(Image {
                        name,
                        start,
                        segments,
                    });
                }
            }
            found.push(images);
        }
        Ok(found)
    }

    /// Where the firmware's log says that an image lies. Libraries of one shape are told apart by
    /// nothing else.
    fn logged_start(&self, library: u8, image: u32) -> Option<u32> {
        let lines = self.host.log_lines().iter().rev();
        let mut places = lines.filter_map(|line| image_place(&line.text));
        let place =
            places.find(|place| (place.library, place.image) == (u32::from(library), image))?;
        Some(place.start)
    }
}

/// The segments of each image of a library's file.
fn shapes(bytes: &[u8]) -> Vec<Vec<Segment>> {
    let file = words(bytes);
    let Ok(layout) = Layout::read(&file) else {
        return Vec::new();
    };
    let word = |name: &str| {
        let at = layout.bytes(name)?.start / 4;
        file.get(at).copied()
    };
    let segment = |image: usize, index: usize| {
        let of = |field: &str| word(&format!("image[{image}].segment[{index}].{field}"));
        Some(Segment {
            offset: of("offset")? / PAGE_SIZE,
            pages: of("memory_bytes")?.div_ceil(PAGE_SIZE),
            rights: of("rights")?,
        })
    };
    let image = |image: usize| {
        let segments: Vec<Segment> = (0..).map_while(|index| segment(image, index)).collect();
        (!segments.is_empty()).then_some(segments)
    };
    (0..).map_while(image).collect()
}

fn words(bytes: &[u8]) -> Vec<u32> {
    let (words, _) = bytes.as_chunks::<4>();
    words.iter().map(|word| u32::from_le_bytes(*word)).collect()
}
