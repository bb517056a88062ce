//! Whether the list of areas keeps the rules of the kernel's memory.

use acelab_abi::memory::{PAGE_POOL, PAGE_SIZE, Region};

use super::kernel_map::{Area, KernelLayout, KernelTable, WIRED};

/// What is wrong with a list of areas.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MapError {
    /// An area does not begin and end with a page.
    Unaligned(Area),
    /// An area is not wholly in one of the two tables.
    Outside(Area),
    /// An area is cached in the uncached window or the other way round.
    WrongView(Area),
    /// Two areas have an address in common.
    Overlap(Area, Area),
    /// Two areas map the same memory, and it is not that of the pool: what is
    /// cached must not be reached past the cache.
    Alias(Area, Area),
    /// An area lets somebody execute; only the text is executed, and a fixed
    /// entry of the TLB maps that.
    Executable(Area),
    /// An area maps memory or has addresses of what fixed entries map: text,
    /// without the right to write, or the library store.
    Wired(Area),
}

impl KernelLayout {
    /// Checks the areas, which the linker script has a part in: all in one of
    /// the windows, apart from each other, no memory in two views but the pool,
    /// nothing executable, and what is wired in none of them.
    ///
    /// # Errors
    /// The first rule that is broken.
    pub fn check(&self) -> Result<(), MapError> {
        check(self.areas())
    }
}

fn check(areas: impl Iterator<Item = Area> + Clone) -> Result<(), MapError> {
    for (number, this) in areas.clone().enumerate() {
        check_one(this)?;
        for other in areas.clone().take(number) {
            if meet(this.va, other.va) {
                return Err(MapError::Overlap(other, this));
            }
            let both_pool = [this, other]
                .iter()
                .all(|area| PAGE_POOL.contains(area.pa, area.va.size));
            if meet(this.memory(), other.memory()) && !both_pool {
                return Err(MapError::Alias(other, this));
            }
        }
    }
    Ok(())
}

fn check_one(area: Area) -> Result<(), MapError> {
    if [area.va.base, area.pa, area.va.size]
        .iter()
        .any(|address| !address.is_multiple_of(PAGE_SIZE))
    {
        return Err(MapError::Unaligned(area));
    }
    let cached = KernelTable::Cached.window();
    let inside = |window: Region| window.contains(area.va.base, area.va.size);
    if !inside(cached) && !inside(KernelTable::Uncached.window()) {
        return Err(MapError::Outside(area));
    }
    if inside(cached) == area.rights.uncached() {
        return Err(MapError::WrongView(area));
    }
    if area.rights.executable() {
        return Err(MapError::Executable(area));
    }
    if WIRED
        .iter()
        .any(|wired| meet(area.va, wired.va) || meet(area.memory(), wired.memory()))
    {
        return Err(MapError::Wired(area));
    }
    Ok(())
}

/// Whether two ranges have an address in common.
fn meet(one: Region, other: Region) -> bool {
    one.size > 0 && other.size > 0 && one.base < other.end() && other.base < one.end()
}

#[cfg(test)]
mod tests {
    use acelab_abi::memory::{LIBRARY_STORE, TEXT_AREA};

    use super::super::rights::{Rights, Ring};
    use super::super::tests::fake::LAYOUT;
    use super::*;

    /// What the check says of the layout with one area more.
    fn planted(area: Area) -> Result<(), MapError> {
        check(
            LAYOUT
                .areas()
                .chain([area])
                .collect::<std::vec::Vec<_>>()
                .into_iter(),
        )
    }

    /// One page of the hole before the stacks, which no area has.
    const FREE: Area = Area {
        va: Region::new(0xA003_C000, PAGE_SIZE),
        pa: 0xA003_C000,
        ring: Ring::Kernel,
        rights: Rights::ReadWrite,
    };

    #[test]
    fn the_layout_of_the_image_keeps_the_rules() {
        assert_eq!(LAYOUT.check(), Ok(()));
        assert_eq!(planted(FREE), Ok(()));
    }

    #[test]
    fn an_area_that_breaks_a_rule_is_found() {
        let at = |va, pa| Area {
            va: Region::new(va, PAGE_SIZE),
            pa,
            ..FREE
        };
        let area = Area {
            rights: Rights::ReadExecute,
            ..FREE
        };
        assert_eq!(planted(area), Err(MapError::Executable(area)));
        let area = Area {
            rights: Rights::UncachedRead,
            ..FREE
        };
        assert_eq!(planted(area), Err(MapError::WrongView(area)));
        let area = Area {
            va: FREE.va.uncached(),
            ..FREE
        };
        assert_eq!(planted(area), Err(MapError::WrongView(area)));
        let area = at(FREE.va.base, FREE.pa + 4);
        assert_eq!(planted(area), Err(MapError::Unaligned(area)));
        let area = Area {
            va: Region::new(FREE.va.base, 1),
            ..FREE
        };
        assert_eq!(planted(area), Err(MapError::Unaligned(area)));
        let area = at(PAGE_POOL.end(), FREE.pa);
        assert_eq!(planted(area), Err(MapError::Outside(area)));
        let area = Area {
            va: Region::new(FREE.va.base, PAGE_POOL.end() - FREE.va.base + PAGE_SIZE),
            ..FREE
        };
        assert_eq!(planted(area), Err(MapError::Outside(area)));
    }

    #[test]
    fn the_library_store_is_in_no_area() {
        for (pa, rights) in [
            (LIBRARY_STORE.base, Rights::ReadWrite),
            (LIBRARY_STORE.end() - PAGE_SIZE, Rights::Read),
        ] {
            let area = Area { pa, rights, ..FREE };
            assert_eq!(planted(area), Err(MapError::Wired(area)));
        }
    }

    #[test]
    fn the_text_is_in_no_area() {
        let last = TEXT_AREA.end() - PAGE_SIZE;
        let area = Area {
            va: Region::new(last, PAGE_SIZE),
            ..FREE
        };
        assert_eq!(planted(area), Err(MapError::Wired(area)));
        for rights in [Rights::ReadWrite, Rights::Read] {
            let area = Area {
                pa: last,
                rights,
                ..FREE
            };
            assert_eq!(planted(area), Err(MapError::Wired(area)));
        }
        let area = Area {
            va: FREE.va.uncached(),
            pa: TEXT_AREA.base,
            ring: Ring::Kernel,
            rights: Rights::UncachedReadWrite,
        };
        assert_eq!(planted(area), Err(MapError::Wired(area)));
    }

    #[test]
    fn areas_do_not_meet_but_in_the_pool() {
        for area in LAYOUT.areas().filter(|area| area.va.size > 0) {
            let page = Area {
                va: Region::new(area.va.end() - PAGE_SIZE, PAGE_SIZE),
                pa: FREE.pa,
                ..area
            };
            assert_eq!(planted(page), Err(MapError::Overlap(area, page)));
            let alias = Area {
                pa: area.pa,
                ..FREE
            };
            let alias_of_pool = PAGE_POOL.contains(area.pa, 1);
            assert_eq!(planted(alias).is_ok(), alias_of_pool, "{area:?}");
        }
    }
}
