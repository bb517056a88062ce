//! Streams from end to end, bit by bit.

use acelab_abi::ipc4::audio_format::AudioFormat;
use acelab_audio::{AudioFault, Counts, Error, Event, StateRequest, TICK};

use crate::modules::{FAIL, PASS};
use crate::payload::{copier, host_in, host_out, module, ssp_in, ssp_out, stereo};
use crate::rig::{COPIER, OTHER, Rig, counts_up, key, words};

#[test]
fn playback_is_bit_exact_at_every_phase_of_the_tick() {
    for phase in 0..16 {
        let rig = Rig::new();
        rig.playback(0, stereo(), stereo());
        rig.feed(host_out(0), 1..20_000);
        rig.pass_sixteenths(phase);
        rig.start(0);
        rig.pass(100);
        let heard = rig.heard(ssp_out(0));
        assert!(counts_up(&heard, 1) > 4_500, "phase {phase}");
        assert_eq!(rig.fake.wire(ssp_out(0), |wire| wire.xruns), 0);
    }
}

#[test]
fn capture_is_bit_exact() {
    let rig = Rig::new();
    rig.capture(2, stereo(), stereo());
    rig.feed(ssp_in(2), 1..20_000);
    rig.start(2);
    rig.pass(100);
    assert!(counts_up(&rig.heard(host_in(2)), 1) > 4_500);
}

#[test]
fn a_playback_of_44100_and_of_16_bits_has_every_frame() {
    let rig = Rig::new();
    let format = AudioFormat::integer(44_100, 2, 16, 16);
    let graph = AudioFormat::integer(44_100, 2, 32, 32);
    rig.pipeline(0, 0).unwrap();
    let host = copier(host_out(0), format, graph, &[]);
    rig.copier(0, 0, &host).unwrap();
    rig.copier(1, 0, &copier(ssp_out(0), graph, format, &[]))
        .unwrap();
    rig.bind(key(COPIER, 0), key(COPIER, 1)).unwrap();
    rig.fake.wire(host_out(0), |wire| {
        for frame in 1..60_000i32 {
            wire.source.extend(frame.to_le_bytes());
        }
    });
    rig.start(0);
    rig.pass(1000);
    let heard = rig.fake.wire(ssp_out(0), |wire| words(&wire.sink));
    let silent = heard.iter().take_while(|frame| **frame == 0).count();
    assert!(heard.len() >= 44_000 && silent < 200);
    for (at, frame) in heard[silent..].iter().enumerate() {
        assert_eq!(*frame, at as i32 + 1);
    }
}

#[test]
fn pause_and_resume_lose_and_repeat_nothing() {
    let rig = Rig::new();
    rig.playback(0, stereo(), stereo());
    rig.feed(host_out(0), 1..50_000);
    rig.start(0);
    for round in 0..50 {
        rig.pass(1 + round % 7);
        rig.pass_sixteenths(u64::from(round));
        rig.set(&[0], StateRequest::Paused).unwrap();
        assert!(!rig.fake.timer.get());
        rig.pass_sixteenths(u64::from(round / 3));
        rig.set(&[0], StateRequest::Running).unwrap();
    }
    rig.pass(100);
    // The port plays silence where the stream was held; all else is in order.
    let mut heard = rig.heard(ssp_out(0));
    heard.retain(|frame| *frame != (0, 0));
    assert!(counts_up(&heard, 1) > 5_000);
    assert_eq!(rig.fake.logged("already scheduled"), 0);
}

/// Streams on the same engine, one of which ends at any time.
fn surviving(start: u64, stop: u64, fault: Option<AudioFault>) -> Vec<(i32, i32)> {
    let rig = Rig::new();
    rig.fake.faults.borrow_mut().extend(fault);
    for id in [0, 1] {
        rig.playback(id, stereo(), stereo());
        rig.feed(host_out(id), 1..60_000);
    }
    rig.start(0);
    rig.pass_sixteenths(start);
    rig.start(1);
    rig.pass(20);
    rig.pass_sixteenths(stop);
    rig.stop(0);
    rig.delete(0).unwrap();
    rig.pass(100);
    assert!(rig.lock.longest.get() < 4000 || fault.is_some());
    rig.heard(ssp_out(1))
}

#[test]
fn a_stream_survives_the_end_of_another_at_every_offset() {
    for start in 0..16 {
        for stop in 0..16 {
            assert!(counts_up(&surviving(start, stop, None), 1) > 5_500);
        }
    }
}

#[test]
fn a_planted_fault_is_heard_in_the_surviving_stream() {
    use AudioFault::{
        DroppedFrame, LockHeldForTeardown, NeighbourStopped, PermissionDropped, RepeatedFrame,
        TaskRunsAfterFree, WrongCoreCount,
    };
    for fault in [
        DroppedFrame,
        LockHeldForTeardown,
        NeighbourStopped,
        PermissionDropped,
        RepeatedFrame,
        TaskRunsAfterFree,
        WrongCoreCount,
    ] {
        let found = std::panic::catch_unwind(|| {
            let frames = surviving(3, 5, Some(fault));
            assert!(counts_up(&frames, 1) > 5_500);
        });
        assert!(found.is_err(), "{fault} was not found");
    }
}

#[test]
fn an_active_pipeline_is_not_deleted_and_plays_on() {
    let rig = Rig::new();
    rig.playback(0, stereo(), stereo());
    rig.feed(host_out(0), 1..20_000);
    rig.start(0);
    let before = rig.counts();
    rig.pass(20);
    assert_eq!(rig.delete(0), Err(Error::PipelineActive));
    assert_eq!(rig.counts(), before);
    rig.pass(20);
    assert!(counts_up(&rig.heard(ssp_out(0)), 1) > 1_500);
    rig.set(&[0], StateRequest::Paused).unwrap();
    assert_eq!(rig.delete(0), Err(Error::PipelineActive));
    rig.set(&[0], StateRequest::Reset).unwrap();
    rig.delete(0).unwrap();
    assert_eq!(rig.counts(), Counts::default());
}

#[test]
fn a_half_deleted_pipeline_would_be_noticed() {
    let rig = Rig::new();
    rig.fake.faults.borrow_mut().push(AudioFault::HalfDeleted);
    rig.playback(0, stereo(), stereo());
    rig.start(0);
    let before = rig.counts();
    assert_eq!(rig.delete(0), Err(Error::PipelineActive));
    assert_ne!(rig.counts(), before);
}

#[test]
fn an_underrun_is_counted_and_told_once_and_stop_start_recovers() {
    let rig = Rig::new();
    for id in [0, 1] {
        rig.playback(id, stereo(), stereo());
    }
    rig.feed(host_out(0), 1..500);
    rig.feed(host_out(1), 1..60_000);
    rig.start(0);
    rig.start(1);
    rig.pass(50);
    let events = rig.fake.events.borrow().clone();
    assert!(matches!(events[..], [Event::GatewayUnderrun(_)]));
    rig.feed(host_out(0), 500..20_000);
    rig.pass(50);
    // Resumes by itself, with as much distance to the DMA as at the start: a
    // tick that comes late is not heard.
    let xruns = || rig.fake.wire(ssp_out(0), |wire| wire.xruns);
    let before = xruns();
    rig.fake.advance_to(rig.fake.now.get() + TICK);
    rig.pass(20);
    assert_eq!(xruns(), before);
    let mut heard = rig.heard(ssp_out(0));
    assert!(counts_up(&rig.heard(ssp_out(1)), 1) > 4_500);
    heard.retain(|frame| *frame != (0, 0));
    assert!(counts_up(&heard, 1) > 2_500);
    rig.stop(0);
    rig.fake.wire(host_out(0), |wire| wire.source.clear());
    rig.fake.wire(ssp_out(0), |wire| wire.sink.clear());
    rig.feed(host_out(0), 7000..20_000);
    rig.start(0);
    rig.pass(50);
    assert!(counts_up(&rig.heard(ssp_out(0)), 7000) > 2_000);
    assert_eq!(rig.fake.events.borrow().len(), 1);
}

#[test]
fn a_capture_that_nobody_fetches_overruns_and_recovers() {
    let rig = Rig::new();
    rig.capture(0, stereo(), stereo());
    rig.fake.wire(host_in(0), |wire| wire.stalled = true);
    rig.feed(ssp_in(0), 1..20_000);
    rig.start(0);
    rig.pass(50);
    let events = rig.fake.events.borrow().clone();
    assert!(matches!(events[..], [Event::GatewayOverrun(_)]));
    rig.fake.wire(host_in(0), |wire| wire.stalled = false);
    rig.stop(0);
    rig.fake.wire(host_in(0), |wire| wire.sink.clear());
    rig.start(0);
    rig.pass(20);
    let heard = rig.heard(host_in(0));
    let first = heard.iter().find(|frame| frame.0 != 0).unwrap().0;
    assert!(counts_up(&heard, first) > 700);
}

#[test]
fn the_end_of_a_stream_is_no_underrun() {
    let rig = Rig::new();
    rig.playback(0, stereo(), stereo());
    rig.feed(host_out(0), 1..1000);
    rig.start(0);
    rig.pass(10);
    rig.set(&[0], StateRequest::Eos).unwrap();
    assert_eq!(rig.set(&[0], StateRequest::Running), Err(Error::Transition));
    rig.pass(60);
    let heard = rig.heard(ssp_out(0));
    let end = heard.iter().rposition(|frame| frame.0 != 0).unwrap();
    assert_eq!(counts_up(&heard[..=end], 1), 999);
    assert_eq!(rig.fake.logged("- EOS detected"), 1);
    assert_eq!(rig.fake.wire(ssp_out(0), |wire| wire.xruns), 0);
    assert_eq!(rig.fake.events.borrow().len(), 0);
    rig.feed(host_out(0), 1..100);
    rig.pass(5);
    assert_eq!(rig.fake.logged("Data available after"), 1);
    rig.stop(0);
    rig.delete(0).unwrap();
}

#[test]
fn a_stream_that_has_ended_may_go_on_after_a_pause() {
    let rig = Rig::new();
    rig.playback(0, stereo(), stereo());
    rig.feed(host_out(0), 1..500);
    rig.start(0);
    for round in 1..4 {
        rig.pass(5);
        rig.set(&[0], StateRequest::Eos).unwrap();
        rig.pass(30);
        assert_eq!(rig.fake.logged("- EOS detected"), round);
        rig.set(&[0], StateRequest::Paused).unwrap();
        let next = 500 * round as i32;
        rig.feed(host_out(0), next..next + 500);
        rig.set(&[0], StateRequest::Running).unwrap();
    }
    rig.pass(30);
    let mut heard = rig.heard(ssp_out(0));
    heard.retain(|frame| *frame != (0, 0));
    assert_eq!(counts_up(&heard, 1), 1999);
}

#[test]
fn the_order_of_creation_costs_no_time() {
    let mut delays = Vec::new();
    for order in [[0, 1, 2, 3], [3, 2, 1, 0], [1, 3, 2, 0]] {
        let rig = Rig::new();
        rig.pipeline(0, 0).unwrap();
        for which in order {
            match which {
                0 => rig.copier(0, 0, &copier(host_out(0), stereo(), stereo(), &[])),
                3 => rig.copier(1, 0, &copier(ssp_out(0), stereo(), stereo(), &[])),
                number => rig.module(number, 0, &PASS, &module(stereo(), &[])),
            }
            .unwrap();
        }
        rig.bind(key(OTHER, 2), key(COPIER, 1)).unwrap();
        rig.bind(key(OTHER, 1), key(OTHER, 2)).unwrap();
        rig.bind(key(COPIER, 0), key(OTHER, 1)).unwrap();
        rig.feed(host_out(0), 1..10_000);
        rig.start(0);
        rig.pass(20);
        let heard = rig.heard(ssp_out(0));
        counts_up(&heard, 1);
        delays.push(heard.iter().position(|frame| frame.0 != 0));
    }
    assert!(delays.iter().all(|delay| *delay == delays[0]), "{delays:?}");
}

#[test]
fn a_failing_module_stops_its_pipeline_only() {
    let rig = Rig::new();
    for id in [0, 1] {
        rig.playback(id, stereo(), stereo());
        rig.feed(host_out(id), 1..20_000);
        rig.start(id);
    }
    rig.pass(10);
    FAIL.set(true);
    rig.pass(20);
    let events = rig.fake.events.borrow().clone();
    assert!(matches!(
        events[..],
        [Event::ProcessError(_, 77), Event::PipelineStopped(0)]
    ));
    assert_eq!(rig.counts().ll_tasks, 1);
    assert!(counts_up(&rig.heard(ssp_out(1)), 1) > 1000);
    rig.set(&[0], StateRequest::Reset).unwrap();
    rig.start(0);
    assert_eq!(rig.counts().ll_tasks, 2);
}

#[test]
fn a_tick_asks_the_dma_twice_however_many_streams_there_are() {
    let rig = Rig::new();
    for id in 0..4 {
        rig.playback(id, stereo(), stereo());
        rig.start(id);
    }
    rig.fake.exchanges.set(0);
    rig.lock.taken.set(0);
    rig.pass(10);
    assert_eq!(rig.fake.exchanges.get(), 20);
    assert_eq!(rig.lock.taken.get(), 10);
}
