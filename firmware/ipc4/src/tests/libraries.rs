//! Libraries come and go, and who needs them is known.

use acelab_abi::core_id::CoreId;
use acelab_abi::ipc4::pipeline::InstanceKey;
use acelab_abi::ipc4::{BaseFwParam, GlobalType, ModuleType, Status, base_fw};
use core::sync::atomic::Ordering;
use std::vec::Vec;

use super::fake::{Fake, Script};

const MODULE: u32 = 0x4000_0000;
/// Module 0 of library 3.
const LOADED: u32 = 0x3000;

fn global(kind: GlobalType, specific: u32) -> u32 {
    u32::from(kind.code()) << 24 | specific
}

fn module(kind: ModuleType, specific: u32) -> u32 {
    MODULE | u32::from(kind.code()) << 24 | specific
}

fn with_library() -> Fake {
    let mut fake = Fake::default();
    let load = global(GlobalType::LoadLibrary, 3 << 16 | 2);
    assert_eq!(fake.status(load, 0), Status::Success);
    fake
}

/// INIT_INSTANCE of the loaded module without pipeline, on core 0.
fn init(fake: &mut Fake, instance: u32, domain: u32) -> Status {
    let primary = module(ModuleType::InitInstance, instance << 16 | LOADED);
    fake.status(primary, 0xFF << 16 | domain << 28)
}

fn key(instance: u8) -> InstanceKey {
    InstanceKey::new(LOADED as u16, instance)
}

#[test]
fn fields_of_the_messages_go_to_the_firmware() {
    let mut fake = Fake::default();
    let prepare = global(GlobalType::LoadLibraryPrepare, 3 << 16 | 7);
    assert_eq!(fake.status(prepare, 0), Status::Success);
    assert!(fake.logged("prepare 7"));
    let load = global(GlobalType::LoadLibrary, 15 << 16 | 31);
    assert_eq!(fake.status(load, 0), Status::Success);
    assert!(fake.logged("load 15 by 31"));
    assert_eq!(fake.status(load, 0), Status::Failure);
    let zero = global(GlobalType::LoadLibrary, 1);
    assert_eq!(fake.status(zero, 0), Status::InvalidParam);
}

#[test]
fn an_instance_gets_its_module_and_its_core_is_told() {
    let mut fake = with_library();
    assert_eq!(init(&mut fake, 1, 0), Status::Success);
    assert_eq!(init(&mut fake, 2, 1), Status::Success);
    assert_eq!(fake.acquired, [key(1), key(2)]);
    let loaded = fake.sent.iter().map(|(_, command)| command.loaded.unwrap());
    let domains: Vec<_> = loaded.map(|loaded| loaded.domain).collect();
    assert_eq!(domains, [0, 1]);
}

#[test]
fn a_module_that_is_not_there_makes_no_instance() {
    let mut fake = Fake::default();
    assert_eq!(init(&mut fake, 1, 0), Status::ModNotInitialized);
    assert!(fake.sent.is_empty());
    let mut fake = with_library();
    assert_eq!(init(&mut fake, 1, 0), Status::Success);
    assert_eq!(init(&mut fake, 1, 0), Status::ModNotInitialized);
    assert_eq!(fake.acquired, [key(1)]);
}

#[test]
fn code_goes_with_the_instance_however_that_ends() {
    let delete = module(ModuleType::DeleteInstance, 1 << 16 | LOADED);
    // The core refuses to make it.
    let mut fake = with_library();
    fake.answers = [Script::Status(Status::OutOfMemory)].to_vec();
    assert_eq!(init(&mut fake, 1, 0), Status::OutOfMemory);
    assert!(fake.acquired.is_empty());
    // It is deleted, but not when the core refuses that.
    fake.answers = [
        Script::Status(Status::Success),
        Script::Status(Status::InvalidResourceId),
    ]
    .to_vec();
    assert_eq!(init(&mut fake, 1, 0), Status::Success);
    assert_eq!(fake.status(delete, 0), Status::InvalidResourceId);
    assert_eq!(fake.acquired, [key(1)]);
    assert_eq!(fake.status(delete, 0), Status::Success);
    assert!(fake.acquired.is_empty());
    // Its core is gone.
    fake.answers = [Script::Status(Status::Success), Script::Gone].to_vec();
    assert_eq!(init(&mut fake, 1, 0), Status::Success);
    assert_eq!(fake.status(delete, 0), Status::Failure);
    assert!(fake.acquired.is_empty());
}

#[test]
fn code_goes_with_the_pipeline() {
    let mut fake = with_library();
    let create = global(GlobalType::CreatePipeline, 5 << 16);
    assert_eq!(fake.status(create, 0), Status::Success);
    let primary = module(ModuleType::InitInstance, 1 << 16 | LOADED);
    assert_eq!(fake.status(primary, 5 << 16), Status::Success);
    assert_eq!(init(&mut fake, 2, 0), Status::Success);
    let delete = global(GlobalType::DeletePipeline, 5 << 16);
    assert_eq!(fake.status(delete, 0), Status::Success);
    assert_eq!(fake.acquired, [key(2)]);
}

#[test]
fn a_late_core_keeps_the_code_until_its_answer_has_come() {
    let mut fake = with_library();
    fake.answers = [Script::TimedOut].to_vec();
    assert_eq!(init(&mut fake, 1, 0), Status::Failure);
    assert_eq!(fake.acquired, [key(1)]);
    let sequence = fake.sent[0].1.sequence;
    fake.late[CoreId::PRIMARY.index()] = Some(crate::Answer {
        sequence,
        status: Status::OutOfMemory,
        extension: 0,
        payload: 0,
    });
    fake.send(0, 0);
    assert!(fake.acquired.is_empty());
}

fn get(fake: &mut Fake, param: BaseFwParam) -> u32 {
    let blocks = base_fw::INIT_BLOCK | base_fw::FINAL_BLOCK;
    let extension = u32::from(param.code()) << base_fw::PARAM_SHIFT | blocks;
    let reply = fake.send(module(ModuleType::LargeConfigGet, 0), extension);
    assert_eq!(reply.primary.specific(), 0);
    reply.extension & base_fw::DATA_OFF_SIZE_MASK
}

#[test]
fn the_infos_tell_what_is_loaded() {
    let mut fake = with_library();
    assert_eq!(get(&mut fake, BaseFwParam::LibrariesInfo), 4 + 24);
    assert_eq!(
        fake.outbox_words(7),
        [1, 3, 3, 0, 2 << 16 | 1, 4 << 16 | 3, 1]
    );
    assert_eq!(get(&mut fake, BaseFwParam::ModulesInfo), 4 + 2 * 116);
    let words = fake.outbox_words(59);
    assert_eq!(words[0], 2);
    assert_eq!(words[30..33], [LOADED, 3 << 8 | 1, 3 << 8 | 2]);
}

#[test]
fn a_library_goes_when_nobody_needs_it() {
    let mut fake = with_library();
    let remove = module(ModuleType::LargeConfigSet, 0);
    let param = u32::from(BaseFwParam::LibraryRemove.code()) << base_fw::PARAM_SHIFT;
    let extension = param | base_fw::INIT_BLOCK | base_fw::FINAL_BLOCK | 4;
    fake.inbox[0].store(3, Ordering::Relaxed);
    assert_eq!(init(&mut fake, 1, 0), Status::Success);
    assert_eq!(fake.status(remove, extension), Status::Busy);
    let delete = module(ModuleType::DeleteInstance, 1 << 16 | LOADED);
    assert_eq!(fake.status(delete, 0), Status::Success);
    assert_eq!(
        fake.status(remove, extension + 4),
        Status::InvalidResourceId
    );
    assert_eq!(fake.status(remove, extension), Status::Success);
    assert_eq!(fake.status(remove, extension), Status::InvalidResourceId);
}
