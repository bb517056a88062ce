//! What holds of every page, whatever is loaded.

use std::collections::BTreeMap;

use acelab_abi::memory::{
    FW_REGISTERS, INBOX, LP_SRAM, MANIFEST, PAGE_POOL, PAGE_SIZE, USER_DISTANCE,
    USER_UNCACHED_DISTANCE, is_uncached, to_cached, to_uncached,
};
use acelab_abi::syscall::rights::{EXECUTE, READ, UNCACHED, WRITE};

use super::draw::{page, rights};
use super::{Finding, MemoryMap, Page, is_module, pages};

/// How a page of the pool is used by domains.
#[derive(Default)]
struct Use {
    /// As a part of a module: address, rights, and in how many domains.
    module: Option<(u32, u32, u32)>,
    /// As anything else.
    other: bool,
}

/// Checks every page of every table.
pub(super) fn check(map: &MemoryMap) -> Vec<Finding> {
    let mut findings: Vec<Finding> = pages(&map.kernel)
        .filter_map(|page| kernel(&page).map(|expected| found("kernel", &page, &expected)))
        .collect();
    let kernel: BTreeMap<u32, u32> = pages(&map.kernel)
        .map(|page| (page.va, page.rights))
        .collect();
    let mut uses: BTreeMap<u32, Use> = BTreeMap::new();
    for (number, runs) in &map.domains {
        let who = format!("domain {number}");
        for page in pages(runs) {
            let broken = if is_module(&page) {
                module(&page, &kernel).or_else(|| shared(&page, uses.entry(page.pa).or_default()))
            } else {
                uses.entry(page.pa).or_default().other = true;
                user(&page)
            };
            findings.extend(broken.map(|expected| found(&who, &page, &expected)));
        }
    }
    for (pa, used) in uses {
        if let (Some((va, ..)), true) = (used.module, used.other) {
            findings.push(Finding {
                what: format!("page {pa:#010x}"),
                expected: format!("a module's at {va:#010x}, and nothing else"),
                came: "a heap, stack or partition of a domain as well".to_owned(),
            });
        }
    }
    findings
}

fn found(who: &str, at: &Page, expected: &str) -> Finding {
    Finding {
        what: format!("{who} at {:#010x}", at.va),
        expected: expected.to_owned(),
        came: page(at),
    }
}

/// What is wrong with a page of the kernel.
fn kernel(page: &Page) -> Option<String> {
    let here = to_cached(page.va);
    let manifest = LP_SRAM
        .end()
        .wrapping_add(page.pa.wrapping_sub(MANIFEST.base));
    if page.rights & EXECUTE != 0 {
        return Some("nothing that the kernel executes, but the text".to_owned());
    }
    if page.pa != here && here != manifest {
        return Some(format!("the memory at {here:#010x}"));
    }
    if is_uncached(page.va) != (page.rights & UNCACHED != 0) {
        return Some("through the view of its address".to_owned());
    }
    match page.ring {
        0 => None,
        3 if page.rights & WRITE == 0 => None,
        _ => Some("ring 0, or constants for everybody".to_owned()),
    }
}

/// What is wrong with a page in the module window.
fn module(page: &Page, kernel: &BTreeMap<u32, u32>) -> Option<String> {
    if page.ring != 2 {
        return Some("ring 2".to_owned());
    }
    if !PAGE_POOL.contains(page.pa, PAGE_SIZE) {
        return Some("a page of the pool".to_owned());
    }
    let of_kernel = match page.rights {
        rights if rights == READ | EXECUTE || rights == READ => READ,
        rights if rights == READ | WRITE => READ | WRITE,
        _ => return Some("r-x, r-- or rw-, through the cache".to_owned()),
    };
    let views = [
        (page.pa, of_kernel),
        (to_uncached(page.pa), of_kernel | UNCACHED),
    ];
    views.into_iter().find_map(|(va, expected)| {
        let has = kernel.get(&va).copied();
        (has != Some(expected)).then(|| {
            let has = has.map_or_else(|| "nothing".to_owned(), rights);
            format!("{} for the kernel, not {has}", rights(expected))
        })
    })
}

/// What is wrong with the way in which domains share a page of a module.
fn shared(page: &Page, used: &mut Use) -> Option<String> {
    match &mut used.module {
        None => {
            used.module = Some((page.va, page.rights, 1));
            None
        }
        Some((va, rights, domains)) => {
            *domains += 1;
            if page.rights & WRITE != 0 || *rights & WRITE != 0 {
                Some("data that no other domain has".to_owned())
            } else if (*va, *rights) != (page.va, page.rights) {
                Some(format!("as in another domain, at {va:#010x}"))
            } else {
                None
            }
        }
    }
}

/// What is wrong with any other page of a domain.
fn user(page: &Page) -> Option<String> {
    if page.ring != 2 {
        return Some("ring 2".to_owned());
    }
    if page.rights & EXECUTE != 0 {
        return Some("nothing to execute, but modules".to_owned());
    }
    let uncached = page.rights & UNCACHED != 0;
    let linear = page.va.wrapping_add(USER_DISTANCE);
    if FW_REGISTERS.contains(linear, PAGE_SIZE) {
        let good = page.pa == linear && page.rights == READ | WRITE | UNCACHED;
        return (!good).then(|| "the firmware registers, rwu".to_owned());
    }
    if INBOX.contains(linear, PAGE_SIZE) {
        let good = page.pa == linear && page.rights == READ | UNCACHED;
        return (!good).then(|| "the inbox, r-u".to_owned());
    }
    let place = if uncached {
        linear.wrapping_add(USER_UNCACHED_DISTANCE)
    } else {
        linear
    };
    let good = page.pa == place && PAGE_POOL.contains(page.pa, PAGE_SIZE);
    (!good).then(|| "the page of the pool that belongs there".to_owned())
}

#[cfg(test)]
mod tests {
    use acelab_abi::memory_map::Run;

    use super::super::tests::{module_map, run};
    use super::*;

    type Change = fn(&mut MemoryMap);

    fn broken(change: impl FnOnce(&mut MemoryMap)) -> Vec<String> {
        let mut map = module_map();
        change(&mut map);
        check(&map)
            .into_iter()
            .map(|finding| format!("{}: {}", finding.what, finding.expected))
            .collect()
    }

    fn add(map: &mut MemoryMap, domain: usize, run: Run) {
        map.domains[domain].1.push(run);
    }

    #[test]
    fn a_good_map_breaks_no_rule() {
        assert_eq!(broken(|_| ()), Vec::<String>::new());
    }

    #[test]
    fn every_broken_rule_is_told() {
        let cases: [(&str, Change); 14] = [
            ("kernel at 0xa0030000: nothing that", |map| {
                map.kernel
                    .push(run(0xA003_0000, 0xA003_0000, READ | EXECUTE, 3));
            }),
            ("kernel at 0xa0030000: the memory at", |map| {
                map.kernel.push(run(0xA003_0000, 0xA003_1000, READ, 3));
            }),
            ("kernel at 0xa0030000: through the view", |map| {
                map.kernel
                    .push(run(0xA003_0000, 0xA003_0000, READ | UNCACHED, 0));
            }),
            ("kernel at 0xa0030000: ring 0", |map| {
                map.kernel
                    .push(run(0xA003_0000, 0xA003_0000, READ | WRITE, 3));
            }),
            ("domain 0 at 0x60080000: r-x, r-- or rw-", |map| {
                add(
                    map,
                    0,
                    run(0x6008_0000, 0xA03E_0000, READ | WRITE | EXECUTE, 2),
                );
            }),
            ("domain 0 at 0x60080000: ring 2", |map| {
                add(map, 0, run(0x6008_0000, 0xA03E_0000, READ | WRITE, 3));
            }),
            ("domain 0 at 0x60080000: a page of the pool", |map| {
                add(map, 0, run(0x6008_0000, 0xA003_0000, READ | WRITE, 2));
            }),
            (
                "domain 0 at 0x60080000: r-- for the kernel, not rw-",
                |map| {
                    add(map, 0, run(0x6008_0000, 0xA03E_0000, READ, 2));
                },
            ),
            ("domain 1 at 0x60032000: data that no other", |map| {
                map.domains[1].1[1].pa = 0xA03F_2000;
            }),
            ("domain 1 at 0x60031000: as in another domain", |map| {
                map.domains[1].1[0].va += PAGE_SIZE;
            }),
            ("page 0xa03f2000: a module's", |map| {
                add(map, 1, run(0x603F_2000, 0xA03F_2000, READ, 2));
            }),
            ("domain 0 at 0x60200000: nothing to execute", |map| {
                add(map, 0, run(0x6020_0000, 0xA020_0000, READ | EXECUTE, 2));
            }),
            ("domain 0 at 0x60200000: the page of the pool", |map| {
                add(map, 0, run(0x6020_0000, 0xA120_0000, READ, 2));
            }),
            ("domain 0 at 0x60026000: the inbox", |map| {
                add(
                    map,
                    0,
                    run(0x6002_6000, 0xA002_6000, READ | WRITE | UNCACHED, 2),
                );
            }),
        ];
        for (expected, change) in cases {
            let findings = broken(change);
            assert!(
                findings.iter().any(|finding| finding.starts_with(expected)),
                "{expected}: {findings:?}"
            );
        }
    }
}
