//! No memory at any allocation.

use acelab_audio::{
    Binding, ChainRequest, Counts, Domain, Driver, Engine, Error, InstanceConfig, PipelineConfig,
    StateRequest,
};

use crate::account::{inside, live, outside, refuse};
use crate::fake::Fake;
use crate::modules::PASS;
use crate::payload::{copier, host_out, module, ssp_blob, ssp_out, stereo};
use crate::rig::{COPIER, OTHER, Rig, TestLock, key};

/// One command after the other; the first that fails ends it.
fn commands(engine: &Engine<'_, Fake, TestLock>, payloads: &[Vec<u8>; 4]) -> Result<(), Error> {
    engine.create_pipeline(PipelineConfig { id: 1, priority: 0 })?;
    let init = |key, driver, domain, payload: &[u8]| {
        let config = InstanceConfig {
            key,
            driver,
            pipeline: Some(1),
            domain,
            stack_bytes: 0,
        };
        engine.init_instance(&config, payload)
    };
    let pass = Driver::Module(&PASS);
    init(key(COPIER, 0), Driver::Copier, Domain::Ll, &payloads[0])?;
    init(key(OTHER, 0), pass, Domain::Ll, &payloads[1])?;
    init(key(OTHER, 1), pass, Domain::Dp, &payloads[1])?;
    init(key(COPIER, 1), Driver::Copier, Domain::Ll, &payloads[2])?;
    init(key(COPIER, 2), Driver::Copier, Domain::Ll, &payloads[3])?;
    let chain = [key(COPIER, 0), key(OTHER, 0), key(COPIER, 2)];
    let last = [key(COPIER, 2), key(OTHER, 1), key(COPIER, 1)];
    for pair in chain.windows(2).chain(last.windows(2)) {
        engine.bind(Binding {
            src: pair[0],
            src_queue: 0,
            dst: pair[1],
            dst_queue: 0,
        })?;
    }
    engine.prepare(1, StateRequest::Paused)?;
    engine.trigger(&[1], StateRequest::Paused)?;
    engine.prepare(1, StateRequest::Running)?;
    engine.trigger(&[1], StateRequest::Running)?;
    engine.chain_dma(ChainRequest {
        host: 5,
        link: 5,
        allocate: true,
        enable: true,
        short_samples: false,
        fifo_bytes: 0,
    })
}

/// Runs the commands with one allocation refused, tears down, and says whether
/// they all succeeded.
fn with_refusal(rig: &Rig, payloads: &[Vec<u8>; 4], number: Option<u64>) -> bool {
    let before = live();
    refuse(number);
    let result = rig.run(|engine| commands(engine, payloads));
    refuse(None);
    if result.is_ok() {
        rig.pass(5);
    }
    rig.run(|engine| engine.clear());
    assert_eq!(rig.counts(), Counts::default(), "{number:?}");
    assert_eq!(live(), before, "{number:?}");
    assert_eq!(rig.fake.open_channels(), 0);
    assert_eq!(rig.fake.memories.get(), 0);
    assert_eq!(rig.fake.workers(), 0);
    assert!(!rig.fake.timer.get());
    result.is_ok()
}

#[test]
fn nothing_is_left_behind_whichever_allocation_fails() {
    let rig = Rig::new();
    let payloads = outside(|| {
        [
            copier(host_out(0), stereo(), stereo(), &[]),
            module(stereo(), &[]),
            copier(ssp_out(0), stereo(), stereo(), &ssp_blob(32, 2, 0)),
            copier(0xFFFF_FFFF, stereo(), stereo(), &[]),
        ]
    });
    refuse(None);
    assert!(with_refusal(&rig, &payloads, None));
    let mut refused = 0;
    while !with_refusal(&rig, &payloads, Some(refused)) {
        refused += 1;
        assert!(refused < 1000);
    }
    // Some of them ask for much more than thirty blocks.
    assert!(refused > 30, "{refused}");
}

#[test]
fn rounds_hold_exactly_as_much_memory_as_the_first() {
    let rig = Rig::new();
    let mut held = Vec::new();
    for _ in 0..20 {
        rig.playback(0, stereo(), stereo());
        rig.start(0);
        rig.pass(3);
        held.push(live());
        rig.stop(0);
        rig.delete(0).unwrap();
        assert_eq!(live(), 0);
    }
    assert!(held.iter().all(|blocks| *blocks == held[0] && held[0] > 0));
    inside(|| {});
}
