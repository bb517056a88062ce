//! Random commands at random times.

use acelab_audio::{
    ChainRequest, Counts, Domain, Driver, Error, Fragment, PipelineState, StateRequest,
};
use proptest::prelude::*;

use crate::account::{live, refuse};
use crate::modules::{COUNT, PASS};
use crate::payload::{copier, host_in, host_out, module, slow_module, ssp_in, ssp_out, stereo};
use crate::rig::{OTHER, Rig, counts_up, key};

#[derive(Clone, Copy, Debug)]
enum Command {
    Create(u8),
    Delete(u8),
    Init(u8, u8, u8),
    DeleteInstance(u8, u8),
    Bind(u8, u8, u8, u8, u8),
    Unbind(u8, u8, u8, u8),
    Set(u8, u8),
    SetBoth(u8, u8, u8),
    Config(u8, u8, u8),
    Chain(u8, bool, bool),
    Pass(u8),
    Refuse(u8),
}

fn command() -> impl Strategy<Value = Command> {
    use Command::{
        Bind, Chain, Config, Create, Delete, DeleteInstance, Init, Pass, Refuse, Set, SetBoth,
        Unbind,
    };
    prop_oneof![
        (0..4u8).prop_map(Create),
        (0..4u8).prop_map(Delete),
        (0..9u8, 0..5u8, 0..4u8)
            .prop_map(|(what, instance, pipeline)| Init(what, instance, pipeline)),
        (0..3u8, 0..5u8).prop_map(|(module, instance)| DeleteInstance(module, instance)),
        (1..3u8, 0..5u8, 1..3u8, 0..5u8, 0..6u8)
            .prop_map(|(a, i, b, j, queue)| Bind(a, i, b, j, queue)),
        (1..3u8, 0..5u8, 1..3u8, 0..5u8).prop_map(|(a, i, b, j)| Unbind(a, i, b, j)),
        (0..4u8, 0..4u8).prop_map(|(pipeline, to)| Set(pipeline, to)),
        (0..4u8, 0..4u8, 0..4u8).prop_map(|(a, b, to)| SetBoth(a, b, to)),
        (1..3u8, 0..5u8, 0..9u8)
            .prop_map(|(module, instance, param)| Config(module, instance, param)),
        (0..3u8, any::<bool>(), any::<bool>()).prop_map(|(host, a, e)| Chain(host * 5, a, e)),
        (0..40u8).prop_map(Pass),
        (0..30u8).prop_map(Refuse),
    ]
}

fn request(code: u8) -> StateRequest {
    match code {
        0 => StateRequest::Reset,
        1 => StateRequest::Paused,
        2 => StateRequest::Running,
        _ => StateRequest::Eos,
    }
}

fn apply(rig: &Rig, command: Command) -> Result<(), Error> {
    let short = acelab_abi::ipc4::audio_format::AudioFormat::integer(48_000, 2, 16, 16);
    match command {
        Command::Create(id) => rig.pipeline(id, id),
        Command::Delete(id) => rig.delete(id),
        Command::Init(what, instance, pipeline) => {
            let copy =
                |node| rig.copier(instance, pipeline, &copier(node, stereo(), stereo(), &[]));
            let driver = Driver::Module(&PASS);
            match what {
                0 => copy(host_out(instance % 2)),
                1 => copy(ssp_out(instance % 2)),
                2 => copy(0xFFFF_FFFF),
                3 => copy(host_in(instance % 2)),
                4 => copy(ssp_in(instance % 2)),
                5 => rig.module(instance, pipeline, &PASS, &module(stereo(), &[])),
                6 => rig.module(instance, pipeline, &COUNT, &module(short, &[])),
                7 => rig.init(
                    key(OTHER, instance),
                    pipeline,
                    driver,
                    Domain::Dp,
                    &slow_module(stereo(), 3 * 48),
                ),
                _ => {
                    let mixout = acelab_modules::find("MIXOUT").expect("a module");
                    rig.module(instance, pipeline, mixout, &module(stereo(), &[]))
                }
            }
        }
        Command::DeleteInstance(module, instance) => {
            let key = key(module.into(), instance);
            rig.run(|engine| engine.delete_instance(key))
        }
        Command::Bind(a, i, b, j, queue) => {
            rig.bind_queues(key(a.into(), i), queue % 2, key(b.into(), j), queue / 2)
        }
        Command::Unbind(a, i, b, j) => rig.unbind(key(a.into(), i), key(b.into(), j)),
        Command::Set(id, to) => rig.set(&[id], request(to)),
        Command::SetBoth(a, b, to) => rig.set(&[a, b], request(to)),
        Command::Config(module, instance, param) => {
            let key = key(module.into(), instance);
            let whole = Fragment::single(4);
            rig.run(|engine| {
                let mut out = [0; 32];
                let _ = engine.large_config_get(key, param.into(), whole, &mut out);
                let _ = engine.config_set(key, param.into(), 1);
                engine.large_config_set(key, param.into(), whole, &[1, 0, 0, 0])
            })
        }
        Command::Chain(host, allocate, enable) => rig.run(|engine| {
            engine.chain_dma(ChainRequest {
                host,
                link: host,
                allocate,
                enable,
                short_samples: false,
                fifo_bytes: 0,
            })
        }),
        Command::Pass(sixteenths) => {
            rig.pass_sixteenths(sixteenths.into());
            Ok(())
        }
        Command::Refuse(number) => {
            refuse(Some(number.into()));
            Ok(())
        }
    }
}

/// What must hold after every command.
fn check(rig: &Rig, before: Counts, command: Command, result: Result<(), Error>) {
    let counts = rig.counts();
    assert_eq!(counts.channels as usize, rig.fake.open_channels());
    assert_eq!(counts.channels, rig.fake.memories.get());
    assert_eq!(counts.dp_tasks as usize, rig.fake.workers());
    assert_eq!(counts.ll_tasks > 0, rig.fake.timer.get());
    let active = (0..4).filter(|id| {
        let state = rig.run(|engine| engine.pipeline_state(*id));
        state == Ok(PipelineState::Active)
    });
    let chains = counts.chains as usize;
    let active = active.count();
    let tasks = counts.ll_tasks as usize;
    assert!((active..=active + chains).contains(&tasks), "{command:?}");
    let sets = matches!(command, Command::Set(..) | Command::SetBoth(..));
    if result.is_err() && !sets {
        assert_eq!(counts, before, "{command:?} failed with {result:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    /// Never a panic, a count that is wrong, or a block that is lost; and a
    /// playback works afterwards.
    #[test]
    fn any_commands_leave_a_working_engine(commands in prop::collection::vec(command(), 1..120)) {
        refuse(None);
        assert_eq!(live(), 0);
        let rig = Rig::new();
        for node in [host_out(0), host_out(1), ssp_in(0), ssp_in(1)] {
            rig.feed(node, 1..3000);
        }
        for command in commands {
            let before = rig.counts();
            let result = apply(&rig, command);
            if !matches!(command, Command::Refuse(_)) {
                refuse(None);
                check(&rig, before, command, result);
            }
        }
        refuse(None);
        rig.run(|engine| engine.clear());
        prop_assert_eq!(rig.counts(), Counts::default());
        prop_assert_eq!(live(), 0);
        prop_assert_eq!((rig.fake.open_channels(), rig.fake.memories.get()), (0, 0));
        prop_assert_eq!(rig.fake.workers(), 0);
        rig.fake.wire(host_out(0), |wire| wire.source.clear());
        rig.fake.wire(ssp_out(0), |wire| wire.sink.clear());
        rig.playback(0, stereo(), stereo());
        rig.feed(host_out(0), 1..20_000);
        rig.start(0);
        rig.pass(50);
        prop_assert!(counts_up(&rig.heard(ssp_out(0)), 1) > 2_000);
        rig.run(|engine| engine.clear());
    }
}
