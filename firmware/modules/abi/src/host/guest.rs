//! A loaded module as the engine sees it.

use alloc::vec::Vec;
use core::array::from_fn;
use core::cell::RefCell;
use core::ffi::c_void;
use core::ptr::null_mut;

use acelab_abi::ipc4::module_config::MAX_PINS;
use acelab_module_sdk::{
    ConfigError, CreateError, Fragment, Meters, Module, Pin, PrepareError, ProcessError, Sink,
    Source, try_zeroed,
};

use super::{Caller, Fault, Kind};
use crate::record::{
    Create, GetConfig, Head, Plain, Prepare, Process, RawPin, SetConfig, TEXT_BYTES, raw_fragment,
};
use crate::status::{Refusal, Status};
use crate::table::{Entry, ModuleTable, VERSION};

/// The fault of a module that has answered what cannot be: more frames than there
/// were, a size beyond its place, an unknown status.
pub const WRONG_ANSWER: Fault = Fault(0xFA00_0001);

/// The fault of a module that has moved nothing of a block that it got a part of: it
/// needs more frames at once than have room on the way to it, and would wait for ever.
pub const NO_PROGRESS: Fault = Fault(0xFA00_0002);

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
    /// Where a module shows its meters; nothing if it has none.
    meters: Vec<Meters>,
    /// What a tick is called with; the module may have written anything there.
    record: Process,
    inputs: usize,
    outputs: usize,
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
    /// Calls a function of a living instance; the code of its refusal, 0 if it does
    /// not refuse.
    ///
    /// # Safety
    /// See [`Caller::call`].
    unsafe fn call(
        &mut self,
        kind: Kind,
        entry: Option<Entry>,
        record: *mut c_void,
    ) -> Result<u32, Fault> {
        // SAFETY: the caller's promise.
        unsafe { self.call_inline(kind, entry, record) }
    }

    /// The same in a tick, where each instruction counts.
    ///
    /// # Safety
    /// See [`Caller::call`].
    #[inline(always)]
    unsafe fn call_inline(
        &mut self,
        kind: Kind,
        entry: Option<Entry>,
        record: *mut c_void,
    ) -> Result<u32, Fault> {
        match (self.fault, entry) {
            (None, Some(entry)) => {
                // SAFETY: the caller's promise.
                let result = unsafe { self.caller.call(kind, entry, self.instance, record) };
                result.map_err(|fault| self.die(fault))
            }
            (fault, _) => Err(fault.unwrap_or(WRONG_ANSWER)),
        }
    }

    /// What a code and the details of its record say, turned to the error of a call
    /// by `error`. A module that has answered what is none is dead.
    #[cold]
    fn refusal<E>(
        &mut self,
        code: u32,
        head: &Head,
        error: impl FnOnce(Refusal) -> Option<E>,
        fault: E,
    ) -> E {
        let reason = Status(code).reason().ok().flatten();
        let refusal = reason.map(|reason| Refusal::new(reason, head.detail));
        refusal.and_then(error).unwrap_or_else(|| {
            self.die(WRONG_ANSWER);
            fault
        })
    }

    #[cold]
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
        let mut meters = try_zeroed::<Meters>(1)?;
        let place = meters.as_mut_ptr();
        let mut guest = Self {
            table,
            link: RefCell::new(Link {
                caller,
                instance: null_mut(),
                fault: None,
            }),
            meters,
            record: Process {
                head: Head::new(place),
                sources: null_mut(),
                source_count: 0,
                sinks: null_mut(),
                sink_count: 0,
            },
            inputs: usize::from(inputs).min(MAX_PINS),
            outputs: usize::from(outputs).min(MAX_PINS),
        };
        let mut record = Create {
            head: Head::new(place),
            payload: payload.as_ptr(),
            bytes: payload.len(),
            instance: null_mut(),
            has_meters: 0,
            text: [0; TEXT_BYTES],
        };
        let link = guest.link.get_mut();
        // SAFETY: the record is one of `create`, and what it names is borrowed.
        match unsafe { link.call(Kind::Create, table.create, (&raw mut record).cast()) } {
            Ok(0) if record.instance.is_null() => Err(CreateError::Fault(link.die(WRONG_ANSWER).0)),
            Ok(0) => {
                link.instance = record.instance;
                if record.has_meters == 0 {
                    guest.meters = Vec::new();
                    guest.record.head.meters = null_mut();
                }
                Ok(guest)
            }
            Ok(code) => {
                let named = |refusal: Refusal| {
                    let text = record.text;
                    Refusal { text, ..refusal }.create()
                };
                let fault = CreateError::Fault(WRONG_ANSWER.0);
                Err(link.refusal(code, &record.head, named, fault))
            }
            Err(fault) => Err(CreateError::Fault(fault.0)),
        }
    }

    /// Why it is dead.
    pub fn fault(&self) -> Option<Fault> {
        self.link.borrow().fault
    }
}

impl<C: Caller> Guest<C> {
    /// Where the module shows its meters, null if it has none.
    fn place_of_meters(&mut self) -> *mut Meters {
        let meters = self.meters.first_mut();
        meters.map_or(null_mut(), |meters| &raw mut *meters)
    }

    /// Has the module process. A view that it has changed is still one only as far as
    /// the module is good: nothing but its number of frames may be read, and that is
    /// [believed](Self::believe) only if it is possible.
    #[inline(always)]
    fn run(
        &mut self,
        sources: &mut [Source<'_>],
        sinks: &mut [Sink<'_>],
    ) -> Result<(), ProcessError> {
        let record = &mut self.record;
        record.sources = sources.as_mut_ptr().cast();
        record.source_count = sources.len();
        record.sinks = sinks.as_mut_ptr().cast();
        record.sink_count = sinks.len();
        let link = self.link.get_mut();
        let place = (&raw mut *record).cast();
        // SAFETY: the record is one of `process`; views are records, see `record`, and
        // borrow the memory that they are views of, those of sinks for themselves.
        match unsafe { link.call_inline(Kind::Process, self.table.process, place) } {
            Ok(0) => Ok(()),
            Ok(code) => {
                let fault = ProcessError::Fault(WRONG_ANSWER.0);
                let head = &self.record.head;
                Err(link.refusal(code, head, Refusal::process, fault))
            }
            Err(fault) => Err(ProcessError::Fault(fault.0)),
        }
    }

    /// A module that says what is not possible is dead.
    #[inline(always)]
    fn believe(&mut self, possible: bool) -> Result<(), ProcessError> {
        if possible {
            return Ok(());
        }
        Err(ProcessError::Fault(self.link.get_mut().die(WRONG_ANSWER).0))
    }

    #[inline(never)]
    fn process_many(
        &mut self,
        sources: &mut [Source<'_>],
        sinks: &mut [Sink<'_>],
    ) -> Result<(), ProcessError> {
        let (inputs, outputs) = (
            sources.len().min(self.inputs),
            sinks.len().min(self.outputs),
        );
        let (sources, sinks) = (&mut sources[..inputs], &mut sinks[..outputs]);
        let most_taken: [usize; MAX_PINS] = from_fn(|pin| sources.get(pin).map_or(0, after_source));
        let most_put: [usize; MAX_PINS] = from_fn(|pin| sinks.get(pin).map_or(0, after_sink));
        self.run(sources, sinks)?;
        let mut taken = sources.iter().zip(most_taken);
        let mut put = sinks.iter().zip(most_put);
        let possible = taken.all(|(source, most)| source.consumed() <= most)
            && put.all(|(sink, most)| sink.produced() <= most);
        self.believe(possible)
    }
}

/// The count of a source when all that waits is taken.
#[inline(always)]
fn after_source(source: &Source<'_>) -> usize {
    source.consumed() + source.frames()
}

/// The count of a sink when it is full.
#[inline(always)]
fn after_sink(sink: &Sink<'_>) -> usize {
    sink.produced() + sink.frames()
}

impl<C: Caller> Module for Guest<C> {
    fn prepare(&mut self, inputs: &[Pin], outputs: &[Pin]) -> Result<(), PrepareError> {
        let (raw_inputs, raw_outputs) = (raw_pins(inputs), raw_pins(outputs));
        let mut record = Prepare {
            head: Head::new(self.place_of_meters()),
            inputs: raw_inputs.as_ptr(),
            input_count: inputs.len().min(MAX_PINS),
            outputs: raw_outputs.as_ptr(),
            output_count: outputs.len().min(MAX_PINS),
        };
        let link = self.link.get_mut();
        // SAFETY: the record is one of `prepare`, and what it names is borrowed.
        match unsafe { link.call(Kind::Prepare, self.table.prepare, (&raw mut record).cast()) } {
            Ok(0) => Ok(()),
            Ok(code) => {
                let fault = PrepareError::Fault;
                Err(link.refusal(code, &record.head, Refusal::prepare, fault))
            }
            Err(_) => Err(PrepareError::Fault),
        }
    }

    fn process(
        &mut self,
        sources: &mut [Source<'_>],
        sinks: &mut [Sink<'_>],
    ) -> Result<(), ProcessError> {
        if let ([source], [sink]) = (&*sources, &*sinks) {
            let (most_taken, most_put) = (after_source(source), after_sink(sink));
            self.run(sources, sinks)?;
            let possible = sources[0].consumed() <= most_taken && sinks[0].produced() <= most_put;
            return self.believe(possible);
        }
        self.process_many(sources, sinks)
    }

    fn reset(&mut self) {
        let mut record = Plain {
            head: Head::new(self.place_of_meters()),
        };
        let link = self.link.get_mut();
        // A module that cannot be reset says so when it is called again.
        // SAFETY: the record is one of `reset`.
        let _ = unsafe { link.call(Kind::Reset, self.table.reset, (&raw mut record).cast()) };
    }

    fn set_config(&mut self, id: u32, fragment: Fragment, data: &[u8]) -> Result<(), ConfigError> {
        let (part, size_or_offset) = raw_fragment(fragment);
        let mut record = SetConfig {
            head: Head::new(self.place_of_meters()),
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
            Ok(0) => Ok(()),
            Ok(code) => {
                let fault = ConfigError::Fault;
                Err(link.refusal(code, &record.head, Refusal::config, fault))
            }
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
            Ok(0) if record.written <= out.len() => Ok(record.written),
            Ok(0) => {
                link.die(WRONG_ANSWER);
                Err(ConfigError::Fault)
            }
            Ok(code) => {
                let fault = ConfigError::Fault;
                Err(link.refusal(code, &record.head, Refusal::config, fault))
            }
            Err(_) => Err(ConfigError::Fault),
        }
    }

    fn meters(&self) -> Option<&Meters> {
        self.meters.first()
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

/// The first pins as records.
fn raw_pins(pins: &[Pin]) -> [RawPin; MAX_PINS] {
    from_fn(|at| pins.get(at).map(RawPin::of).unwrap_or_default())
}
