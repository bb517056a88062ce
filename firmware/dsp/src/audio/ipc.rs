//! The thread `ipc_user<n>`: the host's commands for this core, one after another.

use acelab_abi::ipc4::Status;
use acelab_ipc4::user::Executor;
use acelab_ipc4::{Answer, Command};
use acelab_user::heap::HeapBox;
use acelab_user::{Deadline, SysError};

use super::guest;
use super::local::Local;
use super::start::Start;

/// Exit code of a thread that does not find what it needs.
const LOST: u32 = 1;

/// Words that ask the thread to end. They are no command: sequence numbers begin
/// at 1.
pub const END: [u32; Command::WORDS] = [0; Command::WORDS];

/// The thread. Its argument is the address of the shared page.
pub extern "C" fn run(argument: u32) -> u32 {
    let Some(start) = Start::of(argument) else {
        return LOST;
    };
    if !guest::guard() {
        return LOST;
    }
    let Ok(local) = HeapBox::new(Local::new(&start)) else {
        return LOST;
    };
    match work(&start, &local) {
        Ok(()) => 0,
        Err(_) => LOST,
    }
}

fn work(start: &Start, local: &HeapBox<Local>) -> Result<(), SysError> {
    let address = (&raw const **local).expose_provenance() as u32;
    start.objects.engine.send(&address, Deadline::FOREVER)?;
    start.objects.ready.give()?;
    serve(start, local)?;
    local.engine().clear();
    local.system.end();
    // The LL thread uses nothing of it any more.
    start.objects.ready.take(Deadline::FOREVER)
}

fn serve(start: &Start, local: &Local) -> Result<(), SysError> {
    let mut executor = Executor::new(&local.system, &local.lock, start.inbox(), start.reply());
    loop {
        let words: [u32; Command::WORDS] = start.objects.commands.receive(Deadline::FOREVER)?;
        if words == END {
            return Ok(());
        }
        let answer = match Command::from_words(words) {
            Some(command) => {
                #[cfg(feature = "debug-ipc")]
                super::disturb::command(start, local, &command);
                executor.execute(&command)
            }
            // The kernel sends none of this kind.
            None => Answer {
                sequence: words[0],
                status: Status::Failure,
                extension: words[2],
                payload: 0,
            },
        };
        start
            .objects
            .answers
            .send(&answer.to_words(), Deadline::FOREVER)?;
    }
}
