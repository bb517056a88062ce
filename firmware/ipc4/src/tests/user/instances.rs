//! Module instances.

use acelab_abi::ipc4::Status;
use acelab_abi::ipc4::audio_format::AudioFormat;
use acelab_abi::ipc4::module_config::BaseConfig;
use acelab_abi::ipc4::object::{InitHead, MODULE_MEMORY, Memory, ObjectHeader, put_memory};
use acelab_abi::ipc4::wire::{Wire, Writer};
use acelab_audio::Error;
use std::vec::Vec;

use super::engine::Core;
use crate::modules;

const INIT: u32 = 0x4000_0000;
const EXTENDED: u32 = 1 << 29;
const DP: u32 = 1 << 28;

fn base(channels: u8) -> Vec<u8> {
    let mut bytes = [0; BaseConfig::BYTES];
    let config = BaseConfig::of(AudioFormat::integer(48_000, channels, 32, 32));
    Writer::new(&mut bytes).put(&config).unwrap();
    bytes.to_vec()
}

fn init(core: &Core, module: u16, bytes: usize, flags: u32) -> Status {
    let words = (bytes / 4) as u32;
    core.execute(
        INIT | 0x02 << 16 | u32::from(module),
        words | 5 << 16 | flags,
    )
    .status
}

#[test]
fn a_module_gets_its_configuration() {
    let mut payload = base(2);
    payload.extend_from_slice(&[1, 2, 3, 4]);
    let core = Core::with_inbox(&payload);
    assert_eq!(
        init(&core, modules::COPIER, payload.len(), 0),
        Status::Success
    );
    assert_eq!(core.calls(), ["init 0x20001 copier Some(5) Ll stack 0"]);
    assert_eq!(*core.engine.data.borrow(), payload);
}

#[test]
fn every_module_of_the_table_has_its_id() {
    for id in 2..modules::COUNT {
        let core = Core::with_inbox(&base(2));
        assert_eq!(init(&core, id as u16, 40, 0), Status::Success);
        let [call] = &core.calls()[..] else {
            panic!("one call")
        };
        let name = modules::built_in(id).name;
        let name = core::str::from_utf8(&name).unwrap().trim_end_matches('\0');
        assert!(call.contains(name), "{call}: {name}");
    }
}

#[test]
fn modules_that_do_not_exist() {
    for id in [0, modules::COUNT as u16, 0x0FFF, 0x1001, 0xFFFF] {
        let core = Core::with_inbox(&base(2));
        assert_eq!(init(&core, id, 40, 0), Status::ModNotInitialized);
        assert!(core.logged("Couldn't find loadable module with id"));
        assert!(core.calls().is_empty());
    }
}

#[test]
fn payloads_that_are_none() {
    for (channels, bytes, line) in [
        (2, 0, "no base config"),
        (2, 36, "no base config"),
        (0, 40, "invalid channels 0"),
        (9, 40, "invalid channels 9"),
        (255, 40, "invalid channels 255"),
        (2, 4100, "payload of 1025 words"),
        (2, 0xFFFF * 4, "payload of 65535 words"),
    ] {
        let core = Core::with_inbox(&base(channels));
        assert_eq!(init(&core, 1, bytes, 0), Status::ModNotInitialized);
        assert!(core.logged(line), "{line}");
        assert!(core.calls().is_empty());
    }
}

#[test]
fn every_refusal_of_an_instance_is_the_same_status() {
    for error in [Error::Init, Error::OutOfMemory, Error::NoPipeline] {
        let mut core = Core::with_inbox(&base(2));
        core.engine.refuse = Some((0, error));
        assert_eq!(init(&core, 1, 40, 0), Status::ModNotInitialized);
    }
}

/// An extended payload: head, objects, base configuration.
fn extended(head: u32, objects: &[u8]) -> Vec<u8> {
    let mut payload: Vec<u8> = [head, 0, 0]
        .into_iter()
        .flat_map(u32::to_le_bytes)
        .collect();
    payload.extend_from_slice(objects);
    payload.extend(base(2));
    payload
}

#[test]
fn an_extended_payload_asks_for_a_stack() {
    let memory = Memory {
        stack_bytes: 6000,
        ..Memory::default()
    };
    let mut objects = [0; 20];
    let mut writer = Writer::new(&mut objects);
    writer.u32(ObjectHeader::new(77, 0, false).word()).unwrap();
    put_memory(&mut writer, MODULE_MEMORY as u16, &memory, true).unwrap();
    let payload = extended(InitHead::HAS_OBJECTS, &objects);
    let core = Core::with_inbox(&payload);
    assert_eq!(
        init(&core, 1, payload.len(), EXTENDED | DP),
        Status::Success
    );
    assert_eq!(core.calls(), ["init 0x20001 copier Some(5) Dp stack 6000"]);
    assert_eq!(*core.engine.data.borrow(), base(2));
    assert!(core.logged("Unknown ext init object id 77"));
}

#[test]
fn an_extended_payload_without_objects() {
    let payload = extended(InitHead::GNA_USED, &[]);
    let core = Core::with_inbox(&payload);
    assert_eq!(init(&core, 1, payload.len(), EXTENDED), Status::Success);
    assert_eq!(*core.engine.data.borrow(), base(2));
}

#[test]
fn objects_beyond_the_payload() {
    let object = ObjectHeader::new(1, 200, true).word().to_le_bytes();
    let payload = extended(InitHead::HAS_OBJECTS, &object);
    let core = Core::with_inbox(&payload);
    let status = init(&core, 1, payload.len(), EXTENDED);
    assert_eq!(status, Status::ModNotInitialized);
    assert!(core.logged("object size overflow"));
    for bytes in [0, 8, 12] {
        assert_eq!(init(&core, 1, bytes, EXTENDED), Status::ModNotInitialized);
    }
    assert!(core.calls().is_empty());
}

#[test]
fn ends_and_queues_of_a_binding() {
    let core = Core::default();
    let extension = 0x0007_0009 | 3 << 24 | 6 << 27;
    assert_eq!(core.execute(0x4501_0002, extension).status, Status::Success);
    assert_eq!(core.execute(0x4601_0002, extension).status, Status::Success);
    assert_eq!(core.execute(0x4B01_0002, 0).status, Status::Success);
    let expected = [
        "bind 0x10002:6 0x70009:3",
        "unbind 0x10002:6 0x70009:3",
        "delete 0x10002",
    ];
    assert_eq!(core.calls(), expected);
}

#[test]
fn refusals_of_a_binding() {
    for (primary, error, status, line) in [
        (
            0x4500_0001,
            Error::NoComponent,
            9,
            "failed to find src 0x1, or dst 0x2",
        ),
        (0x4500_0001, Error::DpToDp, 7, "DP to DP"),
        (0x4500_0001, Error::OutOfMemory, 3, "no memory"),
        (0x4500_0001, Error::NoBaseConfig, 6, "no base config"),
        (0x4500_0001, Error::Connect, 12, "connect failed"),
        (0x4600_0001, Error::NotBound, 9, "is not connected to sink"),
    ] {
        let mut core = Core::default();
        core.engine.refuse = Some((0, error));
        assert_eq!(core.execute(primary, 2).status.code(), status);
        assert!(core.logged(line), "{line}");
    }
}
