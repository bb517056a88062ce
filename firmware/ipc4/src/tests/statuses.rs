//! The status of everything that cannot be served.

use acelab_abi::ipc4::{GlobalType, ModuleType, Primary, Status, Target};

use super::fake::Fake;

fn global(kind: u8) -> u32 {
    Primary::request(Target::Global, kind).word()
}

fn module(kind: u8) -> u32 {
    Primary::request(Target::Module, kind).word()
}

#[test]
fn unknown_and_unserved_global_types_are_unavailable() {
    for kind in [
        0, 1, 2, 3, 12, 13, 15, 16, 21, 22, 23, 26, 27, 28, 29, 30, 31,
    ] {
        let mut fake = Fake::default();
        assert_eq!(
            fake.status(global(kind), 0),
            Status::Unavailable,
            "type {kind}"
        );
        assert!(fake.logged("ipc message type"), "type {kind}");
        assert!(
            fake.logged("ipc4: FW_GEN_MSG failed with err 15"),
            "type {kind}"
        );
    }
}

#[test]
fn module_types_beyond_the_last_are_unknown() {
    for kind in 12..32 {
        let mut fake = Fake::default();
        assert_eq!(
            fake.status(module(kind), 0),
            Status::UnknownMessageType,
            "type {kind}"
        );
        assert!(fake.logged("ipc4: MODULE_MSG failed with err 2"));
    }
}

#[test]
fn module_restore_is_unavailable() {
    for kind in [
        ModuleType::EnterModuleRestore,
        ModuleType::ExitModuleRestore,
    ] {
        assert_eq!(
            Fake::default().status(module(kind.code()), 0),
            Status::Unavailable
        );
    }
}

#[test]
fn pipelines_that_do_not_exist() {
    let delete = global(GlobalType::DeletePipeline.code()) | 7 << 16;
    assert_eq!(Fake::default().status(delete, 0), Status::InvalidResourceId);
    let state = global(GlobalType::SetPipelineState.code()) | 7 << 16 | 4;
    assert_eq!(Fake::default().status(state, 0), Status::InvalidResourceId);
}

#[test]
fn the_count_of_a_multi_pipeline_message_is_checked() {
    let state = global(GlobalType::SetPipelineState.code()) | 4;
    for (count, status) in [
        (0, Status::InvalidParam),
        (1, Status::InvalidResourceId),
        (2047, Status::InvalidResourceId),
        (2048, Status::InvalidParam),
        (u32::MAX, Status::InvalidParam),
    ] {
        assert_eq!(
            Fake::with_inbox(&[count]).status(state, 1),
            status,
            "count {count}"
        );
    }
}

#[test]
fn a_pipeline_needs_a_core_that_runs() {
    let create = global(GlobalType::CreatePipeline.code());
    for (core, line) in [
        (1, "core #1 is disabled"),
        (4, "core #4 is disabled"),
        (5, "invalid pipeline core ID: 5"),
        (15, "invalid pipeline core ID: 15"),
    ] {
        let mut fake = Fake::default();
        let status = fake.status(create, core << 20);
        assert_eq!(status, Status::InvalidCoreId, "core {core}");
        assert!(fake.logged(line), "core {core}: {:?}", fake.log);
        assert!(fake.sent.is_empty());
    }
}

#[test]
fn modules_that_do_not_exist() {
    for (kind, status) in [
        (ModuleType::InitInstance, Status::ModNotInitialized),
        (ModuleType::ConfigGet, Status::InvalidResourceId),
        (ModuleType::ConfigSet, Status::InvalidResourceId),
        (ModuleType::LargeConfigGet, Status::InvalidResourceId),
        (ModuleType::LargeConfigSet, Status::InvalidResourceId),
        (ModuleType::Bind, Status::InvalidResourceId),
        (ModuleType::Unbind, Status::InvalidResourceId),
        (ModuleType::SetDx, Status::InvalidResourceId),
        (ModuleType::SetD0ix, Status::InvalidResourceId),
        (ModuleType::DeleteInstance, Status::InvalidResourceId),
    ] {
        for target in [0x00_0005, 0x01_0000, 0xFF_FFFF] {
            let primary = module(kind.code()) | target;
            assert_eq!(
                Fake::default().status(primary, 0x3070_0000),
                status,
                "{kind} {target:#x}"
            );
        }
    }
}

#[test]
fn d0ix_of_the_base_firmware_is_accepted() {
    assert_eq!(
        Fake::default().status(module(ModuleType::SetD0ix.code()), 0xF),
        Status::Success
    );
}

#[test]
fn a_reply_from_the_host_is_no_request() {
    assert_eq!(
        Fake::default().status(0x6700_0000, 0),
        Status::InvalidRequest
    );
}

#[test]
fn the_log_shows_both_words_of_both_messages() {
    let mut fake = Fake::default();
    fake.send(0x4C00_0001, 0x22);
    assert_eq!(
        fake.log.first().unwrap(),
        "<inf> ipc: rx\t: 0x4c000001|0x22"
    );
    assert_eq!(
        fake.log.last().unwrap(),
        "<inf> ipc: tx-reply\t: 0x6c000002|0x22"
    );
}
