//! A lab to be killed: boots a guest that never ends, prints the machine's
//! process id, and then leaves the machine running (`running`) or standing
//! (`standing`) for ever.

use std::io::Write as _;

use acelab_abi::clock::Nanos;
use acelab_machine_tests::{Setup, workload};

fn main() {
    let mode = std::env::args().nth(1);
    let mut run = Setup::cores(2).boot(workload::endless());
    println!("{}", run.child().id());
    std::io::stdout().flush().expect("somebody listens");
    match mode.as_deref() {
        Some("running") => drop(run.until(Nanos(u64::MAX))),
        _ => loop {
            std::thread::park();
        },
    }
}
