//! What the page tables of a run hold, against what they may hold.

mod draw;
mod images;
mod rules;

use acelab_abi::core_id::MAX_CORES;
use acelab_abi::memory::{MODULE_WINDOW, PAGE_SIZE};
use acelab_abi::memory_map::Run;

pub use draw::draw;

/// The page tables of everybody, in runs that are as long as they can be.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MemoryMap {
    /// The kernel's two.
    pub kernel: Vec<Run>,
    /// Numbers of domains, and theirs; those below the count of cores are the audio domains.
    pub domains: Vec<(u32, Vec<Run>)>,
}

/// Pages of an image that are mapped alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Segment {
    /// Pages from the start of the image.
    pub offset: u32,
    /// How many pages.
    pub pages: u32,
    /// What may be done with it, as bits of [`acelab_abi::syscall::rights`].
    pub rights: u32,
}

/// An image of a library, at its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Image {
    /// Its name.
    pub name: String,
    /// The address of its first page, the same in every domain.
    pub start: u32,
    /// Its segments, in the order of their places.
    pub segments: Vec<Segment>,
}

/// Which images must be mapped, and no other.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Expected {
    /// Cores of the machine.
    pub cores: u32,
    /// Of each core's audio domain; none for those that are not named.
    pub audio: Vec<Vec<Image>>,
    /// Of each domain beside these.
    pub private: Vec<Vec<Image>>,
}

/// Something that is not as it must be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Where.
    pub what: String,
    /// What should be there.
    pub expected: String,
    /// What is.
    pub came: String,
}

/// One page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Page {
    va: u32,
    pa: u32,
    rights: u32,
    ring: u32,
}

/// Compares the page tables with what holds of all of them, and with the images that are expected.
pub fn judge(map: &MemoryMap, expected: &Expected) -> Vec<Finding> {
    let mut findings = rules::check(map);
    findings.extend(images::check(map, expected));
    findings
}

/// Joins what was told in pieces.
pub fn join(runs: impl IntoIterator<Item = Run>) -> Vec<Run> {
    let mut joined: Vec<Run> = Vec::new();
    for run in runs {
        match joined.last_mut() {
            Some(last) if last.is_continued_by(&run) => last.pages += run.pages,
            _ => joined.push(run),
        }
    }
    joined
}

fn pages(runs: &[Run]) -> impl Iterator<Item = Page> {
    runs.iter().flat_map(|run| {
        (0..run.pages).map(|index| Page {
            va: run.va.wrapping_add(index * PAGE_SIZE),
            pa: run.pa.wrapping_add(index * PAGE_SIZE),
            rights: run.rights,
            ring: run.ring,
        })
    })
}

/// Whether a page lies in the module window.
fn is_module(page: &Page) -> bool {
    MODULE_WINDOW.contains(page.va, PAGE_SIZE)
}

/// The name of a domain.
fn name(number: u32, cores: u32) -> String {
    if number < cores.min(MAX_CORES as u32) {
        format!("audio domain of core {number}")
    } else {
        format!("domain {number}")
    }
}

#[cfg(test)]
mod tests {
    use acelab_abi::memory::to_uncached;
    use acelab_abi::syscall::rights::{EXECUTE, READ, UNCACHED, WRITE};

    use super::*;

    pub(super) const fn run(va: u32, pa: u32, rights: u32, ring: u32) -> Run {
        Run {
            va,
            pa,
            pages: 1,
            rights,
            ring,
        }
    }

    pub(super) fn image(name: &str) -> Image {
        let segment = |offset, pages, rights| Segment {
            offset,
            pages,
            rights,
        };
        Image {
            name: name.to_owned(),
            start: 0x6003_0000,
            segments: vec![segment(0, 2, READ | EXECUTE), segment(2, 1, READ | WRITE)],
        }
    }

    /// Two domains with an image of two pages of text and one of data.
    pub(super) fn module_map() -> MemoryMap {
        let text = Run {
            pages: 2,
            ..run(0x6003_0000, 0xA03F_0000, READ | EXECUTE, 2)
        };
        let data = |pa| run(0x6003_2000, pa, READ | WRITE, 2);
        let kernel = [
            Run {
                rights: READ,
                ring: 0,
                va: text.pa,
                ..text
            },
            run(0xA03F_2000, 0xA03F_2000, READ | WRITE, 0),
            run(0xA03F_3000, 0xA03F_3000, READ | WRITE, 0),
            run(0xA03E_0000, 0xA03E_0000, READ | WRITE, 0),
        ];
        let past = |run: &Run| Run {
            va: to_uncached(run.va),
            rights: run.rights | UNCACHED,
            ..*run
        };
        let uncached = kernel.iter().map(past);
        MemoryMap {
            kernel: kernel.iter().copied().chain(uncached).collect(),
            domains: vec![
                (0, vec![text, data(0xA03F_2000)]),
                (1, vec![text, data(0xA03F_3000)]),
            ],
        }
    }

    #[test]
    fn a_good_map_is_good() {
        let expected = Expected {
            cores: 2,
            audio: vec![vec![image("gain")]; 2],
            private: Vec::new(),
        };
        assert_eq!(judge(&module_map(), &expected), []);
        assert!(!judge(&module_map(), &Expected::default()).is_empty());
    }

    #[test]
    fn pieces_are_joined() {
        let one = run(0x6003_0000, 0xA03F_0000, READ, 2);
        let next = run(0x6003_1000, 0xA03F_1000, READ, 2);
        let other = run(0x6003_2000, 0xA03F_2000, READ | WRITE, 2);
        let whole = Run { pages: 2, ..one };
        assert_eq!(join([one, next, other]), [whole, other]);
    }
}
