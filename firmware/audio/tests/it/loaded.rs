//! Instances of loaded modules: what is stopped ends its own pipeline, and nothing
//! else.

use std::cell::{Cell, RefCell};
use std::ffi::c_void;

use acelab_audio::{
    Counts, Domain, Driver, Error, Event, Fragment, LoadedModule, PipelineState, StateRequest,
};
use acelab_module_abi::guest::{Exported, table};
use acelab_module_abi::host::{Caller, Fault, Guest, Kind};
use acelab_module_abi::{Entry, ModuleTable};
use acelab_module_sdk::{CreateError, Descriptor, Module, try_box};

use crate::modules::PASS_MODULE;
use crate::payload::{copier, host_out, module, slow_module, ssp_out, stereo};
use crate::rig::{COPIER, LOCKED, OTHER, Rig, counts_up, key};

struct Pass;

impl Exported for Pass {
    const DESCRIPTOR: Descriptor = PASS_MODULE;
}

static TABLE: ModuleTable = table::<Pass>();

thread_local! {
    /// The next call of this kind is stopped.
    static STOP: Cell<Option<Kind>> = const { Cell::new(None) };
    /// What was called.
    static CALLS: RefCell<Vec<Kind>> = const { RefCell::new(Vec::new()) };
    /// Whether somebody had the lock at each call for a parameter.
    static UNDER_LOCK: RefCell<Vec<bool>> = const { RefCell::new(Vec::new()) };
    /// Callers that there are.
    static CALLERS: Cell<u32> = const { Cell::new(0) };
}

const FAULT: u32 = 0xFA00_021C;

struct Stopping;

impl Stopping {
    fn new() -> Self {
        CALLERS.set(CALLERS.get() + 1);
        Self
    }
}

impl Drop for Stopping {
    fn drop(&mut self) {
        CALLERS.set(CALLERS.get() - 1);
    }
}

impl Caller for Stopping {
    unsafe fn call(
        &mut self,
        kind: Kind,
        entry: Entry,
        instance: *mut c_void,
        record: *mut c_void,
    ) -> Result<u32, Fault> {
        crate::account::outside(|| {
            CALLS.with_borrow_mut(|calls| calls.push(kind));
            if matches!(kind, Kind::SetConfig | Kind::GetConfig) {
                UNDER_LOCK.with_borrow_mut(|held| held.push(LOCKED.get()));
            }
        });
        if STOP.get() == Some(kind) {
            STOP.set(None);
            return Err(Fault(FAULT));
        }
        // SAFETY: the caller's promise.
        Ok(unsafe { entry(instance, record) })
    }
}

/// What the fake system makes of any loaded module.
pub fn instance(module: &LoadedModule, payload: &[u8]) -> Result<Box<dyn Module>, CreateError> {
    let pins = (module.inputs, module.outputs);
    Ok(try_box(Guest::create(
        TABLE,
        Stopping::new(),
        pins,
        payload,
    )?)?)
}

fn driver(domain: Domain) -> Driver {
    Driver::Loaded(LoadedModule {
        table: 0x6003_0000,
        inputs: 1,
        outputs: 1,
        data_processing: true,
        heap_bytes: 0x1000,
        stack_bytes: 0x1000,
        domain: match domain {
            Domain::Ll => 0,
            Domain::Dp => 0x512,
        },
    })
}

/// As [`Rig::playback`] with a loaded module.
fn playback(rig: &Rig, id: u8, domain: Domain) {
    rig.pipeline(id, 0).unwrap();
    let (first, last) = (2 * id, 2 * id + 1);
    rig.copier(first, id, &copier(host_out(id), stereo(), stereo(), &[]))
        .unwrap();
    let payload = match domain {
        Domain::Ll => module(stereo(), &[]),
        Domain::Dp => slow_module(stereo(), 48),
    };
    rig.init(key(OTHER, id), id, driver(domain), domain, &payload)
        .unwrap();
    rig.copier(last, id, &copier(ssp_out(id), stereo(), stereo(), &[]))
        .unwrap();
    rig.bind(key(COPIER, first), key(OTHER, id)).unwrap();
    rig.bind(key(OTHER, id), key(COPIER, last)).unwrap();
}

#[test]
fn a_loaded_module_plays_as_one_that_is_built_in() {
    let heard = [false, true].map(|loaded| {
        let rig = Rig::new();
        if loaded {
            playback(&rig, 0, Domain::Ll);
        } else {
            rig.playback(0, stereo(), stereo());
        }
        rig.feed(host_out(0), 1..20_000);
        rig.start(0);
        rig.pass(50);
        rig.heard(ssp_out(0))
    });
    assert_eq!(heard[0], heard[1]);
    assert!(counts_up(&heard[1], 1) > 2000);
}

#[test]
fn a_module_that_is_stopped_ends_its_pipeline_only() {
    for domain in [Domain::Ll, Domain::Dp] {
        let rig = Rig::new();
        playback(&rig, 0, domain);
        rig.playback(1, stereo(), stereo());
        for id in [0, 1] {
            rig.feed(host_out(id), 1..20_000);
            rig.start(id);
        }
        rig.pass(10);
        STOP.set(Some(Kind::Process));
        rig.pass(20);
        assert_eq!(
            rig.fake.events.borrow()[..],
            [
                Event::ProcessError(key(OTHER, 0), FAULT),
                Event::PipelineStopped(0)
            ]
        );
        let state = rig.run(|engine| engine.pipeline_state(0));
        assert_eq!(state, Ok(PipelineState::Paused));
        // Whatever is asked of the instance is an error, and its code is not called.
        CALLS.take();
        let single = Fragment::single(4);
        let set = rig.run(|engine| engine.large_config_set(key(OTHER, 0), 1, single, &[0; 4]));
        assert_eq!(set, Err(Error::LargeParameter));
        let get = rig.run(|engine| engine.large_config_get(key(OTHER, 0), 1, single, &mut [0; 4]));
        assert_eq!(get, Err(Error::LargeParameter));
        rig.set(&[0], StateRequest::Reset).unwrap();
        let again = [StateRequest::Paused, StateRequest::Running].map(|to| rig.set(&[0], to));
        assert!(again.contains(&Err(Error::Prepare)), "{domain:?} {again:?}");
        assert_eq!(CALLS.take(), []);
        // It goes, and the other stream has lost nothing.
        rig.delete(0).unwrap();
        assert_eq!((CALLS.take().len(), CALLERS.get()), (0, 0));
        rig.pass(20);
        assert!(counts_up(&rig.heard(ssp_out(1)), 1) > 1500);
        rig.stop(1);
        rig.delete(1).unwrap();
        assert_eq!((rig.counts(), rig.fake.workers()), (Counts::default(), 0));
    }
}

#[test]
fn a_module_that_is_stopped_while_it_is_made_is_none() {
    for domain in [Domain::Ll, Domain::Dp] {
        let rig = Rig::new();
        rig.pipeline(0, 0).unwrap();
        let before = rig.counts();
        STOP.set(Some(Kind::Create));
        let payload = module(stereo(), &[]);
        let made = rig.init(key(OTHER, 0), 0, driver(domain), domain, &payload);
        assert_eq!(made, Err(Error::Init));
        let state = (rig.counts(), CALLERS.get(), rig.fake.workers());
        assert_eq!(state, (before, 0, 0));
        let log = rig.fake.log.borrow().join("\n");
        assert!(log.contains("the module was stopped (0xfa00021c)"), "{log}");
        // And then it can be.
        rig.init(key(OTHER, 0), 0, driver(domain), domain, &payload)
            .unwrap();
        rig.delete(0).unwrap();
        assert_eq!(CALLERS.get(), 0);
    }
}

#[test]
fn a_module_that_is_stopped_at_its_end_is_gone() {
    let rig = Rig::new();
    rig.pipeline(0, 0).unwrap();
    let payload = module(stereo(), &[]);
    rig.init(key(OTHER, 0), 0, driver(Domain::Ll), Domain::Ll, &payload)
        .unwrap();
    STOP.set(Some(Kind::Destroy));
    rig.delete(0).unwrap();
    assert_eq!((rig.counts(), CALLERS.get()), (Counts::default(), 0));
}

#[test]
fn the_domain_is_that_of_the_instance() {
    let rig = Rig::new();
    rig.pipeline(0, 0).unwrap();
    let payload = module(stereo(), &[]);
    for (domain, other) in [(Domain::Ll, Domain::Dp), (Domain::Dp, Domain::Ll)] {
        CALLS.take();
        let made = rig.init(key(OTHER, 0), 0, driver(domain), other, &payload);
        assert_eq!((made, CALLS.take()), (Err(Error::Init), vec![]));
    }
}

#[test]
fn a_module_in_another_domain_is_not_called_under_the_lock() {
    for (domain, held) in [(Domain::Ll, true), (Domain::Dp, false)] {
        let rig = Rig::new();
        playback(&rig, 0, domain);
        let single = Fragment::single(4);
        let set = rig.run(|engine| engine.large_config_set(key(OTHER, 0), 1, single, &[7; 4]));
        assert_eq!(set, Ok(()));
        let mut word = [0; 4];
        let get = rig.run(|engine| engine.large_config_get(key(OTHER, 0), 1, single, &mut word));
        assert_eq!((get, word), (Ok(4), [7; 4]));
        assert_eq!(UNDER_LOCK.take(), vec![held; 2], "{domain:?}");
    }
}
