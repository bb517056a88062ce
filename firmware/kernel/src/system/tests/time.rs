//! Timers and deadlines.

use acelab_abi::core_id::CoreId;
use acelab_abi::syscall::{FOREVER, SysError, Syscall};
use proptest::prelude::*;

use super::world::{NEVER, World, at};
use crate::sync::Timer;

const C0: CoreId = CoreId::ALL[0];

fn start(world: &mut World, timer: u32, first: u64, period: u32) {
    let [low, high] = at(first);
    world.ok(world.root, Syscall::TimerStart, &[timer, low, high, period]);
}

#[test]
fn a_periodic_timer_does_not_drift_and_loses_nothing() {
    let mut world = World::new(1);
    let thread = world.kernel_thread(C0, 5);
    let timer = world.create(world.root, Syscall::TimerCreate, &[]);
    let wait = [timer, NEVER[0], NEVER[1]];
    let idle = world.answer(thread, Syscall::TimerWait, &wait);
    assert_eq!(idle, Err(SysError::BadState));
    start(&mut world, timer, 1100, 10);
    world.block(thread, Syscall::TimerWait, &wait);
    assert_eq!(world.kernel.next_deadline(), Some(1100));
    // The interrupt is late, by less than a period.
    world.advance(1107);
    assert_eq!(world.woken(thread), Ok([1, 0]));
    // Nobody waits: nobody is interrupted, nothing is lost.
    assert_eq!(world.kernel.next_deadline(), None);
    world.port.now = 1145;
    assert_eq!(world.ok(thread, Syscall::TimerWait, &wait), [4, 0]);
    world.block(thread, Syscall::TimerWait, &wait);
    assert_eq!(world.kernel.next_deadline(), Some(1150));
    // A long time in one go.
    world.advance(1_000_000_000_001);
    assert_eq!(world.woken(thread), Ok([u32::MAX, 0]));
    world.block(thread, Syscall::TimerWait, &wait);
    assert_eq!(world.kernel.next_deadline(), Some(1_000_000_000_010));
}

#[test]
fn a_timer_expires_once_even_if_its_time_is_past() {
    let mut world = World::new(1);
    let thread = world.kernel_thread(C0, 5);
    let timer = world.create(world.root, Syscall::TimerCreate, &[]);
    let wait = [timer, NEVER[0], NEVER[1]];
    start(&mut world, timer, 3, 0);
    assert_eq!(world.ok(thread, Syscall::TimerWait, &wait), [1, 0]);
    let again = world.answer(thread, Syscall::TimerWait, &wait);
    assert_eq!(again, Err(SysError::BadState));
    start(&mut world, timer, FOREVER, 1);
    world.block(thread, Syscall::TimerWait, &wait);
    assert_eq!(world.kernel.next_deadline(), None);
    // Started anew under a thread that waits.
    start(&mut world, timer, 1, 0);
    assert_eq!(world.kernel.next_deadline(), Some(1));
    world.advance(1001);
    assert_eq!(world.woken(thread), Ok([1, 0]));
}

#[test]
fn everybody_gets_the_expiry_and_a_stop_ends_the_wait() {
    let mut world = World::new(1);
    let threads = [5, 6, 5].map(|priority| world.kernel_thread(C0, priority));
    let timer = world.create(world.root, Syscall::TimerCreate, &[]);
    start(&mut world, timer, 2000, 100);
    for thread in threads {
        world.block(thread, Syscall::TimerWait, &[timer, NEVER[0], NEVER[1]]);
    }
    world.advance(2150);
    for thread in threads {
        assert_eq!(world.woken(thread), Ok([2, 0]));
        world.block(thread, Syscall::TimerWait, &[timer, 2199, 0]);
    }
    world.ok(world.root, Syscall::TimerStop, &[timer]);
    for thread in threads {
        assert_eq!(world.woken(thread), Err(SysError::BadState));
    }
    assert_eq!(world.kernel.next_deadline(), None);
}

#[test]
fn the_wait_for_a_timer_has_a_deadline_too() {
    let mut world = World::new(1);
    let thread = world.kernel_thread(C0, 5);
    let timer = world.create(world.root, Syscall::TimerCreate, &[]);
    start(&mut world, timer, 2000, 0);
    world.block(thread, Syscall::TimerWait, &[timer, 1500, 0]);
    world.advance(1500);
    assert_eq!(world.woken(thread), Err(SysError::Timeout));
    world.advance(2000);
    assert_eq!(world.kernel.next_deadline(), None);
    assert_eq!(world.ok(thread, Syscall::TimerWait, &[timer, 0, 0]), [1, 0]);
}

#[test]
fn deadlines_of_one_time_end_in_the_order_of_their_waits() {
    let mut world = World::new(1);
    let threads = [9, 9, 9].map(|priority| world.kernel_thread(C0, priority));
    let order = [threads[2], threads[0], threads[1]];
    for thread in order {
        world.block(thread, Syscall::ThreadSleep, &at(5000));
    }
    world.advance(6000);
    assert_eq!(world.queue(C0)[1..], order);
}

proptest! {
    #[test]
    fn a_timer_counts_like_one_that_looks_each_tick(
        first in 0u64..50, period in 0u32..9, looks in prop::collection::vec(0u64..40, 1..12),
    ) {
        let mut timer = Timer { next: Some(first), period, ..Timer::NEW };
        let mut now = 0;
        for step in looks {
            now += step;
            timer.advance(now);
            let expected = match (now.checked_sub(first), u64::from(period)) {
                (None, _) => (0, Some(first)),
                (Some(_), 0) => (1, None),
                (Some(late), period) => {
                    let count = (0..=late).filter(|tick| tick.is_multiple_of(period)).count() as u64;
                    (count, Some(first + count * period))
                }
            };
            prop_assert_eq!((u64::from(timer.expiries), timer.next), expected);
        }
    }

    #[test]
    fn a_timer_stands_any_numbers(first in any::<u64>(), period in any::<u32>(), now in any::<u64>()) {
        let mut timer = Timer { next: Some(first), period, ..Timer::NEW };
        timer.advance(now);
        prop_assert!(timer.next.is_none_or(|next| next > now || next == FOREVER));
    }
}
