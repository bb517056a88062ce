//! The tests model a TLB: a core that has read a valid entry uses the page
//! without asking again, until it flushes. The page is a watched cell: a use of
//! it that no order separates from the requester's own use fails the test.

use loom::cell;
use loom::sync::Arc;
use loom::sync::atomic::AtomicU32 as LoomWord;
use loom::thread;

use super::*;
use crate::smp::{KernelLock, explore};

const ALLOWED: u32 = 1;
const ABSENT: u32 = 0;

const ZERO: CoreId = CoreId::ALL[0];
const ONE: CoreId = CoreId::ALL[1];

struct Memory {
    entry: LoomWord,
    page: cell::UnsafeCell<u32>,
    down: ShootDown<LoomWord>,
    lock: KernelLock<(), LoomWord>,
}

impl Memory {
    fn shared() -> Arc<Self> {
        Arc::new(Self {
            entry: LoomWord::new(ALLOWED),
            page: cell::UnsafeCell::new(0),
            down: ShootDown::over(),
            lock: KernelLock::over(()),
        })
    }

    /// Takes the page away from everybody and uses it for something else.
    fn take_page(&self, me: CoreId, flush: impl FnMut()) {
        self.entry.store(ABSENT, Ordering::Relaxed);
        let asked = self.down.request(me, flush, |_| (), || true);
        assert_eq!(asked, Ok(()));
        // SAFETY: the cell checks its uses itself.
        self.page.with_mut(|page| unsafe { *page += 1 });
    }
}

/// The TLB of a core that looks at the page whenever it can.
struct Tlb<'a> {
    memory: &'a Memory,
    entry: u32,
}

impl<'a> Tlb<'a> {
    fn of(memory: &'a Memory) -> Self {
        Self {
            memory,
            entry: ABSENT,
        }
    }

    fn use_page(&mut self) {
        if self.entry == ABSENT {
            self.entry = self.memory.entry.load(Ordering::Relaxed);
        }
        if self.entry == ALLOWED {
            // SAFETY: as above.
            self.memory.page.with(|page| unsafe { *page });
        }
    }

    /// The old entry may be used until it is gone, and the table read again at
    /// once.
    fn flush(&mut self) {
        self.use_page();
        self.entry = ABSENT;
        self.use_page();
    }
}

#[test]
fn nobody_uses_a_page_after_the_request_is_answered() {
    explore(3, || {
        let memory = Memory::shared();
        memory.down.join(ONE, || ());
        let other = Arc::clone(&memory);
        let other = thread::spawn(move || {
            let mut tlb = Tlb::of(&other);
            tlb.use_page();
            other.down.service(ONE, || tlb.flush());
            tlb.use_page();
            other.down.leave(ONE);
        });
        memory.take_page(ZERO, || ());
        other.join().unwrap();
    });
}

#[test]
fn a_core_that_joins_or_leaves_meanwhile_sees_the_table_or_is_asked() {
    explore(3, || {
        let memory = Memory::shared();
        let other = Arc::clone(&memory);
        let other = thread::spawn(move || {
            for _ in 0..2 {
                let mut tlb = Tlb::of(&other);
                other.down.join(ONE, || tlb.flush());
                tlb.use_page();
                other.down.service(ONE, || tlb.flush());
                other.down.leave(ONE);
            }
        });
        memory.take_page(ZERO, || ());
        other.join().unwrap();
    });
}

#[test]
fn cores_that_ask_each_other_under_the_lock_both_go_on() {
    explore(3, || {
        let memory = Memory::shared();
        memory.down.join(ZERO, || ());
        memory.down.join(ONE, || ());
        let core = |memory: &Memory, me: CoreId| {
            let mut tlb = Tlb::of(memory);
            tlb.use_page();
            let relax = |tlb: &mut Tlb<'_>| {
                memory.down.service(me, || tlb.flush());
            };
            // The watched page shows that the lock separates the two as well.
            memory
                .lock
                .with(me, || relax(&mut tlb), |()| memory.take_page(me, || ()));
            memory
                .lock
                .with(me, || relax(&mut tlb), |()| memory.down.leave(me));
        };
        let other = Arc::clone(&memory);
        let other = thread::spawn(move || core(&other, ONE));
        core(&memory, ZERO);
        other.join().unwrap();
    });
}

#[test]
fn cores_that_ask_each_other_without_a_lock_both_go_on() {
    explore(3, || {
        let memory = Memory::shared();
        memory.down.join(ZERO, || ());
        memory.down.join(ONE, || ());
        let core = |memory: &Memory, me: CoreId| {
            let asked = memory.down.request(me, || (), |_| (), || true);
            assert_eq!(asked, Ok(()));
            memory.down.leave(me);
        };
        let other = Arc::clone(&memory);
        let other = thread::spawn(move || core(&other, ONE));
        core(&memory, ZERO);
        other.join().unwrap();
    });
}

#[test]
fn the_core_that_does_not_answer_is_named() {
    let down = ShootDown::new();
    let [zero, one, two, ..] = CoreId::ALL;
    down.join(zero, || ());
    down.join(one, || ());
    down.join(two, || ());
    let mut rung = std::vec::Vec::new();
    let mut turns = 5;
    let asked = down.request(
        zero,
        || (),
        |core| {
            rung.push(core);
            if core == one {
                down.service(one, || ());
            }
        },
        || {
            turns -= 1;
            turns > 0
        },
    );
    assert_eq!(asked, Err(NoAnswer(two)));
    assert_eq!(rung, [one, two]);
    assert!(down.service(two, || ()));
    assert!(!down.service(two, || panic!("there is no request")));
    assert_eq!(down.members(), 0b111);
}

#[test]
fn numbers_wrap() {
    let down = ShootDown::new();
    let [zero, one, ..] = CoreId::ALL;
    let near_the_end = u32::MAX - 1;
    down.requests[1].made.store(near_the_end, Ordering::Relaxed);
    down.join(one, || ());
    for _ in 0..4 {
        let mut flushes = 0;
        let answer = |_| _ = down.service(one, || flushes += 1);
        assert_eq!(down.request(zero, || (), answer, || false), Ok(()));
        assert_eq!(flushes, 1);
    }
}
