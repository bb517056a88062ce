//! Where commands go, and what is refused on the way.

use acelab_abi::ipc4::{GlobalType, ModuleType, Primary, Status, Target};
use std::vec::Vec;

use super::fake::{Fake, Script};
use crate::{Answer, Phase};

const NO_PIPELINE: u32 = 0xFF << 16;

pub(super) fn create_pipeline(fake: &mut Fake, id: u32, core: u32) -> Status {
    fake.status(global(GlobalType::CreatePipeline) | id << 16, core << 20)
}

pub(super) fn delete_pipeline(fake: &mut Fake, id: u32) -> Status {
    fake.status(global(GlobalType::DeletePipeline) | id << 16, 0)
}

pub(super) fn init(fake: &mut Fake, key: u32, pipeline: u32, core: u32) -> Status {
    let request = module(ModuleType::InitInstance) | key;
    fake.status(request, pipeline << 16 | core << 24)
}

pub(super) fn delete(fake: &mut Fake, key: u32) -> Status {
    fake.status(module(ModuleType::DeleteInstance) | key, 0)
}

fn global(kind: GlobalType) -> u32 {
    Primary::request(Target::Global, kind.code()).word()
}

fn module(kind: ModuleType) -> u32 {
    Primary::request(Target::Module, kind.code()).word()
}

fn set_dx(fake: &mut Fake, cores: u32, on: u32) -> Status {
    for (slot, word) in fake.inbox.iter().zip([cores, on]) {
        slot.store(word, core::sync::atomic::Ordering::Relaxed);
    }
    fake.status(module(ModuleType::SetDx), 0)
}

/// Pipelines 1 and 2 with one instance each, on cores 0 and 1.
fn two_cores() -> Fake {
    let mut fake = Fake {
        active: 0b11,
        ..Fake::default()
    };
    for core in [0, 1] {
        assert_eq!(create_pipeline(&mut fake, core + 1, core), Status::Success);
        let key = core << 16 | 7;
        assert_eq!(init(&mut fake, key, core + 1, core), Status::Success);
    }
    fake.sent.clear();
    fake
}

fn multi(fake: &mut Fake, ids: &[u32], state: u32) -> Status {
    let words = core::iter::once(ids.len() as u32).chain(ids.iter().copied());
    for (slot, word) in fake.inbox.iter().zip(words) {
        slot.store(word, core::sync::atomic::Ordering::Relaxed);
    }
    fake.status(global(GlobalType::SetPipelineState) | state, 1)
}

fn phases(fake: &Fake) -> Vec<(u8, Phase)> {
    let sent = fake.sent.iter();
    sent.map(|(core, command)| (core.get(), command.phase))
        .collect()
}

#[test]
fn a_command_goes_to_the_core_of_its_object() {
    let mut fake = two_cores();
    for (primary, core) in [
        (global(GlobalType::SetPipelineState) | 2 << 16 | 3, 1),
        (global(GlobalType::GetPipelineState) | 1 << 16, 0),
        (module(ModuleType::ConfigGet) | 1 << 16 | 7, 1),
        (module(ModuleType::LargeConfigSet) | 7, 0),
        (global(GlobalType::ChainDma), 0),
        (module(ModuleType::DeleteInstance) | 1 << 16 | 7, 1),
        (global(GlobalType::DeletePipeline) | 2 << 16, 1),
    ] {
        fake.sent.clear();
        assert_eq!(fake.status(primary, 0x1234), Status::Success);
        let (sent_to, command) = fake.sent[0];
        assert_eq!((sent_to.get(), command.primary), (core, primary));
        assert_eq!((command.extension, command.phase), (0x1234, Phase::Whole));
    }
}

#[test]
fn an_id_is_given_once_whatever_the_core() {
    let mut fake = two_cores();
    assert_eq!(create_pipeline(&mut fake, 1, 1), Status::InvalidResourceId);
    assert!(fake.logged("comp id is already taken"));
    assert_eq!(init(&mut fake, 7, 0xFF, 1), Status::ModNotInitialized);
    assert!(fake.sent.is_empty());
}

#[test]
fn an_instance_needs_a_running_core_and_a_pipeline_there() {
    let mut fake = two_cores();
    for (pipeline, core) in [(1, 1), (2, 0), (3, 0), (0xFF, 2), (0xFF, 5), (0xFF, 15)] {
        let status = init(&mut fake, 0x55, pipeline, core);
        assert_eq!(status, Status::ModNotInitialized, "{pipeline} {core}");
    }
    assert!(fake.sent.is_empty());
    assert_eq!(init(&mut fake, 0x55, 0xFF, 1), Status::Success);
}

#[test]
fn what_a_core_refuses_does_not_exist() {
    let mut fake = Fake::answering(Script::Status(Status::OutOfMemory));
    assert_eq!(create_pipeline(&mut fake, 1, 0), Status::OutOfMemory);
    assert_eq!(delete_pipeline(&mut fake, 1), Status::InvalidResourceId);
    assert_eq!(create_pipeline(&mut fake, 1, 0), Status::Success);
    fake.answers = [Script::Status(Status::InvalidResourceState)].to_vec();
    assert_eq!(delete_pipeline(&mut fake, 1), Status::InvalidResourceState);
    assert_eq!(create_pipeline(&mut fake, 1, 0), Status::InvalidResourceId);
}

#[test]
fn a_pipeline_takes_its_instances_along() {
    let mut fake = two_cores();
    assert_eq!(init(&mut fake, 9, 0xFF, 1), Status::Success);
    assert_eq!(delete_pipeline(&mut fake, 2), Status::Success);
    assert_eq!(delete(&mut fake, 1 << 16 | 7), Status::InvalidResourceId);
    assert_eq!(delete(&mut fake, 9), Status::Success);
}

#[test]
fn cores_are_not_crossed_by_a_binding() {
    let mut fake = two_cores();
    let bind = module(ModuleType::Bind) | 7;
    let unbind = module(ModuleType::Unbind) | 7;
    assert_eq!(fake.status(bind, 1 << 16 | 7), Status::InvalidResourceState);
    assert!(fake.logged("Cross-core binding is disabled"));
    assert_eq!(fake.status(unbind, 1 << 16 | 7), Status::Failure);
    assert_eq!(fake.status(bind, 8), Status::InvalidResourceId);
    assert!(fake.logged("failed to find src 0x7, or dst 0x8"));
    assert!(fake.sent.is_empty());
    // Queue numbers are no part of the key.
    assert_eq!(fake.status(bind, 0x3F00_0000 | 7), Status::Success);
}

#[test]
fn pipelines_of_one_core_go_there_in_one_command() {
    let mut fake = two_cores();
    assert_eq!(create_pipeline(&mut fake, 3, 1), Status::Success);
    fake.sent.clear();
    assert_eq!(multi(&mut fake, &[3, 2, 3], 4), Status::Success);
    assert_eq!(phases(&fake), [(1, Phase::Whole)]);
}

#[test]
fn pipelines_of_several_cores_are_all_prepared_before_one_is_triggered() {
    let mut fake = two_cores();
    assert_eq!(create_pipeline(&mut fake, 3, 1), Status::Success);
    fake.sent.clear();
    assert_eq!(multi(&mut fake, &[3, 1, 3, 2], 4), Status::Success);
    let expected = [
        (1, Phase::Prepare(3)),
        (0, Phase::Prepare(1)),
        (1, Phase::Prepare(2)),
        (1, Phase::Trigger(3)),
        (0, Phase::Trigger(1)),
        (1, Phase::Trigger(2)),
    ];
    assert_eq!(phases(&fake), expected);
    let sequences: Vec<u32> = fake
        .sent
        .iter()
        .map(|(_, command)| command.sequence)
        .collect();
    assert!(sequences.windows(2).all(|pair| pair[0] + 1 == pair[1]));
}

#[test]
fn the_first_error_ends_a_multi_command() {
    let mut fake = two_cores();
    fake.answers = [
        Script::Status(Status::Success),
        Script::Status(Status::InvalidRequest),
    ]
    .to_vec();
    assert_eq!(multi(&mut fake, &[1, 2], 4), Status::InvalidRequest);
    assert_eq!(
        phases(&fake),
        [(0, Phase::Prepare(1)), (1, Phase::Prepare(2))]
    );
    fake.sent.clear();
    fake.answers = [
        Script::Status(Status::Success),
        Script::Status(Status::Success),
        Script::Status(Status::PipelineStateNotSet),
    ]
    .to_vec();
    assert_eq!(multi(&mut fake, &[1, 2], 4), Status::PipelineStateNotSet);
    assert_eq!(fake.sent.len(), 3);
}

#[test]
fn all_ids_are_looked_up_before_anything_happens() {
    let mut fake = two_cores();
    assert_eq!(multi(&mut fake, &[1, 99], 4), Status::InvalidResourceId);
    assert_eq!(multi(&mut fake, &[1, 256], 4), Status::InvalidParam);
    assert_eq!(multi(&mut fake, &[1, 0x8000_0000], 4), Status::InvalidParam);
    assert_eq!(multi(&mut fake, &[], 4), Status::InvalidParam);
    assert!(fake.sent.is_empty());
    // As many as the inbox holds.
    let many = [2; 2047];
    assert_eq!(multi(&mut fake, &many, 4), Status::Success);
}

#[test]
fn a_core_in_use_keeps_its_power() {
    let mut fake = two_cores();
    assert_eq!(set_dx(&mut fake, 0b10, 0), Status::Busy);
    assert_eq!(set_dx(&mut fake, 0b110, 0b100), Status::Busy);
    assert_eq!(fake.active, 0b11, "nothing was switched");
    assert_eq!(set_dx(&mut fake, 0b01, 0), Status::Busy);
    assert_eq!(delete_pipeline(&mut fake, 2), Status::Success);
    assert_eq!(init(&mut fake, 5, 0xFF, 1), Status::Success);
    assert_eq!(set_dx(&mut fake, 0b10, 0), Status::Busy);
    assert_eq!(delete(&mut fake, 5), Status::Success);
    assert_eq!(set_dx(&mut fake, 0b10, 0), Status::Success);
    assert_eq!(set_dx(&mut fake, 0b01, 0), Status::Busy);
    assert!(fake.logged("some pipelines are still active"));
    assert_eq!(delete_pipeline(&mut fake, 1), Status::Success);
    assert_eq!(set_dx(&mut fake, 0b01, 0), Status::Success);
}

#[test]
fn a_late_core_is_busy_until_its_answer_has_come() {
    let mut fake = two_cores();
    fake.answers = [Script::TimedOut].to_vec();
    assert_eq!(create_pipeline(&mut fake, 5, 1), Status::Failure);
    let late = fake.sent.last().expect("a command").1;
    fake.sent.clear();
    // The core gets nothing, whatever the command.
    assert_eq!(create_pipeline(&mut fake, 5, 1), Status::Busy);
    assert_eq!(create_pipeline(&mut fake, 5, 0), Status::Busy);
    assert_eq!(delete_pipeline(&mut fake, 5), Status::Busy);
    assert_eq!(init(&mut fake, 0x55, 2, 1), Status::Busy);
    assert_eq!(delete(&mut fake, 1 << 16 | 7), Status::Busy);
    assert_eq!(multi(&mut fake, &[1, 2], 4), Status::Busy);
    assert_eq!(set_dx(&mut fake, 0b10, 0), Status::Busy);
    assert!(fake.sent.is_empty());
    assert!(fake.logged("still busy with command"));
    // Other cores do not mind.
    assert_eq!(create_pipeline(&mut fake, 6, 0), Status::Success);
    // An answer with another identity changes nothing.
    let answer = Answer {
        sequence: late.sequence,
        status: Status::Success,
        extension: 0,
        payload: 0,
    };
    fake.late[1] = Some(Answer {
        sequence: late.sequence + 1,
        ..answer
    });
    assert_eq!(delete_pipeline(&mut fake, 5), Status::Busy);
    // What was done late is known.
    fake.late[1] = Some(answer);
    assert_eq!(create_pipeline(&mut fake, 5, 0), Status::InvalidResourceId);
    assert_eq!(delete_pipeline(&mut fake, 5), Status::Success);
    let replies = fake
        .log
        .iter()
        .filter(|line| line.contains("tx-reply"))
        .count();
    let requests = fake.log.iter().filter(|line| line.contains("rx\t")).count();
    assert_eq!(replies, requests);
}

#[test]
fn what_failed_late_does_not_exist() {
    let mut fake = Fake::answering(Script::TimedOut);
    assert_eq!(init(&mut fake, 7, 0xFF, 0), Status::Failure);
    fake.late[0] = Some(Answer {
        sequence: fake.sent[0].1.sequence,
        status: Status::ModNotInitialized,
        extension: 0,
        payload: 0,
    });
    assert_eq!(delete(&mut fake, 7), Status::InvalidResourceId);
    assert_eq!(init(&mut fake, 7, NO_PIPELINE >> 16, 0), Status::Success);
}

#[test]
fn a_core_without_thread_has_nothing() {
    let mut fake = two_cores();
    fake.answers = [Script::Gone].to_vec();
    assert_eq!(delete_pipeline(&mut fake, 2), Status::Failure);
    assert_eq!(delete_pipeline(&mut fake, 2), Status::InvalidResourceId);
    let mut fake = two_cores();
    fake.answers = [Script::TimedOut].to_vec();
    assert_eq!(delete_pipeline(&mut fake, 2), Status::Failure);
    fake.deaf = 0b10;
    assert_eq!(delete_pipeline(&mut fake, 2), Status::InvalidResourceId);
}

#[test]
fn a_core_without_thread_can_be_switched_off() {
    let mut fake = two_cores();
    fake.deaf = 0b10;
    assert_eq!(set_dx(&mut fake, 0b10, 0), Status::Success);
    assert_eq!(delete_pipeline(&mut fake, 2), Status::InvalidResourceId);
    assert_eq!(delete_pipeline(&mut fake, 1), Status::Success);
}

#[test]
fn a_core_that_never_answers_can_be_switched_off_after_a_while() {
    let mut fake = two_cores();
    fake.answers = [Script::TimedOut].to_vec();
    assert_eq!(delete_pipeline(&mut fake, 2), Status::Failure);
    assert_eq!(set_dx(&mut fake, 0b10, 0), Status::Busy);
    fake.overdue = 0b10;
    assert_eq!(delete_pipeline(&mut fake, 2), Status::Busy);
    assert_eq!(set_dx(&mut fake, 0b10, 0), Status::Success);
    assert_eq!(fake.active, 0b01);
    assert_eq!(delete_pipeline(&mut fake, 2), Status::InvalidResourceId);
    // Nothing of it is left when the core comes back.
    assert_eq!(set_dx(&mut fake, 0b10, 0b10), Status::Success);
    assert_eq!(create_pipeline(&mut fake, 2, 1), Status::Success);
}

#[test]
fn being_overdue_means_nothing_for_a_core_that_is_not_late() {
    let mut fake = two_cores();
    fake.overdue = 0b11;
    assert_eq!(set_dx(&mut fake, 0b10, 0), Status::Busy);
    assert_eq!(set_dx(&mut fake, 0b01, 0), Status::Busy);
}

fn chain(fake: &mut Fake, host: u32, allocate: bool, enable: bool) -> Status {
    let flags = u32::from(allocate) << 16 | u32::from(enable) << 17;
    fake.status(global(GlobalType::ChainDma) | flags | host, 0)
}

#[test]
fn a_chain_keeps_the_power_of_core_0() {
    let mut fake = Fake::default();
    assert_eq!(chain(&mut fake, 3, true, true), Status::Success);
    assert_eq!(set_dx(&mut fake, 0b01, 0), Status::Busy);
    assert_eq!(chain(&mut fake, 4, true, false), Status::Success);
    assert_eq!(chain(&mut fake, 3, false, false), Status::Success);
    assert_eq!(set_dx(&mut fake, 0b01, 0), Status::Busy);
    // What fails changes nothing.
    fake.answers = [Script::Status(Status::Failure)].to_vec();
    assert_eq!(chain(&mut fake, 4, true, true), Status::Failure);
    assert_eq!(set_dx(&mut fake, 0b01, 0), Status::Busy);
    assert_eq!(chain(&mut fake, 4, false, true), Status::Success);
    assert_eq!(chain(&mut fake, 4, false, false), Status::Success);
    fake.answers = [Script::Status(Status::Failure)].to_vec();
    assert_eq!(chain(&mut fake, 31, true, true), Status::Failure);
    assert_eq!(set_dx(&mut fake, 0b01, 0), Status::Success);
}

#[test]
fn a_chain_that_comes_late_is_known() {
    let mut fake = Fake::answering(Script::TimedOut);
    assert_eq!(chain(&mut fake, 0, true, true), Status::Failure);
    fake.late[0] = Some(Answer {
        sequence: fake.sent[0].1.sequence,
        status: Status::Success,
        extension: 0,
        payload: 0,
    });
    assert_eq!(set_dx(&mut fake, 0b01, 0), Status::Busy);
    // It goes with the thread that has it.
    fake.deaf = 0b01;
    assert_eq!(fake.status(module(ModuleType::SetD0ix), 0), Status::Success);
    fake.deaf = 0;
    assert_eq!(set_dx(&mut fake, 0b01, 0), Status::Success);
}

#[test]
fn the_next_command_forgets_what_a_dead_core_had() {
    let mut fake = two_cores();
    fake.deaf = 0b10;
    // It is for another core, and finds the id free.
    assert_eq!(create_pipeline(&mut fake, 2, 0), Status::Success);
    assert_eq!(fake.sent.last().expect("sent").0.get(), 0);
    assert_eq!(init(&mut fake, 1 << 16 | 7, 2, 0), Status::Success);
}

#[test]
fn an_answer_to_something_else_is_a_failure() {
    let mut fake = Fake::answering(Script::WrongSequence);
    assert_eq!(create_pipeline(&mut fake, 1, 0), Status::Failure);
    assert_eq!(create_pipeline(&mut fake, 1, 0), Status::Success);
}

#[test]
fn there_are_at_most_32_pipelines_and_256_instances() {
    let mut fake = Fake::default();
    for id in 0..32 {
        assert_eq!(create_pipeline(&mut fake, id, 0), Status::Success);
    }
    assert_eq!(create_pipeline(&mut fake, 32, 0), Status::OutOfMemory);
    for instance in 0..256 {
        assert_eq!(init(&mut fake, instance << 16 | 3, 5, 0), Status::Success);
    }
    assert_eq!(init(&mut fake, 4, 5, 0), Status::ModNotInitialized);
    assert_eq!(delete_pipeline(&mut fake, 5), Status::Success);
    assert_eq!(init(&mut fake, 4, 6, 0), Status::Success);
    assert_eq!(create_pipeline(&mut fake, 32, 0), Status::Success);
}
