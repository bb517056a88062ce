//! The functions of the table.

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::ffi::c_void;
use core::slice;

use acelab_abi::ipc4::module_config::MAX_PINS;
use acelab_module_sdk::{
    CreateError, InitPayload, MAX_CHANNELS, Module, OutOfMemory, Pin, ProcessError,
};

use super::Exported;
use super::views;
use crate::record::{
    Create, GetConfig, Head, Plain, Prepare, Process, RawPin, SetConfig, fragment,
};
use crate::status::{Reason, Refusal, Status};

/// What an instance is on this side; the firmware has its address.
struct Instance {
    module: Box<dyn Module>,
}

/// Makes an instance.
///
/// # Safety
/// See [`crate::Entry`]; the record is a [`Create`].
pub(super) unsafe extern "C" fn create<E: Exported>(_: *mut c_void, record: *mut c_void) -> u32 {
    // SAFETY: the caller's promise.
    let record = unsafe { &mut *record.cast::<Create>() };
    // SAFETY: the record says where the payload is.
    let payload = unsafe { slice::from_raw_parts(record.payload, record.bytes) };
    match make::<E>(payload) {
        Ok(instance) => {
            record.has_meters = instance.module.meters().is_some().into();
            show(&*instance.module, &record.head);
            record.instance = Box::into_raw(instance).cast();
            done()
        }
        Err(error) => {
            let refusal = Refusal::from(error);
            record.text = refusal.text;
            refuse(&mut record.head, refusal)
        }
    }
}

fn make<E: Exported>(payload: &[u8]) -> Result<Box<Instance>, CreateError> {
    let payload = InitPayload::parse(payload)?;
    let module = (E::DESCRIPTOR.create)(&payload)?;
    try_box(Instance { module }).map_err(|OutOfMemory| CreateError::Memory)
}

/// `Box::new` aborts without memory.
fn try_box(instance: Instance) -> Result<Box<Instance>, OutOfMemory> {
    let mut one = Vec::new();
    one.try_reserve_exact(1).map_err(|_| OutOfMemory)?;
    one.push(instance);
    let one: *mut [Instance] = Box::into_raw(one.into_boxed_slice());
    // SAFETY: a slice of one element lies as the element does, and the box of the
    // slice has been given up.
    Ok(unsafe { Box::from_raw(one.cast()) })
}

/// Ends an instance.
///
/// # Safety
/// See [`crate::Entry`]; the record is a [`Plain`].
pub(super) unsafe extern "C" fn destroy(instance: *mut c_void, _: *mut c_void) -> u32 {
    // SAFETY: `create` has made it with a box, and it is used no more.
    drop(unsafe { Box::from_raw(instance.cast::<Instance>()) });
    done()
}

/// Gets ready for pins.
///
/// # Safety
/// See [`crate::Entry`]; the record is a [`Prepare`].
pub(super) unsafe extern "C" fn prepare(instance: *mut c_void, record: *mut c_void) -> u32 {
    // SAFETY: the caller's promise.
    let (module, record) = unsafe { (module(instance), &mut *record.cast::<Prepare>()) };
    // SAFETY: the record says where its pins are.
    let (inputs, outputs) = unsafe {
        (
            slice::from_raw_parts(record.inputs, record.input_count),
            slice::from_raw_parts(record.outputs, record.output_count),
        )
    };
    let (mut places, mut more_places) = (None, None);
    let inputs = pins(inputs, &mut places);
    let outputs = pins(outputs, &mut more_places);
    let (Some(inputs), Some(outputs)) = (inputs, outputs) else {
        return Reason::Record as u32;
    };
    let result = module.prepare(inputs, outputs);
    show(module, &record.head);
    finish(&mut record.head, result)
}

/// The pins of one side, in `places`; `None` if one of them is none.
fn pins<'a>(raw: &[RawPin], places: &'a mut Option<[Pin; MAX_PINS]>) -> Option<&'a [Pin]> {
    let Some(first) = raw.first() else {
        return Some(&[]);
    };
    let places = places.insert([first.pin()?; MAX_PINS]);
    for (place, raw) in places.iter_mut().zip(raw) {
        *place = raw.pin()?;
    }
    places.get(..raw.len())
}

/// Processes samples.
///
/// # Safety
/// See [`crate::Entry`]; the record is a [`Process`].
pub(super) unsafe extern "C" fn process(instance: *mut c_void, record: *mut c_void) -> u32 {
    // SAFETY: the caller's promise.
    let (module, record) = unsafe { (module(instance), &mut *record.cast::<Process>()) };
    // SAFETY: the record says where its views are, which are those of the caller's
    // buffers.
    let (sources, sinks) = unsafe {
        (
            views::sources(record.sources, record.source_count),
            views::sinks(record.sinks, record.sink_count),
        )
    };
    match module.process(sources, sinks) {
        // So it is in most ticks; the rest is kept out of their way.
        Ok(()) if record.head.meters.is_null() => done(),
        result => process_told(module, record, result),
    }
}

/// Shows what a call has come to, and the meters.
#[inline(never)]
fn process_told(
    module: &dyn Module,
    record: &mut Process,
    result: Result<(), ProcessError>,
) -> u32 {
    // SAFETY: as in `process`; the views are not used there any more.
    let (sources, sinks) = unsafe {
        (
            views::sources(record.sources, record.source_count),
            views::sinks(record.sinks, record.sink_count),
        )
    };
    let channels = match (&*sources, &*sinks) {
        ([source], [sink]) => source.channels().max(sink.channels()),
        _ => MAX_CHANNELS.into(),
    };
    show_channels(module, &record.head, channels);
    finish(&mut record.head, result)
}

/// Starts the stream anew.
///
/// # Safety
/// See [`crate::Entry`]; the record is a [`Plain`].
pub(super) unsafe extern "C" fn reset(instance: *mut c_void, record: *mut c_void) -> u32 {
    // SAFETY: the caller's promise.
    let (module, record) = unsafe { (module(instance), &mut *record.cast::<Plain>()) };
    module.reset();
    show(module, &record.head);
    done()
}

/// Sets a parameter.
///
/// # Safety
/// See [`crate::Entry`]; the record is a [`SetConfig`].
pub(super) unsafe extern "C" fn set_config(instance: *mut c_void, record: *mut c_void) -> u32 {
    // SAFETY: the caller's promise.
    let (module, record) = unsafe { (module(instance), &mut *record.cast::<SetConfig>()) };
    // SAFETY: the record says where the data is.
    let data = unsafe { slice::from_raw_parts(record.data, record.bytes) };
    let Some(fragment) = fragment(record.part, record.size_or_offset) else {
        return Reason::Record as u32;
    };
    let result = module.set_config(record.id, fragment, data);
    show(module, &record.head);
    finish(&mut record.head, result)
}

/// Reads a parameter.
///
/// # Safety
/// See [`crate::Entry`]; the record is a [`GetConfig`].
pub(super) unsafe extern "C" fn get_config(instance: *mut c_void, record: *mut c_void) -> u32 {
    // SAFETY: the caller's promise.
    let (module, record) = unsafe { (module(instance), &mut *record.cast::<GetConfig>()) };
    // SAFETY: the record says where the value goes.
    let out = unsafe { slice::from_raw_parts_mut(record.data, record.bytes) };
    let result = module.get_config(record.id, out);
    let result = result.map(|written| record.written = written);
    finish(&mut record.head, result)
}

/// The module of an instance.
///
/// # Safety
/// `create` has made the instance, it is not destroyed, and nobody else uses it.
unsafe fn module<'a>(instance: *mut c_void) -> &'a mut dyn Module {
    // SAFETY: the caller's promise.
    unsafe { &mut *(*instance.cast::<Instance>()).module }
}

/// Shows the meters of a module that has any.
fn show(module: &dyn Module, head: &Head) {
    if let Some(meters) = module.meters()
        && !head.meters.is_null()
    {
        // SAFETY: the record says where they go.
        unsafe { *head.meters = *meters };
    }
}

/// Shows the meters of the first channels: in a tick each word counts.
fn show_channels(module: &dyn Module, head: &Head, channels: usize) {
    if let Some(meters) = module.meters()
        && !head.meters.is_null()
    {
        // SAFETY: the record says where they go, and nobody else uses that.
        let shown = unsafe { &mut *head.meters };
        for channel in 0..channels.min(MAX_CHANNELS.into()) {
            shown.peak[channel] = meters.peak[channel];
            shown.current[channel] = meters.current[channel];
            shown.target[channel] = meters.target[channel];
        }
    }
}

const fn done() -> u32 {
    Status::DONE.0
}

fn finish(head: &mut Head, result: Result<(), impl Into<Refusal>>) -> u32 {
    match result {
        Ok(()) => done(),
        Err(error) => refuse(head, error.into()),
    }
}

fn refuse(head: &mut Head, refusal: Refusal) -> u32 {
    head.detail = refusal.detail;
    refusal.reason as u32
}
