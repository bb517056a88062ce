//! Page tables as text.

use acelab_abi::memory::{FW_REGISTERS, INBOX, MANIFEST, PAGE_POOL, PAGE_SIZE, USER_DISTANCE};
use acelab_abi::memory_map::Run;
use acelab_abi::syscall::rights::{EXECUTE, READ, UNCACHED, WRITE};

use super::{MemoryMap, Page, is_module, name};

/// A line for each run of each domain, and of the kernel's tables.
pub fn draw(map: &MemoryMap, cores: u32) -> Vec<String> {
    let mut lines = Vec::new();
    for (number, runs) in &map.domains {
        lines.push(format!("memory map of the {}", name(*number, cores)));
        lines.extend(runs.iter().map(line));
    }
    lines.push("memory map of the kernel".to_owned());
    lines.extend(map.kernel.iter().map(line));
    lines
}

fn line(run: &Run) -> String {
    let end = run.va.wrapping_add(run.pages * PAGE_SIZE - 1);
    format!(
        "  {:#010x}..{end:#010x} {} ring {} {:>3} page{} at {:#010x} {}",
        run.va,
        rights(run.rights),
        run.ring,
        run.pages,
        if run.pages == 1 { " " } else { "s" },
        run.pa,
        part(run),
    )
    .trim_end()
    .to_owned()
}

/// What the run is, by its addresses.
fn part(run: &Run) -> &'static str {
    let first = Page {
        va: run.va,
        pa: run.pa,
        rights: run.rights,
        ring: run.ring,
    };
    if run.ring != 2 {
        return match run.pa {
            pa if PAGE_POOL.contains(pa, 1) => "pool",
            pa if MANIFEST.contains(pa, 1) => "manifest",
            _ => "",
        };
    }
    if is_module(&first) {
        return match run.rights & (WRITE | EXECUTE) {
            EXECUTE => "module text",
            0 => "module constants",
            _ => "module data",
        };
    }
    match run.va.wrapping_add(USER_DISTANCE) {
        at if FW_REGISTERS.contains(at, 1) => "firmware registers",
        at if INBOX.contains(at, 1) => "inbox",
        _ => "heap, stacks, partitions",
    }
}

/// `rwxu`, with `-` for what is not there; `u` for past the cache.
pub(super) fn rights(bits: u32) -> String {
    let mut text: String = [(READ, 'r'), (WRITE, 'w'), (EXECUTE, 'x')]
        .into_iter()
        .map(|(bit, letter)| if bits & bit == 0 { '-' } else { letter })
        .collect();
    if bits & UNCACHED != 0 {
        text.pop();
        text.push('u');
    }
    text
}

/// A page, for failures.
pub(super) fn page(page: &Page) -> String {
    format!(
        "{} ring {} at {:#010x}",
        rights(page.rights),
        page.ring,
        page.pa
    )
}

#[cfg(test)]
mod tests {
    use super::super::tests::module_map;
    use super::*;

    #[test]
    fn a_map_is_drawn_domain_by_domain() {
        let lines = draw(&module_map(), 2);
        assert_eq!(
            lines[..3],
            [
                "memory map of the audio domain of core 0",
                "  0x60030000..0x60031fff r-x ring 2   2 pages at 0xa03f0000 module text",
                "  0x60032000..0x60032fff rw- ring 2   1 page  at 0xa03f2000 module data",
            ]
        );
        assert_eq!(
            lines[6..8],
            [
                "memory map of the kernel",
                "  0xa03f0000..0xa03f1fff r-- ring 0   2 pages at 0xa03f0000 pool"
            ]
        );
        assert!(lines[11].contains("0x403f1fff r-u ring 0"), "{}", lines[11]);
    }
}
