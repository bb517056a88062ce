//! What the thread of a module runs: code of the firmware, with the rights of the
//! module's domain.

use core::ptr::{with_exposed_provenance, with_exposed_provenance_mut};

use acelab_module_abi::Entry;
use acelab_user::Deadline;

use super::exchange::Request;

/// Exit code of a thread that does not find what it needs.
const LOST: u32 = 1;

/// The thread. Its argument is the address of the exchange.
pub extern "C" fn run(argument: u32) -> u32 {
    // SAFETY: the thread is started with the address of its exchange, which is mapped
    // as long as it lives.
    let request = unsafe { Request::at(argument) };
    let Some((work, done)) = request.semaphores() else {
        return LOST;
    };
    while work.take(Deadline::FOREVER).is_ok() {
        let [entry, instance, record] = request.load();
        if entry == 0 {
            let from = with_exposed_provenance::<[u32; _]>(record as usize);
            // SAFETY: ring 0 has said where the table is; where it goes is in the
            // exchange.
            unsafe { request.table_words().write_volatile(from.read()) };
        } else {
            // SAFETY: a word that is not 0 can be an address of a function. What it
            // does, and whether it is one, is the business of this domain.
            let entry = unsafe { core::mem::transmute::<usize, Entry>(entry as usize) };
            let instance = with_exposed_provenance_mut(instance as usize);
            let record = with_exposed_provenance_mut(record as usize);
            // SAFETY: the request is one that `Bounce` has made for this function.
            request.finish(unsafe { entry(instance, record) });
        }
        if done.give().is_err() {
            return LOST;
        }
    }
    0
}
