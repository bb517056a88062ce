//! A buffer that is taken away while its thread waits.

use acelab_abi::syscall::{Argument, Buffer, FOREVER, SYSCALLS, SysError, Syscall};
use acelab_ipc4::TestResult;
use acelab_user::{Deadline, Duration, Object, Slot, rights, sleep};

use super::super::check::{Failure, ends_as, ends_with, fails, same};
use super::super::hostile::{Address, Arena, Call, Neighbours, Page, Which};
use super::super::{Env, Outcome};

/// Time in which a thread comes to its wait.
const SETTLED: Duration = Duration::from_micros(200);
/// Bytes of the message.
const BYTES: u32 = 8;

/// See the list.
pub fn unmapped_while_waiting(env: &Env) -> Outcome {
    let arena = Arena::new(env)?;
    let neighbours = Neighbours::start(&arena, Which::Everywhere)?;
    let mut calls = 0_u32;
    for call in SYSCALLS {
        let buffer = |argument: &&(&str, Argument)| {
            matches!(
                argument.1,
                Argument::In(Buffer::Bytes(_)) | Argument::Out(Buffer::Bytes(_))
            )
        };
        if !call.errors.contains(&SysError::Timeout) || !call.args.iter().any(|a| buffer(&a)) {
            continue;
        }
        calls += 1;
        match call.syscall {
            Syscall::SlotReceive => {
                receiver(&arena, false)?;
                receiver(&arena, true)?;
            }
            Syscall::SlotSend => sender(&arena)?,
            // A call that waits with a buffer, and is not tried here.
            other => same(other.number(), u32::MAX)?,
        }
        neighbours.ping()?;
    }
    neighbours.stop()?;
    Ok(TestResult::new(&[calls]))
}

fn args(slot: Slot, page: &Page) -> [Address; 5] {
    let forever = [FOREVER as u32, (FOREVER >> 32) as u32];
    [slot.word(), page.user(), BYTES, forever[0], forever[1]].map(Address::Fixed)
}

/// The receiver is stopped, the sender is not, and the message is not lost.
fn receiver(arena: &Arena, becomes_read_only: bool) -> Result<(), Failure> {
    let page = Page::attached(1, arena.domain(), rights::WRITE)?;
    let slot = Slot::create()?;
    let number = Syscall::SlotReceive.number();
    let call = Call::system(number, args(*slot, &page));
    let thread = arena.launch(&call, &[slot.any()])?;
    sleep(SETTLED)?;
    fails(thread.join(Deadline::NOW), SysError::Timeout)?;
    arena.domain().detach(page.partition())?;
    if becomes_read_only {
        arena.domain().attach(page.partition(), rights::READ)?;
    }
    let message = [0x1234_5678, 0x9ABC_DEF0];
    slot.send(&message, Deadline::NOW)?;
    ends_as(*thread, acelab_user::ExitReason::BadPointer, number)?;
    same(page.get(0), 0_u32)?;
    let kept = slot.receive::<[u32; 2]>(Deadline::NOW)?;
    same(kept[0], message[0])?;
    same(kept[1], message[1])?;
    if becomes_read_only {
        arena.domain().detach(page.partition())?;
    }
    Ok(())
}

/// What a sender sends was taken when it began to wait.
fn sender(arena: &Arena) -> Result<(), Failure> {
    let page = Page::attached(1, arena.domain(), rights::WRITE)?;
    page.set(0, 7);
    page.set(1, 8);
    let slot = Slot::create()?;
    slot.send(&[1, 2], Deadline::NOW)?;
    let call = Call::system(Syscall::SlotSend.number(), args(*slot, &page));
    let thread = arena.launch(&call, &[slot.any()])?;
    sleep(SETTLED)?;
    fails(thread.join(Deadline::NOW), SysError::Timeout)?;
    arena.domain().detach(page.partition())?;
    for expected in [[1_u32, 2], [7, 8]] {
        let came = slot.receive::<[u32; 2]>(Deadline::NOW)?;
        same(came[0], expected[0])?;
        same(came[1], expected[1])?;
    }
    ends_with(*thread, 0)?;
    Ok(())
}
