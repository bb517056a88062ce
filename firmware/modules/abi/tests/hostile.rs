//! Modules and tables that are wrong on purpose: nothing that they say is believed.

mod common;

use std::cell::RefCell;
use std::ffi::c_void;
use std::ptr;
use std::sync::atomic::{AtomicU32, Ordering};

use acelab_module_abi::host::{Caller, Fault, Guest, Kind, TableError, WRONG_ANSWER, check_table};
use acelab_module_abi::record::{Create, GetConfig, Head, Process};
use acelab_module_abi::{Entry, ModuleTable, Reason, VERSION};
use acelab_module_sdk::{
    ConfigError, CreateError, Fragment, Module, PrepareError, ProcessError, Samples, SamplesMut,
    Sink, Source,
};
use common::{Plain, TABLES};

thread_local! {
    /// What the functions below do.
    static BEHAVIOUR: RefCell<Behaviour> = const { RefCell::new(Behaviour::GOOD) };
}

#[derive(Clone, Copy)]
struct Behaviour {
    status: u32,
    instance: usize,
    taken: usize,
    put: usize,
    written: usize,
    text: [u8; 24],
}

impl Behaviour {
    const GOOD: Self = Self {
        status: 0,
        instance: 0x1000,
        taken: 2,
        put: 2,
        written: 4,
        text: [0; 24],
    };
}

fn behave(behaviour: Behaviour) {
    BEHAVIOUR.set(behaviour);
}

unsafe extern "C" fn create(instance: *mut c_void, record: *mut c_void) -> u32 {
    assert!(instance.is_null());
    let behaviour = BEHAVIOUR.with_borrow(|behaviour| *behaviour);
    // SAFETY: `Guest` gives the record that the function is for.
    let record = unsafe { &mut *record.cast::<Create>() };
    record.instance = ptr::without_provenance_mut(behaviour.instance);
    record.text = behaviour.text;
    record.head.detail = [7, 8, 9];
    behaviour.status
}

unsafe extern "C" fn process(instance: *mut c_void, record: *mut c_void) -> u32 {
    let behaviour = BEHAVIOUR.with_borrow(|behaviour| *behaviour);
    assert_eq!(instance.addr(), behaviour.instance);
    // SAFETY: `Guest` gives the record that the function is for.
    let record = unsafe { &mut *record.cast::<Process>() };
    for (views, count, moved) in [
        (record.sources, record.source_count, behaviour.taken),
        (record.sinks, record.sink_count, behaviour.put),
    ] {
        for pin in 0..count {
            // SAFETY: `Guest` gives the record that the function is for.
            unsafe { (*views.add(pin)).moved = moved };
        }
    }
    record.head.detail = [7, 8, 9];
    behaviour.status
}

unsafe extern "C" fn get_config(_: *mut c_void, record: *mut c_void) -> u32 {
    let behaviour = BEHAVIOUR.with_borrow(|behaviour| *behaviour);
    // SAFETY: `Guest` gives the record that the function is for.
    unsafe { (*record.cast::<GetConfig>()).written = behaviour.written };
    behaviour.status
}

unsafe extern "C" fn other(_: *mut c_void, record: *mut c_void) -> u32 {
    // SAFETY: `Guest` gives the record that the function is for.
    unsafe { (*record.cast::<Head>()).detail = [7, 8, 9] };
    BEHAVIOUR.with_borrow(|behaviour| behaviour.status)
}

static TABLE: ModuleTable = ModuleTable {
    version: VERSION,
    size: size_of::<ModuleTable>() as u32,
    create: Some(create),
    destroy: Some(other),
    prepare: Some(other),
    process: Some(process),
    reset: Some(other),
    set_config: Some(other),
    get_config: Some(get_config),
};

/// Calls that were made, and whether the next one is stopped.
static CALLS: [AtomicU32; 2] = [const { AtomicU32::new(0) }; 2];

/// Counts its calls in `CALLS[.0]`; stops the one with number `.1`.
struct Counting(usize, u32);

impl Caller for Counting {
    unsafe fn call(
        &mut self,
        kind: Kind,
        entry: Entry,
        instance: *mut c_void,
        record: *mut c_void,
    ) -> Result<u32, Fault> {
        if CALLS[self.0].fetch_add(1, Ordering::Relaxed) + 1 == self.1 {
            return Err(Fault(0xBAD));
        }
        // SAFETY: `Guest` gives the record that the function is for.
        unsafe { Plain.call(kind, entry, instance, record) }
    }
}

fn guest<C: Caller>(caller: C) -> Result<Guest<C>, CreateError> {
    Guest::create(TABLE, caller, (1, 1), &[])
}

/// Three frames in, three free.
fn run(module: &mut impl Module) -> Result<(usize, usize), ProcessError> {
    let (input, mut output) = ([1; 6], [0; 6]);
    let mut sources = [Source::new(0, 2, Samples::S32([&input, &[]]), true)];
    let mut sinks = [Sink::new(
        0,
        2,
        SamplesMut::S32([&mut output, &mut []]),
        true,
    )];
    module.process(&mut sources, &mut sinks)?;
    Ok((sources[0].consumed(), sinks[0].produced()))
}

#[test]
fn more_frames_than_there_were_are_a_fault() {
    for (taken, put) in [(4, 0), (0, 4), (usize::MAX, 0), (0, usize::MAX), (4, 4)] {
        behave(Behaviour::GOOD);
        let mut module = guest(Plain).unwrap();
        assert_eq!(run(&mut module), Ok((2, 2)));
        behave(Behaviour {
            taken,
            put,
            ..Behaviour::GOOD
        });
        let fault = Err(ProcessError::Fault(WRONG_ANSWER.0));
        assert_eq!(run(&mut module), fault, "{taken} {put}");
        // It stays dead when it is good again.
        behave(Behaviour::GOOD);
        assert_eq!(run(&mut module), fault);
        assert_eq!(module.prepare(&[], &[]), Err(PrepareError::Fault));
        let set = module.set_config(1, Fragment::Whole, &[]);
        assert_eq!(set, Err(ConfigError::Fault));
        assert_eq!(module.get_config(1, &mut [0; 9]), Err(ConfigError::Fault));
        assert_eq!(module.fault(), Some(WRONG_ANSWER));
    }
}

#[test]
fn as_many_frames_as_there_were_are_right() {
    behave(Behaviour {
        taken: 3,
        put: 3,
        ..Behaviour::GOOD
    });
    assert_eq!(run(&mut guest(Plain).unwrap()), Ok((3, 3)));
}

#[test]
fn a_parameter_larger_than_its_place_is_a_fault() {
    behave(Behaviour::GOOD);
    let module = guest(Plain).unwrap();
    assert_eq!(module.get_config(1, &mut [0; 4]), Ok(4));
    assert_eq!(module.get_config(1, &mut [0; 3]), Err(ConfigError::Fault));
    assert_eq!(module.get_config(1, &mut [0; 4]), Err(ConfigError::Fault));
}

#[test]
fn unknown_statuses_and_those_of_other_calls_are_faults() {
    for status in (1..=20).chain([99, u32::MAX]) {
        let good = |reasons: &[Reason]| reasons.iter().any(|reason| *reason as u32 == status);
        let with = |call: &mut dyn FnMut(&mut Guest<Plain>) -> bool| {
            behave(Behaviour::GOOD);
            let mut module = guest(Plain).unwrap();
            behave(Behaviour {
                status,
                ..Behaviour::GOOD
            });
            let dead = call(&mut module);
            assert_eq!(module.fault().is_some(), dead, "{status}");
            dead
        };
        let process = with(&mut |module| match run(module).unwrap_err() {
            ProcessError::Fault(_) => true,
            ProcessError::Data(word) => {
                assert_eq!(word, 7);
                false
            }
            ProcessError::NotPrepared => false,
        });
        assert_eq!(!process, good(&[Reason::NotPrepared, Reason::Data]));
        let prepare = with(&mut |module| module.prepare(&[], &[]) == Err(PrepareError::Fault));
        let refusals = [Reason::Memory, Reason::Pins, Reason::Format];
        assert_eq!(!prepare, good(&refusals));
        let refusals = [
            Reason::Memory,
            Reason::UnknownParam,
            Reason::Length,
            Reason::Value,
            Reason::Sequence,
        ];
        let set = with(&mut |module| {
            module.set_config(1, Fragment::Whole, &[]) == Err(ConfigError::Fault)
        });
        assert_eq!(!set, good(&refusals));
        let get = with(&mut |module| module.get_config(1, &mut [0; 9]) == Err(ConfigError::Fault));
        assert_eq!(!get, good(&refusals));
        behave(Behaviour {
            status,
            ..Behaviour::GOOD
        });
        let refused = guest(Plain).unwrap_err();
        let fault = refused == CreateError::Fault(WRONG_ANSWER.0);
        let refusals = [
            Reason::Memory,
            Reason::Length,
            Reason::Value,
            Reason::Rate,
            Reason::Channels,
            Reason::Sample,
            Reason::Interleaving,
            Reason::Layout,
        ];
        assert_eq!(!fault, good(&refusals), "{status}");
    }
}

#[test]
fn no_instance_is_a_fault() {
    behave(Behaviour {
        instance: 0,
        ..Behaviour::GOOD
    });
    let fault = CreateError::Fault(WRONG_ANSWER.0);
    assert_eq!(guest(Plain).unwrap_err(), fault);
}

#[test]
fn a_name_is_text_whatever_its_bytes_are() {
    for (text, said) in [
        ([0xFF; 24], "impossible "),
        ([b'x'; 24], "impossible xxxxxxxxxxxxxxxxxxxxxxxx"),
    ] {
        behave(Behaviour {
            status: Reason::Value as u32,
            text,
            ..Behaviour::GOOD
        });
        assert_eq!(guest(Plain).unwrap_err().to_string(), said);
    }
}

#[test]
fn a_module_that_was_stopped_is_not_called_again() {
    behave(Behaviour::GOOD);
    let mut module = guest(Counting(0, 2)).unwrap();
    assert_eq!(run(&mut module), Err(ProcessError::Fault(0xBAD)));
    assert_eq!(run(&mut module), Err(ProcessError::Fault(0xBAD)));
    module.reset();
    assert_eq!(module.prepare(&[], &[]), Err(PrepareError::Fault));
    drop(module);
    assert_eq!(CALLS[0].load(Ordering::Relaxed), 2);
}

#[test]
fn an_instance_is_destroyed_once() {
    behave(Behaviour::GOOD);
    drop(guest(Counting(1, 0)).unwrap());
    assert_eq!(CALLS[1].load(Ordering::Relaxed), 2);
    // One that was refused is none.
    behave(Behaviour {
        status: Reason::Memory as u32,
        ..Behaviour::GOOD
    });
    assert_eq!(guest(Counting(1, 0)).unwrap_err(), CreateError::Memory);
    assert_eq!(CALLS[1].load(Ordering::Relaxed), 3);
}

#[test]
fn tables_of_another_interface_are_refused() {
    assert!(TABLES.iter().all(|table| check_table(table).is_ok()));
    for version in [0, 0x0000_FFFF, VERSION + 1, VERSION + 0x1_0000, u32::MAX] {
        let table = ModuleTable { version, ..TABLE };
        assert_eq!(check_table(&table), Err(TableError::Version(version)));
    }
    for size in [0, TABLE.size - 4, TABLE.size + 4] {
        let table = ModuleTable { size, ..TABLE };
        assert_eq!(check_table(&table), Err(TableError::Size(size)));
    }
    let without: [fn(&mut ModuleTable); 7] = [
        |table| table.create = None,
        |table| table.destroy = None,
        |table| table.prepare = None,
        |table| table.process = None,
        |table| table.reset = None,
        |table| table.set_config = None,
        |table| table.get_config = None,
    ];
    for take in without {
        let mut table = TABLE;
        take(&mut table);
        assert_eq!(check_table(&table), Err(TableError::Function));
    }
}
