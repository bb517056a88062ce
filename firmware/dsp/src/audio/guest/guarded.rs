//! Modules that run in the threads of their core: the calls are guarded, and what
//! they allocate is listed.

use core::ffi::c_void;
use core::ptr::{NonNull, with_exposed_provenance_mut};

use acelab_audio::InstanceKey;
use acelab_module_abi::Entry;
use acelab_module_abi::host::{Caller, Fault, Kind, Ledger};
use acelab_module_sdk::CreateError;
use acelab_user::Exit;
use acelab_user::guard::{self, Limit};
use acelab_user::heap::{self, HeapBox};

use super::word;

/// How long a module may compute in a tick: half of it. It is ended 250 µs later at the most,
/// and what is left is for the report and the streams behind it. A tick that was missed is made
/// up for by a call of its own.
const IN_TICK: Limit = Limit::from_micros(500);
/// How long it may compute for a parameter: ticks wait for that.
const WHILE_TICKS_WAIT: Limit = Limit::from_micros(500);
/// How long it may compute for another command, much less than a command may take.
const IN_COMMAND: Limit = Limit::from_micros(10_000);

/// The way to one instance.
pub struct Guarded {
    who: u32,
    ledger: HeapBox<Ledger>,
}

impl Guarded {
    /// For an instance that may have so many bytes.
    pub fn new(key: InstanceKey, heap_bytes: u32) -> Result<Self, CreateError> {
        let ledger = HeapBox::new(Ledger::new(heap_bytes)).map_err(|_| CreateError::Memory)?;
        Ok(Self {
            who: key.word(),
            ledger,
        })
    }
}

impl Caller for Guarded {
    #[inline(always)]
    unsafe fn call(
        &mut self,
        kind: Kind,
        entry: Entry,
        instance: *mut c_void,
        record: *mut c_void,
    ) -> Result<u32, Fault> {
        self.ledger.begin_call();
        let call = guard::Call {
            limit: match kind {
                Kind::Process => IN_TICK,
                Kind::SetConfig | Kind::GetConfig => WHILE_TICKS_WAIT,
                _ => IN_COMMAND,
            },
            who: self.who,
            context: (&raw mut *self.ledger).expose_provenance() as u32,
        };
        // SAFETY: the caller's promise. When the function is stopped, what it was
        // changing is the instance, which is used no more, and its record, whose words
        // may be anything.
        unsafe { guard::call(&call, entry, instance, record) }.map_err(told)
    }
}

/// What the host is told of a call that was ended.
#[cold]
fn told(fault: guard::Fault) -> Fault {
    word::of(Exit {
        reason: fault.reason,
        value: fault.value,
    })
}

impl Drop for Guarded {
    fn drop(&mut self) {
        while let Some(address) = self.ledger.strike_any() {
            if let Some(memory) = NonNull::new(with_exposed_provenance_mut(address as usize)) {
                // SAFETY: the block was given to the instance, which is gone. A block
                // that the kernel does not know is none.
                let _ = unsafe { heap::free(memory) };
            }
        }
    }
}
