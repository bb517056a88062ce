//! The pool against an array of booleans.

use std::vec::Vec;

use proptest::prelude::*;

use super::super::{
    MemoryError, POOL_PAGES, Page, PagePool, PageRun, Placement, Taker, UNCACHED_PAGES,
};
use crate::ids::{RESERVED_STACK_PAGES, RESERVED_UNCACHED_PAGES};

#[derive(Clone, Copy, Debug)]
enum Op {
    Take(usize, Placement, Taker),
    GiveBack(usize),
}

fn op() -> impl Strategy<Value = Op> {
    let placement = prop::sample::select(std::vec![
        Placement::Low,
        Placement::UncachedCapable,
        Placement::High,
    ]);
    let taker = prop::sample::select(std::vec![Taker::Firmware, Taker::User]);
    // Mostly small runs; now and then one that does not fit.
    let pages = prop_oneof![6 => 1..40_usize, 1 => 0..=POOL_PAGES + 1, 1 => Just(usize::MAX)];
    prop_oneof![
        3 => (pages, placement, taker).prop_map(|(pages, placement, taker)| Op::Take(pages, placement, taker)),
        2 => any::<usize>().prop_map(Op::GiveBack),
    ]
}

/// Where a run of free pages starts that `taker` gets, by trying every place.
fn expected(taken: &[bool], pages: usize, placement: Placement, taker: Taker) -> Option<usize> {
    let kept = |page: usize| {
        let low = UNCACHED_PAGES - RESERVED_UNCACHED_PAGES..UNCACHED_PAGES;
        let high = POOL_PAGES - RESERVED_STACK_PAGES..POOL_PAGES;
        taker == Taker::User && (low.contains(&page) || high.contains(&page))
    };
    let end = match placement {
        Placement::UncachedCapable => UNCACHED_PAGES,
        _ => POOL_PAGES,
    };
    let mut fits = (0..end).filter(|&first| {
        pages > 0
            && end - first >= pages
            && !(first..first + pages).any(|page| taken[page] || kept(page))
    });
    match placement {
        Placement::High => fits.next_back(),
        _ => fits.next(),
    }
}

proptest! {
    #[test]
    fn runs_are_the_lowest_or_the_highest_that_are_free(
        ops in prop::collection::vec(op(), 1..60),
    ) {
        let mut pool = PagePool::new();
        let mut taken = [false; POOL_PAGES];
        let mut runs: Vec<PageRun> = Vec::new();
        let mut most = 0;
        for op in ops {
            match op {
                Op::Take(pages, placement, taker) => {
                    let first = expected(&taken, pages, placement, taker);
                    let run = pool.take(pages, placement, taker);
                    let got = run.as_ref().map(|run| run.pages().first().index());
                    prop_assert_eq!(got, first);
                    if let Some(run) = run {
                        prop_assert_eq!(run.pages().into_iter().count(), pages);
                        for page in run.pages() {
                            taken[page.index()] = true;
                        }
                        runs.push(run);
                    }
                }
                Op::GiveBack(index) if !runs.is_empty() => {
                    let run = runs.swap_remove(index % runs.len());
                    for page in run.pages() {
                        taken[page.index()] = false;
                    }
                    pool.give_back(run);
                }
                Op::GiveBack(_) => {}
            }
            let in_use = taken.iter().filter(|&&taken| taken).count();
            most = most.max(in_use);
            prop_assert_eq!(pool.in_use() as usize, in_use);
            prop_assert_eq!(pool.high_water() as usize, most);
            for (index, taken) in taken.iter().enumerate() {
                prop_assert_eq!(pool.is_taken(Page::new(index).unwrap()), *taken);
            }
        }
    }
}

#[test]
fn the_pool_gives_out_its_last_page() {
    let mut pool = PagePool::new();
    let all = pool
        .take(POOL_PAGES, Placement::Low, Taker::Firmware)
        .unwrap();
    for placement in [Placement::Low, Placement::UncachedCapable, Placement::High] {
        assert_eq!(pool.take(1, placement, Taker::Firmware), None);
    }
    pool.give_back(all);
    assert_eq!((pool.in_use(), pool.high_water()), (0, 512));
}

proptest! {
    #[test]
    fn pages_are_zeroed_in_steps_and_only_when_somebody_had_them(
        ops in prop::collection::vec((1..20_usize, any::<bool>()), 1..60), most in 1..5_usize,
    ) {
        let mut pool = PagePool::new();
        // What is in each page: nothing is known of it at first.
        let mut dirty = [true; POOL_PAGES];
        let mut runs: Vec<PageRun> = Vec::new();
        for (pages, give_back) in ops {
            if give_back && !runs.is_empty() {
                let run = runs.swap_remove(pages % runs.len());
                pool.give_back(run);
                continue;
            }
            let run = loop {
                let mut zeroed = 0;
                let taken = pool.take_zeroed(pages, Placement::High, Taker::Firmware, most, |page| {
                    assert!(core::mem::replace(&mut dirty[page.index()], false), "once");
                    zeroed += 1;
                });
                prop_assert!(zeroed <= most);
                match taken {
                    Err(MemoryError::Unfinished) => prop_assert_eq!(zeroed, most),
                    taken => break taken,
                }
            };
            let Ok(run) = run else {
                prop_assert_eq!(run, Err(MemoryError::NoPages));
                continue;
            };
            for page in run.pages() {
                prop_assert!(!dirty[page.index()]);
                dirty[page.index()] = true;
            }
            runs.push(run);
        }
    }
}
