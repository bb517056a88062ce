//! A loaded module as the engine sees it.

use alloc::vec::Vec;
use core::array::from_fn;
use core::cell::RefCell;
use core::ffi::c_void;
use core::ptr::null_mut;

use acelab_abi::ipc4::module_config::MAX_PINS;
use acelab_module_sdk::{
    ConfigError, CreateError, Fragment, Meters, Module, Pin, PrepareError, ProcessError, Sink,
    Source,
};

use super::views::{are_possible, of_sink, of_source};
use super::{Caller, Fault, Kind};
use crate::record::{
    Create, GetConfig, Head, Plain, Prepare, Process, RawPin, SetConfig, TEXT_BYTES, View,
    raw_fragment,
};
use crate::status::{Refusal, Status};
use crate::table::{Entry, ModuleTable, VERSION};

/// The fault of a module that has answered what cannot be: more frames than there
/// were, a size beyond its place, an unknown status.
pub const WRONG_ANSWER: Fault = Fault(0xFA00_0001);

/// Why a table is not used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TableError {
    /// It was made for another interface; the version.
    Version(u32),
    /// It has another size; bytes.
    Size(u32),
    /// A function is missing.
    Function,
}

/// Looks whether a table is one of this interface.
///
/// # Errors
/// It is not.
pub fn check_table(table: &ModuleTable) -> Result<(), TableError> {
    let (major, minor) = (table.version >> 16, table.version & 0xFFFF);
    if major != VERSION >> 16 || minor > VERSION & 0xFFFF {
        return Err(TableError::Version(table.version));
    }
    if table.size as usize != size_of::<ModuleTable>() {
        return Err(TableError::Size(table.size));
    }
    let functions = [
        table.create,
        table.destroy,
        table.prepare,
        table.process,
        table.reset,
        table.set_config,
        table.get_config,
    ];
    if functions.contains(&None) {
        return Err(TableError::Function);
    }
    Ok(())
}

/// An instance of a loaded module. After a fault it is dead: its code is called no
/// more, and each call answers the fault.
pub struct Guest<C: Caller> {
    table: ModuleTable,
    link: RefCell<Link<C>>,
    has_meters: bool,
    meters: Meters,
    /// Views of the inputs, then of the outputs; too large for the stack.
    views: Vec<View>,
    inputs: usize,
}

/// The way to the instance.
struct Link<C> {
    caller: C,
    instance: *mut c_void,
    fault: Option<Fault>,
}

// SAFETY: the address of the instance means nothing here, and that of its views is
// used during a call only; the module itself is `Send`, as the SDK demands.
unsafe impl<C: Caller> Send for Guest<C> {}

impl<C: Caller> core::fmt::Debug for Guest<C> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Guest").finish_non_exhaustive()
    }
}

impl<C: Caller> Link<C> {
    /// Calls a function of a living instance; the refusal, if it refuses.
    ///
    /// # Safety
    /// See [`Caller::call`]; the record starts with a [`Head`].
    unsafe fn call(
        &mut self,
        kind: Kind,
        entry: Option<Entry>,
        record: *mut c_void,
    ) -> Result<Option<Refusal>, Fault> {
        if let Some(fault) = self.fault {
            return Err(fault);
        }
        let entry = entry.ok_or(WRONG_ANSWER)?;
        // SAFETY: the caller's promise.
        let result = unsafe { self.caller.call(kind, entry, self.instance, record) };
        let code = result.map_err(|fault| self.die(fault))?;
        if code == Status::DONE.0 {
            return Ok(None);
        }
        match Status(code).reason() {
            Ok(Some(reason)) => {
                // SAFETY: the caller's promise; the module is done with it.
                let detail = unsafe { (*record.cast::<Head>()).detail };
                Ok(Some(Refusal::new(reason, detail)))
            }
            _ => Err(self.die(WRONG_ANSWER)),
        }
    }

    fn die(&mut self, fault: Fault) -> Fault {
        *self.fault.get_or_insert(fault)
    }
}

impl<C: Caller> Guest<C> {
    /// Makes an instance with up to so many inputs and outputs from the payload of
    /// INIT_INSTANCE.
    ///
    /// # Errors
    /// The module refuses, or was stopped.
    pub fn create(
        table: ModuleTable,
        caller: C,
        (inputs, outputs): (u8, u8),
        payload: &[u8],
    ) -> Result<Self, CreateError> {
        check_table(&table).map_err(|_| CreateError::Value("module table"))?;
        let inputs = usize::from(inputs).min(MAX_PINS);
        let count = inputs + usize::from(outputs).min(MAX_PINS);
        let mut views = Vec::new();
        views
            .try_reserve_exact(count)
            .map_err(|_| CreateError::Memory)?;
        views.resize(count, View::NONE);
        let mut guest = Self {
            table,
            link: RefCell::new(Link {
                caller,
                instance: null_mut(),
                fault: None,
            }),
            has_meters: false,
            meters: Meters::default(),
            views,
            inputs,
        };
        let mut record = Create {
            head: Head::new(&raw mut guest.meters),
            payload: payload.as_ptr(),
            bytes: payload.len(),
            instance: null_mut(),
            has_meters: 0,
            text: [0; TEXT_BYTES],
        };
        let link = guest.link.get_mut();
        // SAFETY: the record is one of `create`, and what it names is borrowed.
        let answer = unsafe { link.call(Kind::Create, table.create, (&raw mut record).cast()) };
        match answer {
            Ok(None) if record.instance.is_null() => {
                Err(CreateError::Fault(link.die(WRONG_ANSWER).0))
            }
            Ok(None) => {
                link.instance = record.instance;
                guest.has_meters = record.has_meters != 0;
                Ok(guest)
            }
            Ok(Some(refusal)) => {
                link.die(WRONG_ANSWER);
                let refusal = Refusal {
                    text: record.text,
                    ..refusal
                };
                Err(refusal
                    .create()
                    .unwrap_or(CreateError::Fault(WRONG_ANSWER.0)))
            }
            Err(fault) => Err(CreateError::Fault(fault.0)),
        }
    }

    /// Why it is dead.
    pub fn fault(&self) -> Option<Fault> {
        self.link.borrow().fault
    }
}

impl<C: Caller> Module for Guest<C> {
    fn prepare(&mut self, inputs: &[Pin], outputs: &[Pin]) -> Result<(), PrepareError> {
        let (raw_inputs, raw_outputs) = (raw_pins(inputs), raw_pins(outputs));
        let mut record = Prepare {
            head: Head::new(&raw mut self.meters),
            inputs: raw_inputs.as_ptr(),
            input_count: inputs.len().min(MAX_PINS),
            outputs: raw_outputs.as_ptr(),
            output_count: outputs.len().min(MAX_PINS),
        };
        let link = self.link.get_mut();
        // SAFETY: the record is one of `prepare`, and what it names is borrowed.
        match unsafe { link.call(Kind::Prepare, self.table.prepare, (&raw mut record).cast()) } {
            Ok(None) => Ok(()),
            Ok(Some(refusal)) => Err(link.expect(refusal.prepare(), PrepareError::Fault)),
            Err(_) => Err(PrepareError::Fault),
        }
    }

    fn process(
        &mut self,
        sources: &mut [Source<'_>],
        sinks: &mut [Sink<'_>],
    ) -> Result<(), ProcessError> {
        let (taken, put) = self.views.split_at_mut(self.inputs);
        for (view, source) in taken.iter_mut().zip(&*sources) {
            *view = of_source(source);
        }
        for (view, sink) in put.iter_mut().zip(&mut *sinks) {
            *view = of_sink(sink);
        }
        let mut record = Process {
            head: Head::new(&raw mut self.meters),
            sources: taken.as_mut_ptr(),
            source_count: sources.len().min(taken.len()),
            sinks: put.as_mut_ptr(),
            sink_count: sinks.len().min(put.len()),
        };
        let link = self.link.get_mut();
        // SAFETY: the record is one of `process`; its views are of memory that the
        // sources and sinks borrow, those of the sinks for themselves.
        match unsafe { link.call(Kind::Process, self.table.process, (&raw mut record).cast()) } {
            Ok(None) => {}
            Ok(Some(refusal)) => {
                let fault = ProcessError::Fault(WRONG_ANSWER.0);
                return Err(link.expect(refusal.process(), fault));
            }
            Err(fault) => return Err(ProcessError::Fault(fault.0)),
        }
        if !are_possible(sources, taken, sinks, put) {
            return Err(ProcessError::Fault(link.die(WRONG_ANSWER).0));
        }
        for (source, view) in sources.iter_mut().zip(taken) {
            source.skip(view.moved);
        }
        for (sink, view) in sinks.iter_mut().zip(put) {
            sink.advance(view.moved);
        }
        Ok(())
    }

    fn reset(&mut self) {
        let mut record = Plain {
            head: Head::new(&raw mut self.meters),
        };
        let link = self.link.get_mut();
        // A module that cannot be reset says so when it is called again.
        // SAFETY: the record is one of `reset`.
        let _ = unsafe { link.call(Kind::Reset, self.table.reset, (&raw mut record).cast()) };
    }

    fn set_config(&mut self, id: u32, fragment: Fragment, data: &[u8]) -> Result<(), ConfigError> {
        let (part, size_or_offset) = raw_fragment(fragment);
        let mut record = SetConfig {
            head: Head::new(&raw mut self.meters),
            id,
            part,
            size_or_offset,
            data: data.as_ptr(),
            bytes: data.len(),
        };
        let link = self.link.get_mut();
        // SAFETY: the record is one of `set_config`, and its data is borrowed.
        match unsafe {
            link.call(
                Kind::SetConfig,
                self.table.set_config,
                (&raw mut record).cast(),
            )
        } {
            Ok(None) => Ok(()),
            Ok(Some(refusal)) => Err(link.expect(refusal.config(), ConfigError::Fault)),
            Err(_) => Err(ConfigError::Fault),
        }
    }

    fn get_config(&self, id: u32, out: &mut [u8]) -> Result<usize, ConfigError> {
        let mut record = GetConfig {
            head: Head::new(null_mut()),
            id,
            data: out.as_mut_ptr(),
            bytes: out.len(),
            written: 0,
        };
        let mut link = self.link.borrow_mut();
        // SAFETY: the record is one of `get_config`, and the place for the value is
        // borrowed.
        match unsafe {
            link.call(
                Kind::GetConfig,
                self.table.get_config,
                (&raw mut record).cast(),
            )
        } {
            Ok(None) if record.written <= out.len() => Ok(record.written),
            Ok(None) => {
                link.die(WRONG_ANSWER);
                Err(ConfigError::Fault)
            }
            Ok(Some(refusal)) => Err(link.expect(refusal.config(), ConfigError::Fault)),
            Err(_) => Err(ConfigError::Fault),
        }
    }

    fn meters(&self) -> Option<&Meters> {
        self.has_meters.then_some(&self.meters)
    }
}

impl<C: Caller> Drop for Guest<C> {
    fn drop(&mut self) {
        let mut record = Plain {
            head: Head::new(null_mut()),
        };
        let link = self.link.get_mut();
        if !link.instance.is_null() {
            // Whatever comes of it, the caller gives all memory back.
            // SAFETY: the record is one of `destroy`, and the instance is called no
            // more.
            let _ =
                unsafe { link.call(Kind::Destroy, self.table.destroy, (&raw mut record).cast()) };
        }
    }
}

impl<C: Caller> Link<C> {
    /// An error that fits the call, or the death of a module that has answered one
    /// which does not.
    fn expect<E>(&mut self, error: Option<E>, fault: E) -> E {
        error.unwrap_or_else(|| {
            self.die(WRONG_ANSWER);
            fault
        })
    }
}

/// The first pins as records.
fn raw_pins(pins: &[Pin]) -> [RawPin; MAX_PINS] {
    from_fn(|at| pins.get(at).map(RawPin::of).unwrap_or_default())
}
