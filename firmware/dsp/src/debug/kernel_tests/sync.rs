//! Event flags and message slots.

use acelab_user::{Deadline, Event, Object, Slot, SysError, Wait};

use super::check::{ends_with, fails, same};
use super::sandbox::{Sandbox, launch, threads};
use super::{Env, Outcome, passed};

threads! {
    /// Waits for the flag of its number.
    fn waits_for_flag(board, number) {
        let event = board.object::<Event>(0)?;
        let bits = event.wait(Wait::any(1 << number), Deadline::FOREVER)?;
        board.push(number);
        bits
    }

    fn waits_for_all(board, _) {
        let event = board.object::<Event>(0)?;
        let bits = event.wait(Wait::all(0b111).clearing(), Deadline::FOREVER)?;
        board.push(9);
        bits
    }

    fn sends(board, number) {
        let slot = board.object::<Slot>(0)?;
        slot.send(&[number, number + 1], Deadline::FOREVER)?;
        board.push(number);
        0
    }

    fn receives(board, number) {
        let slot = board.object::<Slot>(0)?;
        let [first, second] = slot.receive::<[u32; 2]>(Deadline::FOREVER)?;
        board.push(number);
        same(second, first + 1)?;
        first
    }
}

/// See the list.
pub fn event_flags(env: &Env) -> Outcome {
    let event = Event::create()?;
    fails(
        event.wait(Wait::any(0), Deadline::NOW),
        SysError::InvalidValue,
    )?;
    event.post(0b0110)?;
    same(event.wait(Wait::any(0b0011), Deadline::NOW)?, 0b0010_u32)?;
    fails(
        event.wait(Wait::all(0b0011), Deadline::NOW),
        SysError::Timeout,
    )?;
    event.post(0b0001)?;
    same(
        event.wait(Wait::all(0b0011).clearing(), Deadline::NOW)?,
        0b0011_u32,
    )?;
    // Only those that ended the wait were cleared.
    same(event.wait(Wait::any(u32::MAX), Deadline::NOW)?, 0b0100_u32)?;
    event.clear(0b0100)?;
    fails(
        event.wait(Wait::any(u32::MAX), Deadline::NOW),
        SysError::Timeout,
    )?;

    // One post wakes everybody whose flags are there, and nobody else.
    let sandbox = Sandbox::new(env)?;
    let board = sandbox.board();
    board.set(0, event.word());
    let objects = [event.any()];
    let zero = launch(&sandbox.builder("zero", waits_for_flag, 0), &objects)?;
    let one = launch(
        &sandbox.builder("one", waits_for_flag, 1).priority(10),
        &objects,
    )?;
    let three = launch(&sandbox.builder("three", waits_for_flag, 3), &objects)?;
    let all = launch(
        &sandbox.builder("all", waits_for_all, 0).priority(20),
        &objects,
    )?;
    sandbox.settle()?;
    event.post(0b0011)?;
    ends_with(*zero, 0b0001)?;
    ends_with(*one, 0b0010)?;
    board.traced(&[1, 0])?;
    fails(all.join(Deadline::NOW), SysError::Timeout)?;
    event.post(0b0100)?;
    ends_with(*all, 0b0111)?;
    fails(three.join(Deadline::NOW), SysError::Timeout)?;
    event.post(0b1000)?;
    ends_with(*three, 0b1000)?;
    same(event.wait(Wait::any(u32::MAX), Deadline::NOW)?, 0b1000_u32)?;
    passed()
}

/// See the list.
pub fn slot_messages(env: &Env) -> Outcome {
    let slot = Slot::create()?;
    fails(slot.receive::<u32>(Deadline::NOW), SysError::Timeout)?;
    slot.send(&[1, 2, 3], Deadline::NOW)?;
    fails(slot.send(&4, Deadline::NOW), SysError::Timeout)?;
    // A message that does not fit stays where it is.
    fails(slot.receive::<u32>(Deadline::NOW), SysError::TooLong)?;
    same(
        slot.receive_words(&mut [0; 16], Deadline::NOW)? as u32,
        12_u32,
    )?;
    fails(slot.send_words(&[0; 17], Deadline::NOW), SysError::TooLong)?;
    slot.send_words(&[], Deadline::NOW)?;
    same(slot.receive_words(&mut [], Deadline::NOW)? as u32, 0_u32)?;
    slot.send(&[7; 16], Deadline::NOW)?;
    same(slot.receive::<[u32; 16]>(Deadline::NOW)?[15], 7_u32)?;

    let sandbox = Sandbox::new(env)?;
    let board = sandbox.board();
    board.set(0, slot.word());
    let objects = [slot.any()];
    // Who waits to send is served by urgency, and so is who waits to receive.
    let full = launch(&sandbox.builder("full", sends, 1), &objects)?;
    sandbox.settle()?;
    let low = launch(&sandbox.builder("low", sends, 30).priority(30), &objects)?;
    sandbox.settle()?;
    let high = launch(&sandbox.builder("high", sends, 10).priority(10), &objects)?;
    sandbox.settle()?;
    board.traced(&[1])?;
    for number in [1_u32, 10, 30] {
        same(
            slot.receive::<[u32; 2]>(Deadline::after_millis(1))?[0],
            number,
        )?;
    }
    for thread in [&full, &low, &high] {
        ends_with(**thread, 0)?;
    }
    board.traced(&[1, 10, 30])?;
    drop((full, low, high));

    board.clear_trace();
    let low = launch(&sandbox.builder("low", receives, 30).priority(30), &objects)?;
    sandbox.settle()?;
    let high = launch(
        &sandbox.builder("high", receives, 10).priority(10),
        &objects,
    )?;
    sandbox.settle()?;
    slot.send(&[100, 101], Deadline::NOW)?;
    slot.send(&[200, 201], Deadline::after_millis(1))?;
    ends_with(*high, 100)?;
    ends_with(*low, 200)?;
    board.traced(&[10, 30])?;
    passed()
}

/// See the list.
pub fn slot_handover(env: &Env) -> Outcome {
    let sandbox = Sandbox::new(env)?;
    let board = sandbox.board();
    let slot = Slot::create()?;
    board.set(0, slot.word());
    let objects = [slot.any()];
    let low = launch(&sandbox.builder("low", receives, 20).priority(20), &objects)?;
    sandbox.settle()?;
    // The message is for the one that waits, but it has not taken it yet when
    // the more urgent one comes with the next.
    slot.send(&[1, 2], Deadline::NOW)?;
    let high = launch(&sandbox.builder("high", sends, 10).priority(10), &objects)?;
    ends_with(*low, 1)?;
    ends_with(*high, 0)?;
    board.traced(&[10, 20])?;
    same(slot.receive::<[u32; 2]>(Deadline::NOW)?[0], 10_u32)?;
    passed()
}
