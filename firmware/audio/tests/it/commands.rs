//! What each command answers.

use acelab_abi::ipc4::Status;
use acelab_abi::ipc4::audio_format::AudioFormat;
use acelab_audio::{
    Binding, Counts, Domain, Driver, Error, Fragment, InstanceConfig, PipelineState, StateRequest,
};

use crate::modules::{COUNT, PASS};
use crate::payload::{copier, host_in, host_out, module, ssp_out, stereo};
use crate::rig::{COPIER, OTHER, Rig, key};

#[test]
fn pipelines_are_created_once_and_deleted_once() {
    let rig = Rig::new();
    rig.pipeline(3, 0).unwrap();
    assert_eq!(rig.pipeline(3, 0), Err(Error::PipelineExists));
    rig.delete(3).unwrap();
    assert_eq!(rig.delete(3), Err(Error::NoPipeline));
    assert_eq!(rig.counts(), Counts::default());
}

#[test]
fn positions_have_slots_for_32_pipelines_that_come_back() {
    let rig = Rig::new();
    for _ in 0..4 {
        for id in 0..32 {
            rig.pipeline(id, 0).unwrap();
        }
        assert_eq!(rig.pipeline(32, 0), Err(Error::OutOfMemory));
        let slots: Vec<_> = (0..32)
            .map(|id| rig.run(|engine| engine.position_slot(id)).unwrap())
            .collect();
        assert_eq!(slots, (32..64).collect::<Vec<_>>());
        let mut ids = [0; 40];
        assert_eq!(rig.run(|engine| engine.pipelines(&mut ids)), 32);
        assert_eq!(
            ids[..32],
            core::array::from_fn::<u32, 32, _>(|id| id as u32)
        );
        for id in 0..32 {
            rig.delete(id).unwrap();
        }
    }
}

#[test]
fn the_state_machine_of_the_reference() {
    use PipelineState::{Active, Init, Paused, Ready};
    let rig = Rig::new();
    let state = || rig.run(|engine| engine.pipeline_state(0));
    assert_eq!(state(), Err(Error::NoPipeline));
    assert_eq!(rig.set(&[0], StateRequest::Running), Err(Error::NoPipeline));
    rig.playback(0, stereo(), stereo());
    assert_eq!(state(), Ok(Init));
    for to in [StateRequest::Running, StateRequest::Eos] {
        assert_eq!(rig.set(&[0], to), Err(Error::Transition));
    }
    rig.set(&[0], StateRequest::Paused).unwrap();
    assert_eq!(state(), Ok(Ready));
    assert_eq!(rig.set(&[0], StateRequest::Eos), Err(Error::Transition));
    for _ in 0..2 {
        rig.set(&[0], StateRequest::Running).unwrap();
        assert_eq!((state(), rig.counts().ll_tasks), (Ok(Active), 1));
    }
    assert_eq!(rig.counts().channels, 2);
    for _ in 0..2 {
        rig.set(&[0], StateRequest::Paused).unwrap();
        assert_eq!((state(), rig.counts().ll_tasks), (Ok(Paused), 0));
    }
    assert_eq!(rig.set(&[0], StateRequest::Eos), Err(Error::Transition));
    assert_eq!(rig.fake.open_channels(), 2);
    for _ in 0..2 {
        rig.set(&[0], StateRequest::Reset).unwrap();
        assert_eq!((state(), rig.fake.open_channels()), (Ok(Ready), 0));
    }
    rig.set(&[0], StateRequest::Running).unwrap();
    rig.set(&[0], StateRequest::Reset).unwrap();
    assert_eq!((state(), rig.fake.memories.get()), (Ok(Ready), 0));
}

#[test]
fn an_empty_pipeline_has_no_ends() {
    let rig = Rig::new();
    rig.pipeline(0, 0).unwrap();
    assert_eq!(
        rig.set(&[0], StateRequest::Paused),
        Err(Error::EndpointGone)
    );
}

#[test]
fn the_first_error_of_several_pipelines_ends_the_command() {
    let rig = Rig::new();
    rig.playback(0, stereo(), stereo());
    rig.playback(1, stereo(), stereo());
    rig.set(&[0, 1], StateRequest::Paused).unwrap();
    assert_eq!(
        rig.set(&[0, 99, 1], StateRequest::Running),
        Err(Error::NoPipeline)
    );
    let state = |id| rig.run(|engine| engine.pipeline_state(id)).unwrap();
    assert_eq!(state(0), PipelineState::Ready);
    // In the second phase earlier pipelines keep their new state.
    let result = rig.run(|engine| {
        engine.prepare(0, StateRequest::Running)?;
        engine.trigger(&[0, 99, 1], StateRequest::Running)
    });
    assert_eq!(result, Err(Error::NoPipeline));
    assert_eq!(
        (state(0), state(1)),
        (PipelineState::Active, PipelineState::Ready)
    );
}

#[test]
fn a_busy_channel_is_seen_when_the_pipeline_is_prepared() {
    let rig = Rig::new();
    rig.playback(0, stereo(), stereo());
    rig.start(0);
    rig.pipeline(1, 0).unwrap();
    rig.copier(2, 1, &copier(host_out(0), stereo(), stereo(), &[]))
        .unwrap();
    rig.copier(3, 1, &copier(ssp_out(1), stereo(), stereo(), &[]))
        .unwrap();
    rig.bind(key(COPIER, 2), key(COPIER, 3)).unwrap();
    rig.set(&[1], StateRequest::Paused).unwrap();
    assert_eq!(rig.set(&[1], StateRequest::Running), Err(Error::Prepare));
    assert_eq!(rig.fake.logged("requested channel 0 is busy"), 1);
    assert_eq!((rig.fake.open_channels(), rig.counts().channels), (2, 2));
    rig.stop(0);
    rig.set(&[1], StateRequest::Running).unwrap();
}

#[test]
fn a_gateway_that_does_not_start_leaves_everything_stopped() {
    let rig = Rig::new();
    rig.playback(0, stereo(), stereo());
    rig.set(&[0], StateRequest::Paused).unwrap();
    for starts in [0, 1] {
        rig.fake.starts_left.set(Some(starts));
        let error = rig.set(&[0], StateRequest::Running).unwrap_err();
        assert_eq!(error.status(), Status::PipelineStateNotSet);
        assert_eq!((rig.counts().ll_tasks, rig.fake.running_channels()), (0, 0));
    }
    rig.fake.starts_left.set(None);
    rig.set(&[0], StateRequest::Running).unwrap();
}

#[test]
fn a_channel_that_cannot_be_configured_is_closed() {
    let rig = Rig::new();
    rig.playback(0, stereo(), stereo());
    rig.set(&[0], StateRequest::Paused).unwrap();
    rig.fake.refuse_configure.set(true);
    assert_eq!(rig.set(&[0], StateRequest::Running), Err(Error::Prepare));
    assert_eq!((rig.fake.open_channels(), rig.fake.memories.get()), (0, 0));
    rig.fake.refuse_configure.set(false);
    rig.set(&[0], StateRequest::Running).unwrap();
}

#[test]
fn what_comes_between_the_phases_is_not_started_unprepared() {
    let rig = Rig::new();
    rig.playback(0, stereo(), stereo());
    rig.set(&[0], StateRequest::Paused).unwrap();
    rig.run(|engine| engine.prepare(0, StateRequest::Running))
        .unwrap();
    rig.module(5, 0, &PASS, &module(stereo(), &[])).unwrap();
    let trigger = || rig.run(|engine| engine.trigger(&[0], StateRequest::Running));
    assert_eq!(trigger(), Err(Error::Trigger));
    rig.run(|engine| engine.delete_instance(key(OTHER, 5)))
        .unwrap();
    assert_eq!(trigger(), Err(Error::Trigger));
    rig.set(&[0], StateRequest::Running).unwrap();
}

#[test]
fn instances_that_cannot_be() {
    let rig = Rig::new();
    rig.pipeline(0, 0).unwrap();
    let good = copier(host_out(0), stereo(), stereo(), &[]);
    rig.copier(0, 0, &good).unwrap();
    let before = rig.counts();
    assert_eq!(rig.copier(0, 0, &good), Err(Error::Init));
    assert_eq!(rig.copier(1, 9, &good), Err(Error::Init));
    for len in 0..good.len() {
        assert_eq!(rig.copier(1, 0, &good[..len]), Err(Error::Init));
    }
    for channels in [0, 9] {
        let mut format = stereo();
        format.channels = channels;
        let payload = module(format, &[]);
        assert_eq!(rig.module(1, 0, &PASS, &payload), Err(Error::Init));
    }
    for node in [0x010, 0x1000, 0x2000, 0xC00 | 0x2000, 14 << 8] {
        let payload = copier(node, stereo(), stereo(), &[]);
        assert_eq!(rig.copier(1, 0, &payload), Err(Error::Init), "{node:#x}");
    }
    let other_rate = AudioFormat::integer(44_100, 2, 32, 32);
    let payload = copier(0xFFFF_FFFF, stereo(), other_rate, &[]);
    assert_eq!(rig.copier(1, 0, &payload), Err(Error::Init));
    let payload = copier(ssp_out(0), stereo(), stereo(), &[1, 2, 3, 4]);
    assert_eq!(rig.copier(1, 0, &payload), Err(Error::Init));
    let config = InstanceConfig {
        key: key(COPIER, 1),
        driver: Driver::Copier,
        pipeline: None,
        domain: Domain::Ll,
        stack_bytes: 0,
    };
    let result = rig.run(|engine| engine.init_instance(&config, &good));
    assert_eq!(result, Err(Error::Init));
    let dp = rig.init(
        key(OTHER, 1),
        0,
        Driver::Module(&COUNT),
        Domain::Dp,
        &module(stereo(), &[]),
    );
    assert_eq!(dp, Err(Error::Init));
    assert_eq!(rig.counts(), before);
    assert_eq!(rig.fake.workers(), 0);
}

#[test]
fn bindings_that_cannot_be() {
    let rig = Rig::new();
    rig.playback(0, stereo(), stereo());
    let (host, pass, port) = (key(COPIER, 0), key(OTHER, 0), key(COPIER, 1));
    let before = rig.counts();
    assert_eq!(rig.bind(host, key(OTHER, 9)), Err(Error::NoComponent));
    assert_eq!(rig.bind(key(OTHER, 9), host), Err(Error::NoComponent));
    for (src, queue, dst, dst_queue) in [
        (host, 0, pass, 0),
        (host, 4, pass, 0),
        (host, 1, pass, 1),
        (port, 0, pass, 0),
        (pass, 0, host, 0),
        (pass, 0, pass, 0),
    ] {
        let result = rig.bind_queues(src, queue, dst, dst_queue);
        assert_eq!(result, Err(Error::Connect), "{src} {queue} {dst}");
    }
    assert_eq!(rig.unbind(host, port), Err(Error::NotBound));
    assert_eq!(rig.unbind(host, key(OTHER, 9)), Err(Error::NoComponent));
    let wrong_queue = Binding {
        src: host,
        src_queue: 1,
        dst: pass,
        dst_queue: 0,
    };
    let result = rig.run(|engine| engine.unbind(wrong_queue));
    assert_eq!(result, Err(Error::NotBound));
    assert_eq!(rig.counts(), before);
    rig.unbind(host, pass).unwrap();
    assert_eq!(rig.counts().buffers, 1);
    rig.bind(host, pass).unwrap();
}

#[test]
fn no_size_no_buffer() {
    let rig = Rig::new();
    rig.pipeline(0, 0).unwrap();
    let mut payload = module(stereo(), &[]);
    payload[4..12].fill(0);
    rig.module(0, 0, &PASS, &payload).unwrap();
    rig.copier(0, 0, &copier(host_out(0), stereo(), stereo(), &[]))
        .unwrap();
    assert_eq!(
        rig.bind(key(COPIER, 0), key(OTHER, 0)),
        Err(Error::NoBaseConfig)
    );
    payload[4..8].fill(0xFF);
    payload[8..12].fill(0xFF);
    rig.module(1, 0, &PASS, &payload).unwrap();
    assert_eq!(
        rig.bind(key(COPIER, 0), key(OTHER, 1)),
        Err(Error::OutOfMemory)
    );
}

#[test]
fn formats_that_do_not_fit_are_refused_before_the_start() {
    let rig = Rig::new();
    rig.pipeline(0, 0).unwrap();
    let mono = AudioFormat::integer(48_000, 1, 32, 32);
    rig.copier(0, 0, &copier(host_out(0), stereo(), mono, &[]))
        .unwrap();
    rig.copier(1, 0, &copier(host_in(0), stereo(), stereo(), &[]))
        .unwrap();
    rig.bind(key(COPIER, 0), key(COPIER, 1)).unwrap();
    rig.set(&[0], StateRequest::Paused).unwrap();
    assert_eq!(rig.set(&[0], StateRequest::Running), Err(Error::Prepare));
    assert_eq!(rig.fake.open_channels(), 0);
}

/// A host copier > mixin in pipeline 0, which runs, for a mixout that is there,
/// and in pipeline 1 mixouts of another rate (2) and of the same (3).
fn running_mixin(rig: &Rig) {
    let mixin = acelab_modules::find("MIXIN").expect("a module");
    let mixout = acelab_modules::find("MIXOUT").expect("a module");
    let cd = AudioFormat::integer(44_100, 2, 32, 32);
    rig.pipeline(0, 0).unwrap();
    rig.pipeline(1, 0).unwrap();
    rig.copier(0, 0, &copier(host_out(0), stereo(), stereo(), &[]))
        .unwrap();
    rig.module(0, 0, mixin, &module(stereo(), &[])).unwrap();
    rig.module(1, 1, mixout, &module(stereo(), &[])).unwrap();
    rig.module(2, 1, mixout, &module(cd, &[])).unwrap();
    rig.module(3, 1, mixout, &module(stereo(), &[])).unwrap();
    rig.bind(key(COPIER, 0), key(OTHER, 0)).unwrap();
    rig.bind(key(OTHER, 0), key(OTHER, 1)).unwrap();
}

#[test]
fn a_writer_that_runs_is_bound_to_what_takes_its_format_only() {
    for paused in [false, true] {
        let rig = Rig::new();
        running_mixin(&rig);
        rig.start(0);
        if paused {
            rig.set(&[0], StateRequest::Paused).unwrap();
        }
        let before = rig.counts();
        for (src, reader) in [(key(OTHER, 0), 2), (key(COPIER, 0), 2)] {
            let result = rig.bind_queues(src, 1, key(OTHER, reader), 0);
            assert_eq!(result, Err(Error::Connect), "{src}");
            assert_eq!(result.unwrap_err().status(), Status::InvalidResourceState);
        }
        assert_eq!(rig.counts(), before);
        rig.bind_queues(key(OTHER, 0), 1, key(OTHER, 3), 0).unwrap();
        rig.bind_queues(key(COPIER, 0), 1, key(OTHER, 3), 1)
            .unwrap();
    }
    // Before it runs the formats are seen when it is prepared.
    let rig = Rig::new();
    running_mixin(&rig);
    rig.bind_queues(key(OTHER, 0), 1, key(OTHER, 2), 0).unwrap();
    rig.set(&[0], StateRequest::Paused).unwrap();
    assert_eq!(rig.set(&[0], StateRequest::Running), Err(Error::Prepare));
}

#[test]
fn what_a_rate_converter_makes_is_known_also_when_it_was_unbound() {
    let rig = Rig::new();
    let src = acelab_modules::find("SRC").expect("a module");
    let cd = AudioFormat::integer(44_100, 2, 32, 32);
    rig.pipeline(0, 0).unwrap();
    rig.pipeline(1, 0).unwrap();
    rig.copier(0, 0, &copier(host_out(0), cd, cd, &[])).unwrap();
    rig.module(0, 0, src, &module(cd, &48_000u32.to_le_bytes()))
        .unwrap();
    rig.copier(1, 1, &copier(ssp_out(0), stereo(), stereo(), &[]))
        .unwrap();
    rig.copier(2, 1, &copier(host_in(0), cd, cd, &[])).unwrap();
    rig.bind(key(COPIER, 0), key(OTHER, 0)).unwrap();
    rig.bind(key(OTHER, 0), key(COPIER, 1)).unwrap();
    rig.start(0);
    rig.unbind(key(OTHER, 0), key(COPIER, 1)).unwrap();
    let wrong = rig.bind(key(OTHER, 0), key(COPIER, 2));
    assert_eq!(wrong, Err(Error::Connect));
    rig.bind(key(OTHER, 0), key(COPIER, 1)).unwrap();
}

#[test]
fn a_pipeline_has_at_most_32_components() {
    let rig = Rig::new();
    rig.pipeline(0, 0).unwrap();
    let payload = module(stereo(), &[]);
    for instance in 0..32 {
        rig.module(instance, 0, &PASS, &payload).unwrap();
    }
    let before = rig.counts();
    let refused = rig.module(32, 0, &PASS, &payload);
    assert_eq!(refused, Err(Error::Init));
    assert_eq!(rig.fake.logged("has 32 components already"), 1);
    assert_eq!(rig.counts(), before);
    for writer in (0..31).rev() {
        rig.bind(key(OTHER, writer), key(OTHER, writer + 1))
            .unwrap();
    }
    rig.run(|engine| engine.delete_instance(key(OTHER, 7)))
        .unwrap();
    rig.module(32, 0, &PASS, &payload).unwrap();
}

#[test]
fn an_instance_of_an_active_pipeline_is_neither_made_nor_deleted() {
    let rig = Rig::new();
    rig.playback(0, stereo(), stereo());
    rig.start(0);
    let result = rig.run(|engine| engine.delete_instance(key(OTHER, 0)));
    assert_eq!(result, Err(Error::ComponentActive));
    let payload = module(stereo(), &[]);
    assert_eq!(rig.module(5, 0, &PASS, &payload), Err(Error::Init));
    rig.stop(0);
    rig.run(|engine| engine.delete_instance(key(OTHER, 0)))
        .unwrap();
    assert_eq!((rig.counts().components, rig.counts().buffers), (2, 0));
    let result = rig.run(|engine| engine.delete_instance(key(OTHER, 0)));
    assert_eq!(result, Err(Error::NoComponent));
}

#[test]
fn parameters_reach_modules_and_copiers() {
    let rig = Rig::new();
    rig.playback(0, stereo(), stereo());
    let (host, pass, port) = (key(COPIER, 0), key(OTHER, 0), key(COPIER, 1));
    let all = Fragment::single(4);
    rig.run(|engine| {
        engine.config_set(pass, 1, 0x1234).unwrap();
        assert_eq!(engine.config_get(pass, 1), Ok(0x1234));
        assert_eq!(engine.config_get(pass, 2), Err(Error::Parameter));
        assert_eq!(engine.config_set(pass, 2, 0), Err(Error::Parameter));
        assert_eq!(engine.config_set(pass, 0x3000, 2), Err(Error::Parameter));
        assert_eq!(engine.config_set(host, 1, 0), Err(Error::NoHandler));
        assert_eq!(engine.config_get(key(9, 9), 1), Err(Error::NoComponent));
        let mut out = [0; 32];
        engine
            .large_config_set(pass, 1, all, &[1, 2, 3, 4])
            .unwrap();
        assert_eq!(engine.large_config_get(pass, 1, all, &mut out), Ok(4));
        assert_eq!(out[..4], [1, 2, 3, 4]);
        let small = engine.large_config_get(pass, 1, all, &mut out[..3]);
        assert_eq!(small, Err(Error::ResponseTooBig));
        let unknown = engine.large_config_get(pass, 7, all, &mut out);
        assert_eq!(unknown, Err(Error::LargeParameter));
        assert_eq!(engine.large_config_get(port, 4, all, &mut out), Ok(16));
        assert_eq!(engine.large_config_get(port, 5, all, &mut out), Ok(24));
        let refused = Err(Error::LargeParameter);
        assert_eq!(engine.large_config_get(port, 6, all, &mut out), refused);
        engine
            .large_config_set(port, 6, all, &[31, 0, 0, 0])
            .unwrap();
        for data in [&[32, 0, 0, 0][..], &[1, 0, 0], &[]] {
            let refused = engine.large_config_set(port, 6, all, data);
            assert_eq!(refused, Err(Error::LargeParameter));
        }
        engine
            .large_config_set(port, 7, all, &[0x01, 0xFF, 0xFF, 0xFF])
            .unwrap();
        let of_host = engine.large_config_set(host, 7, all, &[1, 0, 0, 0]);
        assert_eq!(of_host, Err(Error::LargeParameter));
    });
}

#[test]
fn the_channel_map_of_a_port_swaps_between_two_ticks() {
    let rig = Rig::new();
    rig.playback(0, stereo(), stereo());
    rig.feed(host_out(0), 1..50_000);
    rig.start(0);
    let all = Fragment::single(4);
    for round in 0u8..100 {
        rig.pass_sixteenths(u64::from(round) * 3);
        let map = if round % 2 == 0 { 0x01 } else { 0x10 };
        let set = |engine: &acelab_audio::Engine<'_, _, _>| {
            engine.large_config_set(key(COPIER, 1), 7, all, &[map, 0xFF, 0xFF, 0xFF])
        };
        rig.run(set).unwrap();
    }
    let (mut next, mut swapped) = (1, 0);
    for frame in rig.heard(ssp_out(0)) {
        if frame != (0, 0) {
            assert!(frame == (next, -next) || frame == (-next, next));
            swapped += u32::from(frame.0 < 0);
            next += 1;
        }
    }
    assert!(next > 500 && swapped > 100);
}

#[test]
fn deleting_everything_at_once() {
    let rig = Rig::new();
    for id in 0..3 {
        rig.playback(id, stereo(), stereo());
        rig.start(id);
    }
    rig.pass(3);
    rig.run(|engine| engine.clear());
    assert_eq!(rig.counts(), Counts::default());
    assert_eq!((rig.fake.open_channels(), rig.fake.memories.get()), (0, 0));
    assert!(!rig.fake.timer.get());
}
