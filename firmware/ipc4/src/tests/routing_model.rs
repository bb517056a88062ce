//! Random interleavings of commands, timeouts and late answers: the directory
//! always says what the cores say.

use std::collections::{BTreeMap, BTreeSet};
use std::vec::Vec;

use acelab_abi::core_id::MAX_CORES;
use acelab_abi::ipc4::Status;
use proptest::prelude::*;

use super::fake::{Fake, Script};
use super::routing::{create_pipeline, delete, delete_pipeline, init};
use crate::Answer;

#[derive(Clone, Copy, Debug)]
enum Action {
    CreatePipeline(u32, u32),
    DeletePipeline(u32),
    Init(u32, u32, u32),
    Delete(u32),
}

fn action() -> impl Strategy<Value = Action> {
    let (id, key, core) = (0..4u32, 1..6u32, 0..3u32);
    prop_oneof![
        (id.clone(), core.clone()).prop_map(|(id, core)| Action::CreatePipeline(id, core)),
        id.clone().prop_map(Action::DeletePipeline),
        (key.clone(), prop_oneof![id, Just(0xFF)], core)
            .prop_map(|(key, id, core)| Action::Init(key, id, core)),
        key.prop_map(Action::Delete),
    ]
}

/// What there is on the cores.
#[derive(Default)]
struct Cores {
    pipelines: BTreeMap<u32, u32>,
    instances: BTreeMap<u32, (u32, u32)>,
}

impl Cores {
    /// What the core of the command does with it.
    fn execute(&mut self, action: Action) {
        match action {
            Action::CreatePipeline(id, core) => {
                assert_eq!(self.pipelines.insert(id, core), None, "id twice");
            }
            Action::DeletePipeline(id) => {
                self.pipelines.remove(&id).expect("routed to its core");
                self.instances.retain(|_, (pipeline, _)| *pipeline != id);
            }
            Action::Init(key, id, core) => {
                assert_eq!(self.instances.insert(key, (id, core)), None, "key twice");
            }
            Action::Delete(key) => {
                self.instances.remove(&key).expect("routed to its core");
            }
        }
    }

    fn core_of(&self, action: Action) -> Option<u32> {
        match action {
            Action::CreatePipeline(_, core) | Action::Init(_, _, core) => Some(core),
            Action::DeletePipeline(id) => self.pipelines.get(&id).copied(),
            Action::Delete(key) => self.instances.get(&key).map(|(_, core)| *core),
        }
    }
}

fn send(fake: &mut Fake, action: Action) -> Status {
    match action {
        Action::CreatePipeline(id, core) => create_pipeline(fake, id, core),
        Action::DeletePipeline(id) => delete_pipeline(fake, id),
        Action::Init(key, id, core) => init(fake, key, id, core),
        Action::Delete(key) => delete(fake, key),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1024, ..ProptestConfig::default() })]

    #[test]
    fn the_directory_is_what_the_cores_have(
        steps in prop::collection::vec((action(), 0..4u8, any::<bool>()), 1..80),
    ) {
        let mut fake = Fake { active: 0b111, ..Fake::default() };
        let mut cores = Cores::default();
        // What a late core will say, once it is done.
        let mut late: [Option<(Action, Answer)>; MAX_CORES] = [None; MAX_CORES];
        let mut used = BTreeSet::new();
        for (step, (action, outcome, finish)) in steps.into_iter().enumerate() {
            let script = match outcome {
                0 => Script::TimedOut,
                1 => Script::Status(Status::OutOfMemory),
                _ => Script::Status(Status::Success),
            };
            fake.answers = [script].to_vec();
            fake.sent.clear();
            let before = fake.log.len();
            let status = send(&mut fake, action);
            let replies = fake.log[before..].iter().filter(|line| line.contains("tx-reply"));
            prop_assert_eq!(replies.count(), 1);
            prop_assert!(fake.sent.len() <= 1);
            if let Some((core, command)) = fake.sent.first().copied() {
                prop_assert!(used.insert(command.sequence), "a sequence number twice");
                prop_assert!(late[core.index()].is_none(), "a command for a late core");
                prop_assert_eq!(Some(u32::from(core.get())), cores.core_of(action));
                match script {
                    Script::TimedOut => {
                        prop_assert_eq!(status, Status::Failure);
                        let fate = if step % 2 == 0 { Status::Success } else { Status::Failure };
                        let answer = Answer {
                            sequence: command.sequence,
                            status: fate,
                            extension: 0,
                            payload: 0,
                        };
                        late[core.index()] = Some((action, answer));
                    }
                    Script::Status(Status::Success) => {
                        prop_assert_eq!(status, Status::Success);
                        cores.execute(action);
                    }
                    _ => prop_assert_ne!(status, Status::Success),
                }
            } else {
                prop_assert_ne!(status, Status::Success);
            }
            for (core, slot) in late.iter_mut().enumerate() {
                if finish && let Some((action, answer)) = slot.take() {
                    if answer.status == Status::Success {
                        cores.execute(action);
                    }
                    fake.late[core] = Some(answer);
                }
            }
        }
        for (core, slot) in late.iter_mut().enumerate() {
            if let Some((action, answer)) = slot.take() {
                if answer.status == Status::Success {
                    cores.execute(action);
                }
                fake.late[core] = Some(answer);
            }
        }
        // PIPELINE_LIST collects what is late, and lists what there is.
        let reply = fake.send(0x4300_0000, 0x30A0_1000);
        let words = (reply.extension & 0xF_FFFF) as usize / 4;
        let listed: Vec<u32> = fake.outbox_words(words)[1..].to_vec();
        prop_assert_eq!(listed, cores.pipelines.keys().copied().collect::<Vec<_>>());
        fake.answers.clear();
        for key in 1..6 {
            let expected = if cores.instances.contains_key(&key) {
                Status::Success
            } else {
                Status::InvalidResourceId
            };
            prop_assert_eq!(delete(&mut fake, key), expected);
        }
    }
}
