//! Calls of a module whose code does not reach the firmware's memory: records, and all
//! that they name, are copied to an [`Area`] and back.

use core::ffi::c_void;
use core::ptr::null_mut;
use core::slice;

use acelab_abi::ipc4::module_config::MAX_PINS;

use super::area::Area;
use super::{Caller, Fault, Kind, NO_PROGRESS, WRONG_ANSWER, blocks};
use crate::record::{Create, GetConfig, Head, Plain, Prepare, Process, SetConfig};
use crate::status::{Reason, Status};
use crate::table::Entry;

/// Runs a function of the module where it belongs.
pub trait Runner: Send {
    /// A call begins. What time it has is for all runs up to the next call.
    fn begin(&mut self, kind: Kind);

    /// Runs `entry`, and comes back whatever it does. The record lies in the area.
    ///
    /// # Errors
    /// The function was stopped, or the call has had its time; nothing is run any more.
    fn run(
        &mut self,
        entry: Entry,
        instance: *mut c_void,
        record: *mut c_void,
    ) -> Result<u32, Fault>;
}

/// A caller by copies.
#[derive(Debug)]
pub struct Bounce<R> {
    pub(super) area: Area,
    pub(super) runner: R,
}

/// There is no room in the area.
pub(super) const FULL: u32 = Reason::Memory as u32;

impl<R: Runner> Bounce<R> {
    /// A caller whose module's thread reaches `area`.
    pub const fn new(area: Area, runner: R) -> Self {
        Self { area, runner }
    }

    /// A head for a record in the area.
    pub(super) fn head(&mut self, own: &Head) -> Option<Head> {
        let meters = match own.meters.is_null() {
            true => null_mut(),
            // SAFETY: the caller's record names meters.
            false => self.area.put(unsafe { own.meters.read() })?,
        };
        Some(Head::new(meters))
    }

    /// Puts a record into the area, runs the function, and gets details and meters.
    ///
    /// # Safety
    /// `own` is a record whose meters, if any, are a place for them.
    pub(super) unsafe fn run<T: Copy>(
        &mut self,
        entry: Entry,
        instance: *mut c_void,
        (record, head): (T, Head),
        own: &mut Head,
    ) -> Result<(u32, *mut T), Fault> {
        let Some(place) = self.area.put(record) else {
            return Ok((FULL, null_mut()));
        };
        let code = self.runner.run(entry, instance, place.cast())?;
        if code != Status::DONE.0 {
            // SAFETY: all records start with a head, and the place is in the area.
            own.detail = unsafe { (&raw const (*place.cast::<Head>()).detail).read_volatile() };
        }
        if !head.meters.is_null() {
            // SAFETY: the meters of both are those of `head` and of the caller.
            unsafe { own.meters.write(head.meters.read_volatile()) };
        }
        Ok((code, place))
    }

    unsafe fn create(
        &mut self,
        entry: Entry,
        instance: *mut c_void,
        own: &mut Create,
    ) -> Result<u32, Fault> {
        // SAFETY: the caller's record names its payload.
        let payload = unsafe { slice::from_raw_parts(own.payload, own.bytes) };
        let (Some(head), Some(payload)) = (self.head(&own.head), self.area.put_all(payload)) else {
            return Ok(FULL);
        };
        let record = Create {
            head,
            payload,
            ..*own
        };
        // SAFETY: the caller's record.
        let (code, place) = unsafe { self.run(entry, instance, (record, head), &mut own.head) }?;
        if !place.is_null() {
            // SAFETY: the place is in the area; each field is read once.
            unsafe {
                own.instance = (&raw const (*place).instance).read_volatile();
                own.has_meters = (&raw const (*place).has_meters).read_volatile();
                own.text = (&raw const (*place).text).read_volatile();
            }
        }
        Ok(code)
    }

    unsafe fn prepare(
        &mut self,
        entry: Entry,
        instance: *mut c_void,
        own: &mut Prepare,
    ) -> Result<u32, Fault> {
        // SAFETY: the caller's record names its pins.
        let (inputs, outputs) = unsafe {
            (
                slice::from_raw_parts(own.inputs, own.input_count),
                slice::from_raw_parts(own.outputs, own.output_count),
            )
        };
        let head = self.head(&own.head);
        let (inputs, outputs) = (self.area.put_all(inputs), self.area.put_all(outputs));
        let (Some(head), Some(inputs), Some(outputs)) = (head, inputs, outputs) else {
            return Ok(FULL);
        };
        let record = Prepare {
            head,
            inputs,
            outputs,
            ..*own
        };
        // SAFETY: the caller's record.
        unsafe { self.run(entry, instance, (record, head), &mut own.head) }.map(|(code, _)| code)
    }

    unsafe fn plain(
        &mut self,
        entry: Entry,
        instance: *mut c_void,
        own: &mut Plain,
    ) -> Result<u32, Fault> {
        let Some(head) = self.head(&own.head) else {
            return Ok(FULL);
        };
        let record = Plain { head };
        // SAFETY: the caller's record.
        unsafe { self.run(entry, instance, (record, head), &mut own.head) }.map(|(code, _)| code)
    }

    unsafe fn set_config(
        &mut self,
        entry: Entry,
        instance: *mut c_void,
        own: &mut SetConfig,
    ) -> Result<u32, Fault> {
        // SAFETY: the caller's record names its data.
        let data = unsafe { slice::from_raw_parts(own.data, own.bytes) };
        let (Some(head), Some(data)) = (self.head(&own.head), self.area.put_all(data)) else {
            return Ok(FULL);
        };
        let record = SetConfig { head, data, ..*own };
        // SAFETY: the caller's record.
        unsafe { self.run(entry, instance, (record, head), &mut own.head) }.map(|(code, _)| code)
    }

    unsafe fn get_config(
        &mut self,
        entry: Entry,
        instance: *mut c_void,
        own: &mut GetConfig,
    ) -> Result<u32, Fault> {
        // What is behind the record itself.
        let room = self.area.free().saturating_sub(2 * size_of::<GetConfig>());
        let bytes = own.bytes.min(room);
        let (Some(head), Some(data)) = (self.head(&own.head), self.area.take(bytes)) else {
            return Ok(FULL);
        };
        let record = GetConfig {
            head,
            data,
            bytes,
            written: 0,
            ..*own
        };
        // SAFETY: the caller's record.
        let answer = unsafe { self.run(entry, instance, (record, head), &mut own.head) };
        let (code, place) = answer?;
        if code != Status::DONE.0 {
            return Ok(code);
        }
        // SAFETY: the place is in the area.
        let written = unsafe { (&raw const (*place).written).read_volatile() };
        if written > bytes {
            return Err(WRONG_ANSWER);
        }
        // SAFETY: both places have `bytes` bytes at least.
        unsafe { own.data.copy_from_nonoverlapping(data, written) };
        own.written = written;
        Ok(code)
    }

    unsafe fn process(
        &mut self,
        entry: Entry,
        instance: *mut c_void,
        own: &mut Process,
    ) -> Result<u32, Fault> {
        // SAFETY: the caller's record names its views.
        let (sources, sinks) = unsafe {
            (
                slice::from_raw_parts_mut(own.sources, own.source_count),
                slice::from_raw_parts_mut(own.sinks, own.sink_count),
            )
        };
        // What a view has moved before lies no more in its pieces.
        let mut before = [0; 2 * MAX_PINS];
        for (before, view) in before.iter_mut().zip(sources.iter_mut().chain(&mut *sinks)) {
            *before = core::mem::take(&mut view.moved);
        }
        let mut moved = false;
        let result = loop {
            self.area.clear();
            // SAFETY: the caller's record.
            let step =
                unsafe { blocks::step(self, entry, instance, &mut own.head, sources, sinks) };
            match step {
                Ok(blocks::Step::Refused(code)) => break Ok(code),
                Ok(blocks::Step::Done) => break Ok(Status::DONE.0),
                Ok(blocks::Step::More) => moved = true,
                // What is left goes with the next block.
                Ok(blocks::Step::Stuck) if moved => break Ok(Status::DONE.0),
                Ok(blocks::Step::Stuck) => break Err(NO_PROGRESS),
                Err(fault) => break Err(fault),
            }
        };
        for (before, view) in before.iter().zip(sources.iter_mut().chain(&mut *sinks)) {
            view.moved += before;
        }
        result
    }
}

impl<R: Runner> Caller for Bounce<R> {
    unsafe fn call(
        &mut self,
        kind: Kind,
        entry: Entry,
        instance: *mut c_void,
        record: *mut c_void,
    ) -> Result<u32, Fault> {
        self.area.clear();
        self.runner.begin(kind);
        // SAFETY: the record is the one of this kind: the caller's promise.
        unsafe {
            match kind {
                Kind::Create => self.create(entry, instance, &mut *record.cast()),
                Kind::Prepare => self.prepare(entry, instance, &mut *record.cast()),
                Kind::Process => self.process(entry, instance, &mut *record.cast()),
                Kind::SetConfig => self.set_config(entry, instance, &mut *record.cast()),
                Kind::GetConfig => self.get_config(entry, instance, &mut *record.cast()),
                Kind::Reset | Kind::Destroy => self.plain(entry, instance, &mut *record.cast()),
            }
        }
    }
}
