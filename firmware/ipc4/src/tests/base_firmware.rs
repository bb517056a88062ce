//! LARGE_CONFIG of module 0.

use std::vec::Vec;

#[cfg(feature = "debug-ipc")]
use acelab_abi::debug_ipc::TestId;
use acelab_abi::ipc4::base_fw::{FINAL_BLOCK, INIT_BLOCK};
use acelab_abi::ipc4::{BaseFwParam, Status};
use acelab_abi::log::Level;
use acelab_abi::manifest::MODULE_BYTES;

use super::fake::Fake;
use crate::LogSettings;

const GET: u32 = 0x4300_0000;
const SET: u32 = 0x4400_0000;
const SINGLE: u32 = INIT_BLOCK | FINAL_BLOCK;

fn extension(param: BaseFwParam, size: u32) -> u32 {
    SINGLE | u32::from(param.code()) << 20 | size
}

/// Sends a GET that must succeed; the payload words.
fn get(fake: &mut Fake, param: BaseFwParam, size: u32) -> Vec<u32> {
    let request = extension(param, size);
    let reply = fake.send(GET, request);
    assert_eq!(reply.primary.word(), 0x6300_0000);
    assert_eq!(reply.extension & !0xF_FFFF, request & !0xF_FFFF);
    fake.outbox_words((reply.extension & 0xF_FFFF) as usize / 4)
}

fn tuples(words: &[u32]) -> Vec<(u32, Vec<u32>)> {
    let mut rest = words;
    let mut tuples = Vec::new();
    while let [kind, bytes, value @ ..] = rest {
        let (value, tail) = value.split_at(*bytes as usize / 4);
        tuples.push((*kind, value.to_vec()));
        rest = tail;
    }
    assert!(rest.is_empty());
    tuples
}

#[test]
fn fw_config_has_version_clocks_and_mailboxes() {
    let words = get(&mut Fake::default(), BaseFwParam::FwConfig, 4096);
    let tuples = tuples(&words);
    assert_eq!(tuples[0], (0, [0x0002_0001, 0x0004_0003].to_vec()));
    assert!(tuples.contains(&(3, [500_000_000].to_vec())));
    assert!(tuples.contains(&(6, [8192].to_vec())));
    assert!(tuples.contains(&(7, [4096].to_vec())));
    for (kind, value) in [(9, 32), (11, 8), (13, 256), (15, 8), (12, 1)] {
        assert!(tuples.contains(&(kind, [value].to_vec())), "{kind}");
    }
}

#[test]
fn hw_config_counts_the_cores_of_the_part() {
    let mut fake = Fake {
        cores: 3,
        ..Fake::default()
    };
    let words = get(&mut fake, BaseFwParam::HwConfig, 4096);
    let tuples = tuples(&words);
    assert!(tuples.contains(&(1, [3].to_vec())));
    assert!(tuples.contains(&(2, [4096].to_vec())));
    assert!(tuples.contains(&(7, [36].to_vec())));
}

#[test]
fn modules_info_replaces_the_first_word_by_the_module_id() {
    let mut fake = Fake {
        modules: Some(2),
        ..Fake::default()
    };
    let words = get(&mut fake, BaseFwParam::ModulesInfo, 4096);
    let entry = MODULE_BYTES as usize / 4;
    assert_eq!(words.len(), 1 + 2 * entry);
    assert_eq!((words[0], words[1], words[2]), (2, 0, 1));
    assert_eq!((words[1 + entry], words[2 + entry]), (1, 0x101));
}

#[test]
fn a_module_table_larger_than_the_outbox_is_refused() {
    let mut fake = Fake {
        modules: Some(36),
        ..Fake::default()
    };
    let request = extension(BaseFwParam::ModulesInfo, 4096);
    let reply = fake.send(GET, request);
    assert_eq!(reply.primary.specific(), Status::Failure.code());
    assert_eq!(reply.extension, request);
    assert!(fake.logged("response payload bigger than DSPBOX size"));
}

#[test]
fn a_list_larger_than_the_outbox_comes_in_blocks() {
    let mut fake = Fake {
        modules: Some(80),
        ..Fake::default()
    };
    let param = u32::from(BaseFwParam::ModulesInfo.code()) << 20;
    let entry = MODULE_BYTES as usize / 4;
    let mut list = Vec::new();
    let mut ends = false;
    while !ends {
        let first = if list.is_empty() { INIT_BLOCK } else { 0 };
        let reply = fake.send(GET, param | first | (list.len() as u32 * 4));
        assert_eq!(reply.primary.specific(), 0);
        assert_eq!(reply.extension & INIT_BLOCK, first);
        let produced = (reply.extension & 0xF_FFFF) as usize / 4;
        list.extend(fake.outbox_words(produced));
        ends = reply.extension & FINAL_BLOCK != 0;
        assert_eq!(ends, produced < 1024);
    }
    assert_eq!(list.len(), 1 + 80 * entry);
    assert_eq!((list[0], list[1]), (80, 0));
    assert_eq!(
        (list[1 + 79 * entry], list[2 + 79 * entry]),
        (79, (79 << 8) + 1)
    );
    // Any word may begin a block, but none behind the end.
    let end = 4 + 80 * MODULE_BYTES;
    let reply = fake.send(GET, param | FINAL_BLOCK | (end - 4));
    assert_eq!(reply.extension & 0xF_FFFF, 4);
    for offset in [0, 2, end, end + 4] {
        let request = param | FINAL_BLOCK | offset;
        assert_eq!(
            fake.status(GET, request),
            Status::InvalidRequest,
            "{offset}"
        );
    }
    // Who takes this block for the last one is told that it is not.
    let request = param | FINAL_BLOCK | 4096;
    assert_eq!(fake.status(GET, request), Status::Failure);
}

#[test]
fn a_damaged_manifest_is_reported() {
    let mut fake = Fake {
        modules: None,
        ..Fake::default()
    };
    assert_eq!(
        fake.status(GET, extension(BaseFwParam::ModulesInfo, 4096)),
        Status::InvalidManifest
    );
}

#[test]
fn memory_is_told_as_tuples() {
    let words = get(&mut Fake::default(), BaseFwParam::MemoryStateInfo, 4096);
    assert_eq!(words[..6], [0, 4, 10, 1, 4, 9]);
}

#[test]
fn the_notification_mask_is_applied_as_far_as_its_bits_mean_something() {
    let mut fake = Fake::with_inbox(&[0xFFFF_FFF5, 0xFFFF_FFFC]);
    let request = extension(BaseFwParam::NotificationMask, 8);
    assert_eq!(fake.status(SET, request), Status::Success);
    assert_eq!(fake.mask, Some((0b0101, 0b0100)));
    let mut fake = Fake::default();
    let short = extension(BaseFwParam::NotificationMask, 7);
    assert_eq!(fake.status(SET, short), Status::InvalidResourceId);
    assert_eq!(fake.mask, None);
}

#[test]
fn schedulers_are_told_by_their_core() {
    let mut fake = Fake::with_inbox(&[2]);
    fake.active = 0b101;
    let request = extension(BaseFwParam::SchedulersInfo, 4);
    assert_eq!(fake.status(GET, request), Status::Success);
    let (core, command) = fake.sent[0];
    assert_eq!(
        (core.get(), command.primary, command.extension),
        (2, GET, request)
    );
}

#[test]
fn there_is_no_pipeline_and_no_scheduler_of_a_core_that_is_off() {
    assert_eq!(
        get(&mut Fake::default(), BaseFwParam::PipelineList, 4096),
        [0]
    );
    for core in 1..5 {
        let mut fake = Fake::with_inbox(&[core]);
        assert_eq!(get(&mut fake, BaseFwParam::SchedulersInfo, 4), [0]);
    }
}

#[test]
fn scheduler_info_of_a_core_that_does_not_exist() {
    let request = extension(BaseFwParam::SchedulersInfo, 4);
    assert_eq!(
        Fake::with_inbox(&[5]).status(GET, request),
        Status::InvalidResourceId
    );
    let whole = extension(BaseFwParam::SchedulersInfo, 4096);
    assert_eq!(Fake::with_inbox(&[5]).status(GET, whole), Status::Success);
}

#[test]
fn final_is_forced_in_the_reply() {
    let request = extension(BaseFwParam::PipelineList, 0) & !FINAL_BLOCK;
    let reply = Fake::default().send(GET, request);
    assert_eq!(reply.extension, request | FINAL_BLOCK | 4);
}

#[test]
fn a_get_has_no_block_to_continue() {
    let request = extension(BaseFwParam::FwConfig, 4096) & !INIT_BLOCK;
    let mut fake = Fake::default();
    let reply = fake.send(GET, request);
    assert_eq!(reply.primary.specific(), Status::InvalidRequest.code());
    assert_eq!(reply.extension, request);
}

#[test]
fn parameters_without_a_handler_are_unknown() {
    let get = [7, 8, 9, 10, 12, 14, 16];
    for param in (0..=0xFFu32).filter(|param| *param != 0xF0) {
        let extension = SINGLE | param << 20 | 4;
        if !get.contains(&param) {
            let expected = match param {
                15 => Status::Unavailable,
                _ => Status::InvalidResourceId,
            };
            assert_eq!(
                Fake::default().status(GET, extension),
                expected,
                "parameter {param}"
            );
        }
        if param != 6 && param != 3 {
            assert_eq!(
                Fake::default().status(SET, extension),
                Status::InvalidResourceId
            );
        }
    }
}

#[cfg(not(feature = "debug-ipc"))]
#[test]
fn test_is_an_unknown_parameter_in_production() {
    for primary in [GET, SET] {
        let status = Fake::with_inbox(&[1, 0, 0]).status(primary, SINGLE | 0xF0 << 20 | 12);
        assert_eq!(status, Status::InvalidResourceId);
    }
}

#[cfg(feature = "debug-ipc")]
#[test]
fn a_test_gets_its_arguments_and_returns_words() {
    let mut fake = Fake::with_inbox(&[3, 0, 11, 22]);
    let words = get(&mut fake, BaseFwParam::Test, 16);
    assert_eq!(words, [11, 22, 0, 0]);
    let off = Fake::with_inbox(&[3, 1, 11, 22]).status(GET, extension(BaseFwParam::Test, 16));
    assert_eq!(off, Status::InvalidCoreId);
    let disturbed = Fake::with_inbox(&[TestId::Disturb.code(), 1, 0, 0]);
    let disturbed = disturbed.status(SET, extension(BaseFwParam::Test, 16));
    assert_eq!(disturbed, Status::Success);
    let short = Fake::with_inbox(&[3, 0]).status(SET, extension(BaseFwParam::Test, 4));
    assert_eq!(short, Status::InvalidParam);
    let unknown = Fake::with_inbox(&[999, 0]).status(SET, extension(BaseFwParam::Test, 8));
    assert_eq!(unknown, Status::InvalidParam);
}

fn enable_logs(aging: u32, enable: u32, mask: u32) -> Fake {
    Fake::with_inbox(&[aging, 0, enable, mask])
}

#[test]
fn enable_logs_sets_level_and_period() {
    let mut fake = enable_logs(500, 1, 0b1_1111);
    assert_eq!(
        fake.status(SET, extension(BaseFwParam::EnableLogs, 76)),
        Status::Success
    );
    assert_eq!(
        fake.settings,
        Some(LogSettings {
            level: Some(Level::Debug),
            aging_ms: 500
        })
    );
}

#[test]
fn a_short_period_is_raised_with_a_warning() {
    let mut fake = enable_logs(1, 1, 1);
    assert_eq!(
        fake.status(SET, extension(BaseFwParam::EnableLogs, 76)),
        Status::Success
    );
    assert_eq!(
        fake.settings,
        Some(LogSettings {
            level: Some(Level::Error),
            aging_ms: 100
        })
    );
    assert!(fake.logged("<wrn>"));
}

#[test]
fn logs_can_be_switched_off() {
    let mut fake = enable_logs(1000, 0, 0);
    assert_eq!(
        fake.status(SET, extension(BaseFwParam::EnableLogs, 76)),
        Status::Success
    );
    assert_eq!(
        fake.settings,
        Some(LogSettings {
            level: None,
            aging_ms: 1000
        })
    );
}

#[test]
fn bad_enable_logs_changes_nothing() {
    for (fake, extension, status) in [
        (
            enable_logs(500, 1, 0),
            extension(BaseFwParam::EnableLogs, 76),
            Status::InvalidResourceId,
        ),
        (
            enable_logs(500, 1, 1),
            extension(BaseFwParam::EnableLogs, 75),
            Status::InvalidResourceId,
        ),
        (
            enable_logs(500, 1, 1),
            extension(BaseFwParam::EnableLogs, 76) & !FINAL_BLOCK,
            Status::InvalidRequest,
        ),
        (
            enable_logs(500, 1, 1),
            extension(BaseFwParam::EnableLogs, 76) & !INIT_BLOCK,
            Status::InvalidRequest,
        ),
        (
            enable_logs(500, 1, 1),
            extension(BaseFwParam::EnableLogs, 0x1001),
            Status::InvalidConfigDataStruct,
        ),
        (
            enable_logs(500, 1, 1),
            extension(BaseFwParam::EnableLogs, 0xF_FFFF),
            Status::InvalidConfigDataStruct,
        ),
    ] {
        let mut fake = fake;
        assert_eq!(fake.status(SET, extension), status);
        assert_eq!(fake.settings, None);
    }
}
