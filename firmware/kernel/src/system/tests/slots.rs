//! Message slots.

use acelab_abi::core_id::CoreId;
use acelab_abi::syscall::{ExitReason, SysError, Syscall};

use super::world::{NEVER, World};
use crate::ids::ThreadId;
use crate::system::Resume;
use crate::thread::State;

const C0: CoreId = CoreId::ALL[0];

/// The arguments to send `text` from the caller's own stack.
fn message(world: &mut World, thread: ThreadId, slot: u32, text: &[u8]) -> [u32; 5] {
    let address = world.buffer(thread);
    let len = text.len() as u32;
    world.bytes(thread, address, len).copy_from_slice(text);
    [slot, address, len, NEVER[0], NEVER[1]]
}

fn room(world: &World, thread: ThreadId, slot: u32, len: u32) -> [u32; 5] {
    [slot, world.buffer(thread) + 512, len, NEVER[0], NEVER[1]]
}

fn received(world: &mut World, thread: ThreadId, len: u32) -> &[u8] {
    let address = world.buffer(thread) + 512;
    world.bytes(thread, address, len)
}

struct Three {
    world: World,
    slot: u32,
    a: ThreadId,
    b: ThreadId,
    c: ThreadId,
}

/// Three user threads that may use a slot; none of the kernel's is in the way.
fn three() -> Three {
    let mut world = World::new(1);
    let (_, domain) = world.domain();
    let slot = world.create(world.root, Syscall::SlotCreate, &[]);
    let [a, b, c] = [5, 6, 7].map(|priority| world.user_thread(C0, priority, domain));
    for thread in [a, b, c] {
        world.grant(thread, slot);
    }
    world.block(world.root, Syscall::ThreadSleep, &NEVER);
    Three {
        world,
        slot,
        a,
        b,
        c,
    }
}

#[test]
fn a_message_goes_through_and_the_next_sender_moves_up() {
    let Three {
        mut world,
        slot,
        a,
        b,
        c,
    } = three();
    for (thread, text) in [(a, b"first".as_slice()), (b, b""), (c, b"third")] {
        let args = message(&mut world, thread, slot, text);
        if thread == a {
            world.ok(thread, Syscall::SlotSend, &args);
        } else {
            world.block(thread, Syscall::SlotSend, &args);
        }
    }
    let args = room(&world, a, slot, 64);
    assert_eq!(world.ok(a, Syscall::SlotReceive, &args), [5, 0]);
    assert_eq!(received(&mut world, a, 5), b"first");
    assert_eq!(world.woken(b), Ok([0, 0]));
    assert!(world.is_waiting(c));
    assert_eq!(world.ok(a, Syscall::SlotReceive, &args), [0, 0]);
    assert_eq!(world.ok(a, Syscall::SlotReceive, &args), [5, 0]);
    assert_eq!(received(&mut world, a, 5), b"third");
    world.block(a, Syscall::SlotReceive, &args);
}

#[test]
fn the_message_reaches_a_waiting_receiver_when_it_is_chosen() {
    let Three {
        mut world,
        slot,
        a,
        b,
        c,
    } = three();
    let args = room(&world, a, slot, 8);
    world.block(a, Syscall::SlotReceive, &args);
    let args = message(&mut world, b, slot, b"12345678");
    world.ok(b, Syscall::SlotSend, &args);
    // It is on its way: the slot is not empty, and the message is nobody else's.
    let args = message(&mut world, b, slot, b"next");
    world.block(b, Syscall::SlotSend, &args);
    let args = room(&world, c, slot, 8);
    assert_eq!(
        world.answer(c, Syscall::SlotReceive, &[args[0], args[1], args[2], 0, 0]),
        Err(SysError::Timeout)
    );
    assert_eq!(received(&mut world, a, 8), [0; 8]);
    assert_eq!(world.choose(C0), (a, Resume::Answer([0, 8, 0])));
    assert_eq!(received(&mut world, a, 8), b"12345678");
    assert_eq!(world.woken(b), Ok([0, 0]));
    assert_eq!(world.ok(c, Syscall::SlotReceive, &args), [4, 0]);
}

#[test]
fn a_buffer_that_goes_bad_stops_the_receiver_and_keeps_the_message() {
    let mut world = World::new(1);
    let (handle, domain) = world.domain();
    let root = world.root;
    let slot = world.create(root, Syscall::SlotCreate, &[]);
    let [partition, address] = world.ok(root, Syscall::PartitionCreate, &[1]);
    world.ok(root, Syscall::PartitionAttach, &[handle, partition, 3]);
    let [a, b] = [5, 6].map(|priority| world.user_thread(C0, priority, domain));
    for thread in [a, b] {
        world.grant(thread, slot);
    }
    let event = world.kernel.create_event().unwrap();
    world.kernel.report_to(C0, event, 4).unwrap();
    world.block(
        a,
        Syscall::SlotReceive,
        &[slot, address, 8, NEVER[0], NEVER[1]],
    );
    let args = room(&world, b, slot, 8);
    world.block(b, Syscall::SlotReceive, &args);
    let args = message(&mut world, root, slot, b"kept");
    world.ok(root, Syscall::SlotSend, &args);
    world.ok(root, Syscall::PartitionDetach, &[handle, partition]);
    world.block(root, Syscall::ThreadSleep, &NEVER);
    // A is stopped, and B gets what A could not take.
    assert_eq!(world.choose(C0), (b, Resume::Answer([0, 4, 0])));
    assert_eq!(received(&mut world, b, 4), b"kept");
    let record = world.kernel.thread(a);
    assert_eq!(record.state, State::Stopped);
    assert_eq!(record.fate.reason, ExitReason::BadPointer);
    assert_eq!(record.fate.value, Syscall::SlotReceive.number());
    assert_eq!((record.fate.argument, record.fate.address), (1, address));
    // The work thread of the core is told.
    assert_eq!(world.kernel.next_report(C0), Some(a));
    assert_eq!(
        world.ok(b, Syscall::ThreadYield, &[]),
        [0, 0],
        "life goes on"
    );
    let waiter = world.kernel_thread(C0, 0);
    assert_eq!(
        world.ok(waiter, Syscall::EventWait, &[event, 4, 0, 0, 0]),
        [4, 0]
    );
}

#[test]
fn a_message_that_does_not_fit_stays_for_who_has_room() {
    let Three {
        mut world,
        slot,
        a,
        b,
        c,
    } = three();
    for (thread, len) in [(a, 3), (b, 4)] {
        let args = room(&world, thread, slot, len);
        world.block(thread, Syscall::SlotReceive, &args);
    }
    let args = message(&mut world, c, slot, b"four");
    world.ok(c, Syscall::SlotSend, &args);
    assert_eq!(world.woken(a), Err(SysError::TooLong));
    world.block(a, Syscall::ThreadSleep, &NEVER);
    assert_eq!(world.choose(C0), (b, Resume::Answer([0, 4, 0])));
    // Nobody has to wait for that.
    let args = message(&mut world, c, slot, b"fives");
    world.ok(c, Syscall::SlotSend, &args);
    let args = room(&world, b, slot, 4);
    let answer = world.answer(b, Syscall::SlotReceive, &args);
    assert_eq!(answer, Err(SysError::TooLong));
    let args = room(&world, b, slot, 5);
    assert_eq!(world.ok(b, Syscall::SlotReceive, &args), [5, 0]);
}

#[test]
fn a_receiver_that_is_aborted_on_its_way_leaves_the_message() {
    let Three {
        mut world,
        slot,
        a,
        b,
        c,
    } = three();
    let args = room(&world, a, slot, 8);
    world.block(a, Syscall::SlotReceive, &args);
    let args = message(&mut world, b, slot, b"again");
    world.ok(b, Syscall::SlotSend, &args);
    world
        .kernel
        .stop(&mut world.port, a, crate::system::Fate::aborted());
    world.check();
    let args = room(&world, c, slot, 8);
    assert_eq!(world.ok(c, Syscall::SlotReceive, &args), [5, 0]);
    assert_eq!(received(&mut world, c, 5), b"again");
}

#[test]
fn a_slot_that_is_closed_tells_senders_receivers_and_who_was_to_get_a_message() {
    let Three {
        mut world,
        slot,
        a,
        b,
        c,
    } = three();
    for thread in [a, c] {
        let args = room(&world, thread, slot, 8);
        world.block(thread, Syscall::SlotReceive, &args);
    }
    for text in [b"x", b"y"] {
        let args = message(&mut world, b, slot, text);
        let _ = world.call(b, Syscall::SlotSend, &args);
    }
    assert!(world.is_waiting(b) && world.is_waiting(c));
    world.kernel.close(&mut world.port, slot).unwrap();
    world.check();
    for thread in [a, b, c] {
        assert_eq!(world.woken(thread), Err(SysError::Deleted));
    }
}

#[test]
fn who_is_woken_by_the_delivery_runs_before_the_receiver_if_it_is_more_urgent() {
    let Three {
        mut world,
        slot,
        a,
        b,
        c,
    } = three();
    let args = room(&world, c, slot, 8);
    world.block(c, Syscall::SlotReceive, &args);
    let args = message(&mut world, b, slot, b"one");
    world.ok(b, Syscall::SlotSend, &args);
    let args = message(&mut world, a, slot, b"two");
    world.block(a, Syscall::SlotSend, &args);
    world.block(b, Syscall::ThreadSleep, &NEVER);
    // `c` takes its message, which makes room for that of `a`, the most urgent.
    assert_eq!(world.choose(C0), (a, Resume::Answer([0, 0, 0])));
    world.block(a, Syscall::ThreadSleep, &NEVER);
    assert_eq!(world.choose(C0), (c, Resume::Answer([0, 3, 0])));
    assert_eq!(received(&mut world, c, 3), b"one");
}
